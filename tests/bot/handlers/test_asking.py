from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    PostingGoneError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.events import ItemMoved
from downloader.lending import Call
from downloader.standing import Rest
from sandbox.world import ChatKind
from storage.models import AccountState, Reason
from tests.bot.rig import Rig, shelf
from tests.downloader.scripted import JAZZ, ROCK, OwnedTime, ScriptedSource, song
from tests.local_files import local_file

FREE = "👤 Olga: free"


async def test_status_brings_the_board_to_the_bottom_with_the_accounts_below(rig: Rig) -> None:
    async with rig.running(working=False):
        first = await rig.ask("/download @jazz")
        again = await rig.ask("/status")
        await rig.gone(first)

        assert again.id > first.id
        assert (f"{first.text}\n\n{FREE}", first.buttons) == (again.text, again.buttons)
        assert [again.text] == rig.said


async def test_status_says_when_nothing_was_ever_asked(rig: Rig) -> None:
    async with rig.running():
        first = await rig.ask("/status")

        nothing = "Nothing is running here. Example: /download @jazz 10"
        assert f"{nothing}\n\n🎵 0 tracks, 0 B\n{FREE}" == first.text


async def test_status_names_the_last_job_when_nothing_runs(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @nosuch")
        await rig.hears("❌")
        rig.owner.send("/status")
        told = await rig.owner.reply()

        assert "The last one was @nosuch (failed: there is no such chat)." in told.text


async def test_status_tells_of_look_ups_while_there_are_any(rig: Rig) -> None:
    left = [12, 0]

    async def unsought() -> int:
        return left.pop(0)

    async with rig.running() as product:
        product.app.dispatcher["unsought"] = unsought
        busy = (await rig.ask("/status")).text.splitlines()
        idle = (await rig.ask("/status")).text.splitlines()

        assert "🔎 Looks up 12 tracks in MusicBrainz" == busy[-1]
        assert busy[:-1] == idle


async def test_status_tells_of_accounts_that_rest_or_are_lost(rig: Rig) -> None:
    source = shelf()
    [olga] = source.stands
    until = rig.clock.now() + timedelta(minutes=12)
    resting = replace(olga, rests=tuple(Rest(call, until) for call in Call))
    lost = replace(olga, account_id=2, name="Boris", state=AccountState.NEEDS_LOGIN)
    source.stands = [resting, lost]
    async with rig.running(source, working=False):
        told = (await rig.ask("/status")).text.splitlines()

        assert "⏳ Olga: rests and goes on in 12 min (Telegram asks for a pause)" == told[-2]
        assert "🔑 Boris: needs a new login: /login" == told[-1]


async def test_the_board_goes_on_telling_of_the_accounts_until_all_is_over(rig: Rig) -> None:
    source = shelf()
    gate = asyncio.Event()
    source.script("part", hold=gate, skip=3, times=100)
    async with rig.running(source):
        await rig.ask("/download @jazz")
        await rig.hears("3 of 10")
        rig.owner.send("/status")
        await rig.hears("3 of 10", "👤 Olga: fetches")
        gate.set()
        last = await rig.hears("✅ Jazz", "10 downloaded")

        assert "Olga" not in last.text


async def test_why_tells_where_a_saved_track_is(rig: Rig) -> None:
    async with rig.running(shelf(2)) as product:
        rig.owner.send("/download @jazz")
        await rig.hears("2 downloaded")
        told = (await rig.ask("/why https://t.me/jazz/2")).text
        rig.owner.send("/download @jazz 1")
        await rig.hears("1 already in the library")
        linked = (await rig.ask("/why https://t.me/jazz/2")).text
        [track, _] = await product.store.catalog.every()
        assert track.path is not None
        product.store.files.locate(track.path).unlink()
        gone = (await rig.ask("/why https://t.me/jazz/2")).text

    assert [
        "Band – Song 2 · download 1, just now",
        "✅ In the library: Jazz/Band - Song 2.mp3",
    ] == told.splitlines()
    assert [
        "Band – Song 2 · download 2, just now",
        "✅ It was in the library already: Jazz/Band - Song 2.mp3",
    ] == linked.splitlines()
    assert "🗑 It was saved as Jazz/Band - Song 2.mp3, but somebody took the file away." in gone


async def test_why_tells_which_track_has_the_same_bytes(rig: Rig) -> None:
    source = shelf(2)
    one, two = [audio for audio in source.songs if audio.chat_id == JAZZ.id]
    source.bodies[two.document_id] = source.bodies[one.document_id]
    async with rig.running(source):
        rig.owner.send("/download t.me/jazz/1")
        await rig.hears("1 downloaded")
        rig.owner.send("/download t.me/jazz/2")
        await rig.hears("1 already in the library")
        told = (await rig.ask("/why https://t.me/jazz/2")).text

    assert [
        "Band – Song 2 · download 2, just now",
        (
            "✅ It has the same bytes as “Band – Song 1”, which was in the library already: "
            "Jazz/Band - Song 1.mp3"
        ),
    ] == told.splitlines()


async def test_why_tells_that_a_file_came_from_another_posting(rig: Rig) -> None:
    songs = song(1, document=5), song(9, chat=ROCK, document=5)
    source = ScriptedSource(*songs)
    source.script("open", PostingGoneError(Reason.DELETED))
    async with rig.running(source):
        rig.owner.send("/download @rock")
        await rig.hears("failed")
        source.script("open", PostingGoneError(Reason.DELETED))
        rig.owner.send("/download t.me/jazz/1")
        await rig.hears("1 downloaded")
        told = await rig.ask("/why https://t.me/jazz/1")

    assert [
        "✅ In the library: Jazz/Band - Song 1.mp3",
        "Its posting was gone, so I fetched it from another posting of the same file.",
    ] == told.text.splitlines()[1:]
    assert "https://t.me/rock/9" in {dict(entity.extra).get("url") for entity in told.entities}


async def test_why_tells_with_which_track_a_file_was_merged(rig: Rig) -> None:
    first, second = song(1), replace(song(2, size=20_000), title="Song 1")
    async with rig.running(ScriptedSource(first, second)) as product:
        rig.owner.send("/download @jazz")
        await rig.hears("2 downloaded")
        [best] = [one for one in await product.store.catalog.every() if one.better_id is None]
        await product.app.engine.merger.merge(best.id)
        told = (await rig.ask("/why https://t.me/jazz/1")).text

    assert best.path is not None
    assert told.splitlines()[-1] == (
        f"✅ It was merged with “Band – Song 1”, of the same recording: {best.path}"
    )


async def test_why_tells_which_track_is_the_same_file(rig: Rig) -> None:
    async with rig.running(shelf(2)) as product:
        path = product.store.files.locate(PurePosixPath("old.mp3"))
        path.write_bytes(bytes(10_000))
        file = local_file(
            PurePosixPath("old.mp3"), 10_000, "00", title="Song 2", artist="Band",
            duration=timedelta(seconds=200.4),
        )  # fmt: skip
        await product.store.imports.add([file], OwnedTime().now())
        rig.owner.send("/download t.me/jazz/2")
        await rig.hears("1 already in the library")
        told = (await rig.ask("/why https://t.me/jazz/2")).text

    assert told.endswith(
        "✅ It is the same file as “Band – Song 2”, which was in the library already: old.mp3"
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            PostingGoneError(Reason.DELETED),
            "❌ Deleted by its author. Only another posting of it can help.",
        ),
        (
            SourceDamagedError(Reason.DAMAGED_AT_SOURCE),
            (
                "❌ Telegram's copy is damaged. Another posting of it may be whole. "
                "/retry 1 tries again."
            ),
        ),
        (
            AccountLostError("revoked"),
            "✋ No Telegram account is logged in. After a /login of the owner it continues.",
        ),
        (
            ThrottledError(timedelta(hours=1)),
            "⏳ Telegram asks for a pause. It continues at 13:00 UTC.",
        ),
    ],
)
async def test_why_tells_the_reason_and_what_to_do(
    rig: Rig, error: Exception, expected: str
) -> None:
    rig.clock = OwnedTime().clock
    source = shelf(2)
    source.script("open", error)
    async with rig.running(source) as product:
        with product.app.engine.events.listen() as events:
            rig.owner.send("/download @jazz")
            moves = (event.item async for event in events if isinstance(event, ItemMoved))
            troubled = await anext(item async for item in moves if item.reason)
        rig.owner.send(f"/why https://t.me/jazz/{troubled.message_id}")
        told = await rig.hears("· download 1")

    assert expected == told.text.splitlines()[1]


async def test_why_of_what_waits_is_paused_or_cancelled(rig: Rig) -> None:
    source = shelf()
    held = source.script("part", hold=asyncio.Event(), times=100)
    async with rig.running(source):
        await rig.ask("/download @jazz")
        await held.reached.wait()
        moving = (await rig.ask("/why https://t.me/jazz/12")).text
        queued = (await rig.ask("/why https://t.me/jazz/3")).text
        await rig.ask("/pause")
        paused = (await rig.ask("/why https://t.me/jazz/12")).text
        await rig.ask("/cancel")
        cancelled = (await rig.ask("/why https://t.me/jazz/12")).text

    told = [text.splitlines()[1] for text in (moving, queued, paused, cancelled)]
    assert told == [
        "⬇️ It is being downloaded right now.",
        "⏳ It waits for its turn.",
        "⏸ This download is paused. /resume 1 goes on.",
        "🚫 It was cancelled before its turn came. /retry 1 fetches it after all.",
    ]


async def test_why_of_a_message_without_audio(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("https://t.me/jazz/99")
        await rig.hears("There is no audio in this message, or it was deleted.")
        told = (await rig.ask("/why https://t.me/jazz/99")).text

    assert "➖ There is no audio in this message, or it was deleted." == told


async def test_why_of_a_message_without_audio_among_others(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("https://t.me/jazz/99 https://t.me/jazz/2")
        await rig.hears("1 downloaded · 1 without audio")
        one = (await rig.ask("/why https://t.me/jazz/99")).text
        whole = (await rig.ask("/why 1")).text

    skipped = "➖ There is no audio in this message, or it was deleted."
    assert ["message 99 · download 1, just now", skipped] == one.splitlines()
    assert [skipped, "   message 99"] == whole.splitlines()[1:]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("https://t.me/jazz/3", "Message 3 of @jazz was never asked for."),
        ("https://t.me/nosuch/3", "Message 3 of @nosuch was never asked for."),
        ("https://t.me/c/55/3", "Message 3 was never asked for."),
        ("7", "There is no download number 7."),
        ("https://t.me/jazz", "Which message? Send a link to just one,"),
    ],
)
async def test_why_of_what_was_never_asked_for(rig: Rig, about: str, expected: str) -> None:
    async with rig.running(shelf(12)):
        rig.owner.send("/download @jazz 1")
        await rig.hears("1 downloaded")
        rig.owner.send(f"/why {about}")
        told = await rig.owner.reply()

    assert told.text.startswith(expected)


async def test_why_of_a_chat_that_could_not_be_read_tells_of_that(rig: Rig) -> None:
    source = shelf()
    source.script("chat", ChatUnavailableError(Reason.CHAT_PRIVATE))
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        await rig.hears("This chat is private.")
        told = (await rig.ask("/why https://t.me/jazz/3")).text

    assert told == (
        "❌ Download 1, just now: This chat is private. "
        "Join it with the Telegram account that downloads, then try again."
    )


async def test_why_of_a_chat_that_is_still_looked_at(rig: Rig) -> None:
    async with rig.running(working=False):
        await rig.ask("/download @jazz")
        told = (await rig.ask("/why https://t.me/jazz/3")).text

    assert "🔎 Download 1, just now: I am still looking for its tracks." == told


async def test_why_of_a_job_lists_what_went_wrong_by_reason(rig: Rig) -> None:
    source = shelf(4)
    source.script("open", PostingGoneError(Reason.DELETED), times=2)
    source.script("open", PostingGoneError(Reason.REPLACED))
    async with rig.running(source):
        rig.owner.send("/download @jazz")
        await rig.hears("⚠️ Jazz", "1 downloaded")
        by_number = await rig.ask("/why 1")
        last = await rig.ask("/why")

    lines = by_number.text.splitlines()
    assert "Jazz · download 1, just now: partly done, 1 of 4 here." == lines[0]
    assert "❌ Deleted by its author. Only another posting of it can help." == lines[1]
    assert "❌ Replaced by its author. Send its link once more to get what is there now." in lines
    assert "/retry 1 tries again." == lines[-1]
    assert 3 == sum(line.startswith("   Band – Song ") for line in lines)
    assert {"https://t.me/jazz/4"} <= {
        dict(entity.extra).get("url") for entity in by_number.entities
    }
    assert by_number.text == last.text


async def test_why_of_a_job_without_trouble(rig: Rig) -> None:
    async with rig.running(shelf(2)):
        rig.owner.send("/download @jazz")
        await rig.hears("2 downloaded")
        told = (await rig.ask("/why 1")).text

    assert "Jazz · download 1, just now: done, 2 of 2 here.\nNothing went wrong." == told


async def test_why_as_an_answer_to_a_forwarded_posting(rig: Rig) -> None:
    jazz = rig.world.add_chat("Jazz", username="jazz")
    tune = rig.world.add_document(body=b"x", name="a.mp3", duration=timedelta(seconds=1))
    post = rig.world.post(jazz, "", tune, quiet=True)
    async with rig.running(shelf(12)):
        forward = rig.owner.forward(jazz, post)
        await rig.hears("1 downloaded")
        rig.owner.send("/why", reply_to=forward)
        told = await rig.owner.reply()

    assert "✅ In the library: Jazz/Band - Song 1.mp3" in told.text


async def test_why_as_an_answer_to_a_message_with_a_link(rig: Rig) -> None:
    async with rig.running(shelf(12)):
        link = rig.owner.send("https://t.me/jazz/3")
        await rig.hears("1 downloaded")
        rig.owner.send("/why", reply_to=link)
        told = await rig.owner.reply()

    assert "✅ In the library: Jazz/Band - Song 3.mp3" in told.text


async def test_why_as_an_answer_to_a_board_takes_the_last_job(rig: Rig) -> None:
    async with rig.running(shelf(2)):
        await rig.ask("/download @jazz")
        board = await rig.hears("2 downloaded")
        rig.owner.send("/why", reply_to=board)
        told = await rig.owner.reply()

    assert "Jazz · download 1, just now: done, 2 of 2 here." in told.text


async def test_why_in_a_group_about_what_was_posted_there(rig: Rig) -> None:
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=(rig.owner.user, rig.bot_user))
    owner = rig.api.person(rig.owner.user, chat=group)
    async with rig.running(working=False):
        posted = owner.send_file("a.mp3", b"x", timedelta(seconds=1))
        owner.send("/why", reply_to=posted)
        told = await owner.reply()

    assert told.text.startswith(f"Message {posted.id} was never asked for.")
