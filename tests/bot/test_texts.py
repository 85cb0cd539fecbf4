from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import helptexts, texts
from storage.models import JobState, Order, Request
from tests.bot.views import JAZZ, NOW, job


@pytest.mark.parametrize("state", JobState)
def test_every_press_is_answered_in_at_most_200_characters(state: JobState) -> None:
    assert 0 < len(texts.pressed(job(state=state))) <= 200


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("@jazz", 10), "the 10 newest tracks"),
        (Request("@jazz", 1), "the newest track"),
        (
            Request("@jazz", 10, query="duration>3m <b>"),
            "the 10 newest tracks matching “duration&gt;3m &lt;b&gt;”",
        ),
        (
            Request("@jazz", 10_000, query="live", voice=True),
            "all tracks matching “live”, with voice messages",
        ),
        (Request("@jazz", 5, Order.OLDEST), "the 5 oldest tracks"),
        (Request("@jazz", 10_000), "all tracks"),
        (Request("@jazz", 10_000, takeout=True), "all tracks, as an export"),
        (Request("@jazz", 1, message_ids=(7,)), "message 7"),
        (Request("@jazz", 2, message_ids=(7, 9)), "2 messages"),
        (
            Request("@jazz", 101, first_id=100, last_id=200),
            "all tracks among messages 100–200",
        ),
        (
            Request("@jazz", 5, first_id=100, last_id=200),
            "the 5 newest tracks among messages 100–200",
        ),
        (
            Request(
                "@jazz", 5, since=datetime(2024, 1, 1, tzinfo=UTC),
                until=datetime(2024, 2, 1, tzinfo=UTC), voice=True,
            ),
            "the 5 newest tracks, since 2024-01-01, before 2024-02-01, with voice messages",
        ),
    ],
)  # fmt: skip
def test_a_request_is_told_in_words(request_: Request, expected: str) -> None:
    assert expected == texts.wish(request_)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_100_000, "2.1 MB"), (34e6, "34 MB"),
     (7.25e9, "7.2 GB")],
)  # fmt: skip
def test_sizes_are_written_as_people_do(count: float, expected: str) -> None:
    assert expected == texts.size(count)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "1 s"), (34, "34 s"), (90, "2 min"), (3600, "1 h"), (9000, "2 h 30 min"),
     (86_400, "24 h"), (170_000, "47 h"), (200_000, "2 days")],
)  # fmt: skip
def test_time_left_is_rounded(seconds: int, expected: str) -> None:
    assert expected == texts.time_left(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (timedelta(seconds=34), "in 34 s"),
        (timedelta(minutes=20), "in 20 min"),
        (timedelta(hours=5), "at 17:00 UTC"),
        (timedelta(hours=20), "on 2 March at 08:00 UTC"),
    ],
)
def test_a_moment_is_told_from_now_or_by_the_clock(wait: timedelta, expected: str) -> None:
    assert expected == texts.until(NOW + wait, NOW)


def test_a_large_request_is_asked_about_by_what_it_is() -> None:
    one, all_ = Request("@jazz", 2000), Request("@jazz", 10_000)

    assert "Download up to 2000 tracks of @jazz?" == texts.ask_first([one], 2000)
    assert "It may take hours" in texts.ask_first([all_], 10_000)
    assert "whether the export is allowed" not in texts.ask_first([all_], 10_000)
    export = replace(all_, takeout=True)
    assert "whether the export is allowed" in texts.ask_first([export], 10_000)
    assert "Download up to 2500 tracks from 2 chats?" == texts.ask_first([one, one], 2500)


def test_a_chat_without_a_readable_title_goes_by_its_name() -> None:
    assert "@jazz" == texts.chat(job(chat=replace(JAZZ, title="\u202e\u200b")))


def test_a_foreign_name_is_one_line_cut_and_escaped() -> None:
    assert "&lt;b&gt; x" == texts.quoted("<b>\n x")
    assert 60 == len(texts.quoted("x" * 500))


def test_the_menu_holds_what_telegram_takes() -> None:
    assert all(name.isalpha() and name.islower() for name in helptexts.COMMANDS)
    assert all(0 < len(line) <= 256 for line in helptexts.COMMANDS.values())
