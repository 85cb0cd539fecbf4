from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board import ROOM, face, visible
from bot.callbacks import Action
from bot.jobview import JobView, Moving
from downloader.plan import WITH_VOICE
from storage.models import Chat, ChatKind, ItemState, JobState, Reason, Request, Tally
from tests.bot.views import NOW, actions, ended, item, job, running, text_of


def test_a_job_that_is_looked_for_says_what_was_asked() -> None:
    view = JobView(job(state=JobState.QUEUED, chat=None))

    assert "🔎 <b>@jazz</b>\nLooking for the 10 newest tracks…" == text_of(view)


def test_a_running_job_shows_bar_counts_speed_time_and_tracks() -> None:
    moving = (Moving(item(5, title="So What", performer="Miles"), 500, 1000),)
    view = running(moving=moving, speed=550.0)

    assert [
        "⬇️ <b>Jazz Classics</b>",
        "▰▰▰▰▱▱▱▱▱▱ 45 %",
        "4 of 10 · 550 B/s · 10 s left",
        "♪ Miles – So What (50 %)",
    ] == text_of(view).splitlines()


def test_only_some_tracks_on_their_way_are_named() -> None:
    moving = tuple(Moving(item(number), 0, 1000) for number in range(1, 9))

    assert text_of(running(moving=moving)).endswith("♪ Band – Song 3\n♪ and 5 tracks more")


def test_a_track_without_title_is_named_by_its_file_or_message() -> None:
    nameless = [item(1, title="", performer="", name="a.mp3"), item(2, title="", performer="")]
    moving = tuple(Moving(one, 0, 1000) for one in nameless)

    assert text_of(running(moving=moving)).endswith("♪ a.mp3\n♪ message 2")


def test_the_bar_is_full_only_when_all_is_filed_away() -> None:
    moving = (Moving(item(10), 1000, 1000),)

    assert "▰▰▰▰▰▰▰▰▰▱ 99 %\n9 of 10" in text_of(running(saved=9, moving=moving))


def test_a_job_of_known_tracks_has_no_bytes_to_count() -> None:
    view = running(saved=5, total=10)
    view = JobView(view.job, type(view.tally)(view.tally.items))

    assert "▰▰▰▰▰▱▱▱▱▱ 50 %\n5 of 10" in text_of(view)


def test_a_paused_job_says_so_and_can_be_resumed_or_cancelled() -> None:
    view = running(state=JobState.PAUSED)

    assert "▰▰▰▰▱▱▱▱▱▱ 40 %\nPaused, 4 of 10." in text_of(view)
    assert [[(Action.RESUME, 1), (Action.CANCEL, 1)]] == actions(view)


def test_a_job_that_is_being_cancelled_is_stopping_and_has_no_buttons() -> None:
    """It is stored as paused for a moment, and what was in trouble may still be."""
    parked = item(1, ItemState.PARKED, Reason.NO_ACCESS)
    view = replace(running(state=JobState.PAUSED, troubles=(parked,)), stopping=True)

    assert "⏸ <b>Jazz Classics</b>\nStopping…" == text_of(view)
    assert [] == actions(view)


def test_a_running_job_can_be_paused_or_cancelled() -> None:
    assert [[(Action.PAUSE, 1), (Action.CANCEL, 1)]] == actions(running())


def test_tracks_that_wait_say_why_and_how_long() -> None:
    soon = NOW + timedelta(seconds=34)
    waiting = tuple(
        item(number, ItemState.WAITING, Reason.FLOOD, until=soon + timedelta(seconds=number))
        for number in (0, 1)
    )

    # The four whose turn has not come wait as well, for it is the account that may not go on.
    expected = "⏳ 6 wait: Telegram asks for a pause. It continues in 34 s."
    assert expected == text_of(running(troubles=waiting)).splitlines()[-1]


def test_a_job_that_waits_in_between_says_how_much_of_its_time_that_is() -> None:
    waiting = item(1, ItemState.WAITING, Reason.FLOOD, until=NOW + timedelta(minutes=3))
    tally = Tally({ItemState.WAITING: 1, ItemState.QUEUED: 9}, bytes_wanted=540_000)
    view = JobView(job(), tally, (waiting,), usual=1000.0)

    assert "0 of 10 · about 12 min left, 3 min of it waiting" in text_of(view)


def test_a_paused_job_does_not_promise_that_what_waits_goes_on() -> None:
    waiting = item(1, ItemState.WAITING, Reason.FLOOD, until=NOW + timedelta(minutes=3))
    shown = text_of(running(troubles=(waiting,), state=JobState.PAUSED))

    assert "It continues" not in shown
    assert shown.endswith("Paused, 4 of 10.")


def test_f25_a_stalled_track_is_reconnecting() -> None:
    moving = (Moving(item(5), 500, 1000, stalled=True), Moving(item(6), 0, 1000))

    assert text_of(running(moving=moving)).splitlines()[3:] == [
        "♪ Band – Song 5 (50 %) – reconnecting…",
        "♪ Band – Song 6",
    ]


def test_f03_the_speed_limit_without_premium_is_told_once() -> None:
    slowed = [replace(running(number=number), slowed=True) for number in (1, 2)]

    assert 1 == text_of(*slowed).count("Telegram limits the speed of accounts without Premium.")
    assert "Premium" not in text_of(replace(ended(saved=1), slowed=True))


def test_a_long_wait_is_told_by_the_clock() -> None:
    late = item(1, ItemState.WAITING, Reason.FLOOD, until=NOW + timedelta(hours=20))

    assert "It continues on 2 March at 08:00 UTC." in text_of(running(troubles=(late,)))


def test_hours_are_told_by_the_clock_on_the_wall() -> None:
    later = NOW + timedelta(hours=13)
    waiting = replace(item(1, ItemState.WAITING, Reason.OUTSIDE_HOURS, until=later), detail="02:00")

    expected = "⏳ 6 wait: outside the hours for downloads. It continues at 02:00."
    assert expected == text_of(running(troubles=(waiting,))).splitlines()[-1]


def test_tracks_that_are_parked_say_what_to_do_and_can_be_tried_again() -> None:
    parked = (item(1, ItemState.PARKED, Reason.DISK_FULL),)
    view = running(troubles=parked)

    expected = "✋ 1 stopped: the disk is full. Make room on the server, or set "
    expected += "DISK_RESERVE_MB lower, and it continues."
    assert expected == text_of(view).splitlines()[-1]
    assert [[(Action.PAUSE, 1), (Action.CANCEL, 1), (Action.RETRY, 1)]] == actions(view)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence_wherever_it_stands(reason: Reason) -> None:
    failed = (item(1, ItemState.FAILED, reason, detail="X_INVALID"),)

    for view in (
        ended(JobState.FAILED, reason=reason, detail="X_INVALID"),
        ended(JobState.PARTLY_DONE, saved=1, troubles=failed),
        JobView(job(state=JobState.QUEUED, reason=reason, until=NOW + timedelta(minutes=5))),
    ):
        line = text_of(view).splitlines()[1:]
        assert any("." in part for part in line)
        assert str(reason.name) not in text_of(view)


def test_a_job_that_waits_for_a_login_says_what_to_do_and_no_time() -> None:
    waiting = job(
        state=JobState.QUEUED, reason=Reason.LOGIN, until=NOW + timedelta(seconds=30), chat=None
    )

    expected = (
        "⏳ <b>@jazz</b>\nNo Telegram account is logged in. "
        "After a /login of the owner it continues."
    )
    assert expected == text_of(JobView(waiting))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (ended(saved=10), "✅ <b>Jazz Classics</b>\n10 downloaded"),
        (
            ended(saved=7, linked=2, skipped=1),
            "✅ <b>Jazz Classics</b>\n7 downloaded · 2 already in the library · 1 without audio",
        ),
        (
            replace(ended(saved=3), tally=replace(ended(saved=3).tally, replaced=1)),
            (
                "✅ <b>Jazz Classics</b>\n"
                "3 downloaded · 1 better than another file, which is in the /trash"
            ),
        ),
        (ended(JobState.CANCELLED), "🚫 <b>Jazz Classics</b>\nCancelled."),
        (
            ended(JobState.CANCELLED, saved=3, cancelled=7),
            "🚫 <b>Jazz Classics</b>\n3 downloaded · 7 cancelled",
        ),
        (
            ended(JobState.FAILED, reason=Reason.CHAT_NOT_FOUND, chat=None),
            (
                "❌ <b>@jazz</b>\nThere is no such chat. "
                "Check the spelling. Perhaps it has another name now."
            ),
        ),
        (
            ended(JobState.FAILED, reason=Reason.REFUSED, detail="<b>"),
            "❌ <b>Jazz Classics</b>\nTelegram refuses it (&lt;b&gt;). Try again later.",
        ),
    ],
)
def test_what_is_over_says_how_it_ended(view: JobView, expected: str) -> None:
    assert expected == text_of(view)


def test_row29_a_link_to_a_post_without_audio_says_so() -> None:
    view = ended(skipped=1, request=Request("@jazz", 1, message_ids=(5,)))

    assert "There is no audio in this message, or it was deleted." in text_of(view)


def test_several_posts_without_audio_say_so() -> None:
    view = ended(skipped=2, request=Request("@jazz", 2, message_ids=(5, 6)))

    assert "There is no audio in these messages, or they were deleted." in text_of(view)


def test_where_voice_messages_would_have_counted_that_is_no_advice() -> None:
    view = ended(JobState.FAILED, reason=Reason.NO_AUDIO, detail=WITH_VOICE)

    assert "\nThere is no audio and no voice message there." in text_of(view)
    assert "the word" not in text_of(view)


def test_one_track_waits_and_two_wait() -> None:
    late = NOW + timedelta(minutes=3)
    one, other = (item(n, ItemState.WAITING, Reason.SERVER_TROUBLE, until=late) for n in (1, 2))

    assert "⏳ 1 waits: Telegram has trouble." in text_of(running(troubles=(one,)))
    assert "⏳ 2 wait: Telegram has trouble." in text_of(running(troubles=(one, other)))


def test_what_failed_is_named_with_its_reason_and_the_way_to_try_again() -> None:
    failed = (
        item(1, ItemState.FAILED, Reason.DELETED),
        item(2, ItemState.FAILED, Reason.DAMAGED_AT_SOURCE),
        item(3, ItemState.FAILED, Reason.DAMAGED_AT_SOURCE),
    )
    view = ended(JobState.PARTLY_DONE, saved=7, troubles=failed)

    expected = [
        "⚠️ <b>Jazz Classics</b>",
        "7 downloaded",
        "❌ 2 failed: Telegram's copy is damaged. Another posting of it may be whole.",
        "   Band – Song 2, Band – Song 3",
        "❌ 1 failed: deleted by its author. Only another posting of it can help.",
        "   Band – Song 1",
        "/retry 1 tries again.",
    ]
    assert expected == text_of(view).splitlines()
    assert [[(Action.RETRY, 1)]] == actions(view)


def test_nothing_is_offered_where_trying_again_cannot_help() -> None:
    gone = (item(1, ItemState.FAILED, Reason.DELETED),)

    assert [] == actions(ended(JobState.PARTLY_DONE, saved=7, troubles=gone))
    assert [] == actions(ended(JobState.FAILED, reason=Reason.NO_AUDIO))


def test_row28_a_private_chat_says_what_to_do_and_can_be_tried_again() -> None:
    view = ended(JobState.FAILED, reason=Reason.CHAT_PRIVATE)

    assert "Join it with the Telegram account that downloads" in text_of(view)
    assert [[(Action.RETRY, 1)]] == actions(view)


def test_many_kinds_of_trouble_are_counted() -> None:
    kinds = list(Reason)[:8]
    failed = tuple(item(n, ItemState.FAILED, kind) for n, kind in enumerate(kinds, 1))

    assert "… and 4 tracks more with trouble" in text_of(running(troubles=failed))


def test_row82_markup_in_names_is_shown_as_text() -> None:
    nasty = Chat(-1, "<b>AC/DC & <3</b>", None, ChatKind.CHANNEL)
    view = ended(saved=1, chat=nasty)

    assert "<b>&lt;b&gt;AC/DC &amp; &lt;3&lt;/b&gt;</b>" in text_of(view)


anything = st.text(max_size=300)
_REASONS = st.sampled_from(Reason)


@settings(max_examples=60, deadline=None)
@given(anything, anything, st.lists(st.tuples(anything, _REASONS), max_size=40), st.integers(1, 60))
def test_whatever_the_names_a_board_fits_one_message(
    title: str, name: str, failures: list[tuple[str, Reason]], count: int
) -> None:
    chat = Chat(-1, title, None, ChatKind.CHANNEL)
    failed = tuple(
        item(n, ItemState.FAILED, reason, title=song, detail=name)
        for n, (song, reason) in enumerate(failures, 1)
    )
    moving = tuple(Moving(item(n, title=name), n, 0) for n in range(9))
    views = [
        JobView(job(n, chat=chat, request=Request("@x" + name, 5)), running().tally, failed, moving)
        for n in range(count)
    ]
    shown = face(views, NOW)

    assert visible(shown.text) <= ROOM
    assert shown.text.encode()
    assert len(shown.rows) <= 5


@pytest.mark.parametrize(
    ("state", "reason", "sign"),
    [(ItemState.WAITING, Reason.FLOOD, "⏳"), (ItemState.PARKED, Reason.LOGIN, "✋")],
)
def test_a_job_that_stands_still_shows_neither_speed_nor_time_left(
    state: ItemState, reason: Reason, sign: str
) -> None:
    stuck = item(1, state, reason, until=NOW + timedelta(seconds=20))
    tally = Tally({state: 1, ItemState.QUEUED: 2, ItemState.SAVED: 1}, 4000, 1000)
    drawn = text_of(JobView(job(), tally, (stuck,), (), speed=500.0)).splitlines()

    assert f"{sign} <b>Jazz Classics</b>" == drawn[0]
    assert "1 of 4" == drawn[2]


def test_an_export_that_waits_for_approval_says_what_to_do_and_when_it_begins_anyhow() -> None:
    late = job(state=JobState.QUEUED, reason=Reason.TAKEOUT_DELAY, until=NOW + timedelta(hours=20))

    text = text_of(JobView(late))
    assert "Allow it in another Telegram app of that account, then /retry." in text
    assert "Otherwise it begins on 2 March at 08:00 UTC." in text


def test_a_job_that_runs_without_its_export_says_so_and_shows_its_bar() -> None:
    view = running()
    refused = replace(view, job=replace(view.job, reason=Reason.NO_TAKEOUT))

    lines = text_of(refused).splitlines()
    assert "Telegram refuses the export. It continues without." in lines
    assert text_of(view).splitlines()[:2] == lines[:2]
