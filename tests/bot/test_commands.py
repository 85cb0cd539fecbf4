from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.errors import Usage, UsageError
from bot.links import Link
from storage.models import Order, Request
from storage.query.errors import QueryError
from tests.bot.library import NOW


def usage_of(args: str | None) -> Usage:
    with pytest.raises(UsageError) as caught:
        commands.download(args, NOW)
    return caught.value.usage


def only(args: str) -> Request:
    [request] = commands.download(args, NOW).requests
    return request


def day(year: int, month: int = 1, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("@jazz", Request("@jazz", 10)),
        ("@jazz 25", Request("@jazz", 25)),
        ("  @jazz   25 ", Request("@jazz", 25)),
        ("-1001234567890 5", Request("-1001234567890", 5)),
        ("https://t.me/jazz 25", Request("@jazz", 25)),
        ("@jazz all", Request("@jazz", 10_000)),
        ("@jazz ALL", Request("@jazz", 10_000)),
        ("@jazz 10000", Request("@jazz", 10_000)),
        ("@jazz 10 voice", Request("@jazz", 10, voice=True)),
        ("@jazz all takeout", Request("@jazz", 10_000, takeout=True)),
        ("@jazz 10 from oldest", Request("@jazz", 10, Order.OLDEST)),
        ("@jazz from the oldest 10", Request("@jazz", 10, Order.OLDEST)),
        ("@jazz oldest", Request("@jazz", 10, Order.OLDEST)),
        ("@jazz newest 3", Request("@jazz", 3)),
        ("@jazz 100-200", Request("@jazz", 101, first_id=100, last_id=200)),
        ("@jazz 100–200 5", Request("@jazz", 5, first_id=100, last_id=200)),
        ("t.me/jazz/100-200", Request("@jazz", 101, first_id=100, last_id=200)),
        ("t.me/jazz/3/100-200 5", Request("@jazz", 5, first_id=100, last_id=200, topic=3)),
        ("t.me/jazz?thread=3 5", Request("@jazz", 5, topic=3)),
        ("t.me/jazz/12", Request("@jazz", 1, message_ids=(12,))),
        ("t.me/jazz/12 voice", Request("@jazz", 1, message_ids=(12,), voice=True)),
        ("@jazz since:2024-01-31", Request("@jazz", 10, since=day(2024, 1, 31))),
        ("@jazz since 2024-02", Request("@jazz", 10, since=day(2024, 2))),
        ("@jazz since: 2024", Request("@jazz", 10, since=day(2024))),
        ("@jazz since:yesterday", Request("@jazz", 10, since=day(2026, 5, 3))),
        ("@jazz since yesterday", Request("@jazz", 10, since=day(2026, 5, 3))),
        ("@jazz until:today", Request("@jazz", 10, until=day(2026, 5, 4))),
        ("@jazz since:7d", Request("@jazz", 10, since=NOW - timedelta(days=7))),
    ],
)
def test_a_command_becomes_one_request(args: str, expected: Request) -> None:
    assert expected == only(args)


def test_all_options_can_stand_together_in_any_order() -> None:
    expected = Request(
        "@jazz", 10, Order.OLDEST, day(2024), day(2024, 2), first_id=1, last_id=9, voice=True
    )
    said = "@jazz 10 from oldest since:2024-01-01 until:2024-02-01 voice 1-9"
    turned = "since:2024-01-01 @jazz voice 1-9 until:2024-02-01 from oldest 10"

    assert expected == only(said)
    with pytest.raises(UsageError):
        commands.download(turned, NOW)  # the chat comes first


@pytest.mark.parametrize("name", ["@JAZZ", "@Jazz", "t.me/JaZZ", "https://telegram.me/s/Jazz"])
def test_a_chat_is_the_same_in_capital_letters(name: str) -> None:
    assert Request("@jazz", 10) == only(name)


@pytest.mark.parametrize("number", [-1000, -999_999_999_999, -(10**12) - 1, -1_997_852_516_352])
def test_a_number_that_a_group_or_a_channel_can_have_is_a_chat(number: int) -> None:
    assert Request(str(number), 10) == only(str(number))


@pytest.mark.parametrize(
    "number", ["-1000000000000", "-1997852516353", "-4000000000000", "-99999999999999"]
)
def test_a_number_that_no_group_or_channel_can_have_is_told_so(number: str) -> None:
    assert Usage.NOT_A_LINK is usage_of(number)
    assert Usage.NOT_A_LINK is usage_of(f"{number} 10")


@pytest.mark.parametrize("args", [None, "", "   ", "\u200b", "10", "-1", "1e9"])
def test_row12_a_command_without_a_chat_is_told_so(args: str | None) -> None:
    assert Usage.NO_CHAT is usage_of(args)


@pytest.mark.parametrize("args", ["x" * 4096, "jazz", "@", "@ab", "@jäzz", "hello world"])
def test_row13_what_is_no_chat_and_no_link_is_told_so(args: str) -> None:
    assert Usage.NOT_A_LINK is usage_of(args)


def test_row16_invisible_characters_do_not_matter() -> None:
    assert Request("@jazz", 10) == only("\u202e@ja\u200bzz\x00 \ufeff10")


def test_row17_surrogates_do_not_matter() -> None:
    assert Request("@jazz", 10) == only("@jazz\ud83d 10")


def test_row25_a_huge_range_is_limited_and_asked_about() -> None:
    asked = commands.download("@jazz 1-1000000", NOW)

    assert (Request("@jazz", 10_000, first_id=1, last_id=1_000_000),) == asked.requests
    assert asked.is_large


@pytest.mark.parametrize("last", [2**31 - 1, 2**31, 10**12, 10**40])
def test_a_range_beyond_the_last_number_a_message_can_have_is_told_so(last: int) -> None:
    assert Usage.BAD_MESSAGE is usage_of(f"@jazz 1-{last}")
    assert Usage.BAD_MESSAGE is usage_of(f"@jazz {last}-1")


def test_a_range_up_to_the_last_number_a_message_can_have_is_taken() -> None:
    assert 2**31 - 2 == only(f"@jazz 1-{2**31 - 2}").last_id


def test_row26_a_reversed_range_is_turned_round() -> None:
    assert Request("@jazz", 101, first_id=100, last_id=200) == only("@jazz 200-100")


def test_a_thousand_tracks_are_not_asked_about_one_more_is() -> None:
    assert not commands.download("@jazz 1000", NOW).is_large
    assert commands.download("@jazz 1001", NOW).is_large
    assert commands.download("@jazz @rock 600", NOW).is_large
    assert commands.download("@jazz all", NOW).is_large


def test_row27_of_300_links_the_first_50_are_taken_and_the_rest_counted() -> None:
    text = " ".join(f"https://t.me/jazz/{number}" for number in range(1, 301))

    asked = commands.plain(text, NOW)

    assert (Request("@jazz", 50, message_ids=tuple(range(1, 51))),) == asked.requests
    assert 250 == asked.left_out


@pytest.mark.parametrize(
    "number",
    ["-1", "0", "1e9", "٣", "NaN", "0x10", "1,5", "10001", "+5", "1.5", "-100", "½", "inf", "1_0"],
)
def test_row31_what_is_no_count_from_1_to_10000_is_told_so(number: str) -> None:
    assert Usage.BAD_COUNT is usage_of(f"@jazz {number}")


def test_row33_two_to_the_63_is_refused() -> None:
    assert Usage.BAD_COUNT is usage_of(f"@jazz {2**63}")
    assert Usage.BAD_MESSAGE is usage_of(f"@jazz 1-{2**63}")


@pytest.mark.parametrize("when", ["0001", "1900-01-01", "1969", "2012-12-31", "2038", "9999-01"])
def test_a_date_that_no_message_can_have_is_told_so(when: str) -> None:
    assert Usage.BAD_DATE is usage_of(f"@jazz since:{when}")
    assert Usage.BAD_DATE is usage_of(f"@jazz until:{when}")


def test_the_first_and_the_last_day_of_telegram_are_dates() -> None:
    whole = Request("@jazz", 10, since=day(2013), until=day(2037, 12, 31))

    assert whole == only("@jazz since:2013-01-01 until:2037-12-31")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("@jazz since:tomorrow", Usage.BAD_DATE),
        ("@jazz since:today until:yesterday", Usage.NO_DAYS),
        ("@jazz since:2024-13-01", Usage.BAD_DATE),
        ("@jazz until:2024-02-30", Usage.BAD_DATE),
        ("@jazz until:0000", Usage.BAD_DATE),
        ("@jazz since:", Usage.UNKNOWN_WORD),
        ("@jazz since:2024-02-01 until:2024-01-01", Usage.NO_DAYS),
        ("@jazz since:2024 until:2024", Usage.NO_DAYS),
        ("@jazz 🎵", Usage.UNKNOWN_WORD),
        ("@jazz 3 5", Usage.TWICE),
        ("@jazz 3 all", Usage.TWICE),
        ("@jazz 3-9 12-14", Usage.TWICE),
        ("@jazz since:2024 since:2025", Usage.TWICE),
        ("@jazz until:2024 until:2025", Usage.TWICE),
        ("@jazz from:oldest", Usage.UNKNOWN_WORD),
        ("t.me/jazz/12 5", Usage.ONE_MESSAGE),
        ("t.me/jazz/12 all", Usage.ONE_MESSAGE),
        ("t.me/jazz/12 https://youtube.com/watch", Usage.ELSEWHERE),
    ],
)
def test_what_else_cannot_be_understood_says_why(args: str, expected: Usage) -> None:
    assert expected is usage_of(args)


def test_several_links_are_gathered_by_chat() -> None:
    text = "Look: t.me/jazz/3, (https://t.me/rock/7) and t.me/jazz/1! t.me/JAZZ/3 t.me/c/5/9."

    expected = (
        Request("@jazz", 2, message_ids=(1, 3)),
        Request("@rock", 1, message_ids=(7,)),
        Request("-1000000000005", 1, message_ids=(9,)),
    )
    assert expected == commands.plain(text, NOW).requests


def test_row30_the_same_link_twice_is_one_request() -> None:
    assert (Request("@jazz", 10),) == commands.plain("t.me/jazz https://t.me/jazz", NOW).requests


def test_links_behind_words_count_as_well() -> None:
    expected = (Request("@jazz", 1, message_ids=(3,)),)

    assert expected == commands.plain("this one", NOW, ["https://t.me/jazz/3"]).requests


def test_links_to_other_places_are_passed_over_beside_telegram_links() -> None:
    text = "https://youtube.com/watch?v=1 t.me/jazz/3"

    assert (Request("@jazz", 1, message_ids=(3,)),) == commands.plain(text, NOW).requests


def test_a_chat_name_alone_is_understood_in_plain_text() -> None:
    assert (Request("@jazz", 5),) == commands.plain("@jazz 5", NOW).requests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://t.me/jazz/14-16 voice", Request("@jazz", 3, first_id=14, last_id=16, voice=True)),
        ("t.me/jazz 5", Request("@jazz", 5)),
        ("Download @jazz 3", Request("@jazz", 3)),
        ("download t.me/jazz/3", Request("@jazz", 1, message_ids=(3,))),
        ("t.me/jazz/3 what a song!", Request("@jazz", 1, message_ids=(3,))),
        ("download this one: t.me/jazz/3", Request("@jazz", 1, message_ids=(3,))),
    ],
)
def test_what_stands_behind_a_link_counts_where_it_is_understood(
    text: str, expected: Request
) -> None:
    assert (expected,) == commands.plain(text, NOW).requests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", Usage.PLAIN_TEXT),
        ("", Usage.PLAIN_TEXT),
        ("https://youtube.com/watch?v=1", Usage.ELSEWHERE),
        ("t.me/jazz/1 and t.me/jazz/0", Usage.BAD_MESSAGE),
        ("https://t.me/+abc", Usage.INVITE),
    ],
)
def test_plain_text_without_a_usable_link_says_why(text: str, expected: Usage) -> None:
    with pytest.raises(UsageError) as caught:
        commands.plain(text, NOW)

    assert expected is caught.value.usage


def test_a_forwarded_post_asks_for_itself() -> None:
    asked = commands.forwarded(Link("@jazz", 7, 7))

    assert (Request("@jazz", 1, message_ids=(7,)),) == asked.requests


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("https://t.me/jazz/12", Link("@jazz", 12, 12)),
        ("t.me/c/1234/5", Link("-1000000001234", 5, 5)),
        ("t.me/jazz/3/12", Link("@jazz", 12, 12, topic=3)),
        ("12", 12),
        ("#12", 12),
    ],
)
def test_why_is_asked_of_a_posting_or_of_a_job(args: str, expected: Link | int) -> None:
    assert expected == commands.asked_about(args)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("@jazz", Usage.NOT_ONE_POSTING),
        ("t.me/jazz", Usage.NOT_ONE_POSTING),
        ("t.me/jazz/12-40", Usage.NOT_ONE_POSTING),
        ("t.me/jazz/1 t.me/jazz/2", Usage.NOT_ONE_POSTING),
        ("so sad", Usage.NOT_ONE_POSTING),
        ("-5", Usage.NOT_ONE_POSTING),
        ("9" * 16, Usage.NOT_ONE_POSTING),
        ("https://evil.com/jazz/5", Usage.ELSEWHERE),
        ("t.me/jazz/0", Usage.BAD_MESSAGE),
        ("t.me/+abcdef", Usage.INVITE),
    ],
)
def test_why_of_anything_else_says_how_to_ask(args: str, expected: Usage) -> None:
    with pytest.raises(UsageError) as caught:
        commands.asked_about(args)

    assert expected is caught.value.usage


@pytest.mark.parametrize(("args", "expected"), [(None, None), ("", None), ("12", 12), ("#12", 12)])
def test_the_number_of_a_job_may_be_left_out(args: str | None, expected: int | None) -> None:
    assert expected == commands.job_number(args)


@pytest.mark.parametrize("args", ["x", "-1", "1 2", "٣", "9" * 20])
def test_what_is_no_number_of_a_job_is_told_so(args: str) -> None:
    with pytest.raises(UsageError) as caught:
        commands.job_number(args)

    assert Usage.BAD_JOB is caught.value.usage


def test_all_is_a_word_of_its_own() -> None:
    assert commands.is_all(" All ")
    assert not commands.is_all("all of them")
    assert not commands.is_all(None)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for read, said in (
        (commands.download, text),
        (commands.plain, text),
        (commands.download, f"@jazz {text}"),
    ):
        try:
            asked = read(said, NOW)
        except (UsageError, QueryError):
            continue
        assert all(1 <= request.limit <= commands.MOST for request in asked.requests)
