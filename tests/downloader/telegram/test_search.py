from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telethon.tl.types import InputMessagesFilterDocument

from downloader.errors import OfflineError, ThrottledError
from downloader.telegram.source import TelethonSource
from sandbox.faults import Rule
from sandbox.world import Chat as WorldChat
from sandbox.world import ChatKind, Post
from storage.models import Order, Request
from tests.downloader.telegram.stand import NOON, Stand

DAY = timedelta(days=1)


async def found(source: TelethonSource, limit: int, **wanted: Any) -> list[int]:
    chat = await source.chat("@jazz")
    return [one.message_id async for one in source.audio(chat, Request("@jazz", limit, **wanted))]


def fill(stand: Stand, kinds: Sequence[str]) -> WorldChat:
    """Post one thing a day: m(usic), f(ile with audio), z(ip), v(oice) or t(ext)."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    for number, kind in enumerate(kinds, start=1):
        post(stand, chat, kind, number)
    return chat


def post(stand: Stand, chat: WorldChat, kind: str, number: int) -> Post:
    date = NOON + number * DAY
    if kind == "m":
        return stand.song(chat, number, date=date)
    if kind == "t":
        return stand.world.post(chat, "words", date=date)
    name, mime = {
        "f": ("live.flac", "audio/flac"),
        "z": ("x.zip", "application/zip"),
        "v": (None, "audio/ogg"),
    }[kind]
    length = timedelta(seconds=3) if kind == "v" else None
    document = stand.world.add_document(
        size=9, name=name, mime=mime, duration=length, voice=kind == "v"
    )
    return stand.world.post(chat, document=document, date=date)


async def test_the_newest_come_first(stand: Stand) -> None:
    fill(stand, "mtmtm")
    async with stand.source() as source:
        assert await found(source, 2) == [5, 3]
        assert await found(source, 10) == [5, 3, 1]


async def test_the_oldest_come_first_when_asked(stand: Stand) -> None:
    fill(stand, "mtmtm")
    async with stand.source() as source:
        assert await found(source, 2, order=Order.OLDEST) == [1, 3]
        assert await found(source, 10, order=Order.OLDEST) == [1, 3, 5]


async def test_audio_sent_as_a_file_stands_in_its_place(stand: Stand) -> None:
    fill(stand, "fmzmfzm")
    async with stand.source() as source:
        assert await found(source, 10) == [7, 5, 4, 2, 1]
        assert await found(source, 3, order=Order.OLDEST) == [1, 2, 4]


@pytest.mark.parametrize("order", list(Order))
async def test_voice_is_found_only_when_asked(stand: Stand, order: Order) -> None:
    fill(stand, "vmv")
    async with stand.source() as source:
        assert await found(source, 10, order=order) == [2]
        both = await found(source, 10, order=order, voice=True)
        assert sorted(both) == [1, 2, 3]


@pytest.mark.parametrize(("order", "ids"), [(Order.NEWEST, [4, 3]), (Order.OLDEST, [2, 3])])
async def test_ids_bound_the_search_on_both_ends(
    stand: Stand, order: Order, ids: list[int]
) -> None:
    fill(stand, "mmmmmm")
    async with stand.source() as source:
        assert await found(source, 2, order=order, first_id=2, last_id=4) == ids
        assert sorted(await found(source, 9, order=order, first_id=2, last_id=4)) == [2, 3, 4]
        assert await found(source, 9, order=order, first_id=9) == []


@pytest.mark.parametrize("order", list(Order))
async def test_dates_bound_the_search_since_included_until_not(stand: Stand, order: Order) -> None:
    fill(stand, "mfmfmf")
    async with stand.source() as source:
        since, until = NOON + 2 * DAY, NOON + 5 * DAY
        assert sorted(await found(source, 9, order=order, since=since, until=until)) == [2, 3, 4]
        assert sorted(await found(source, 9, order=order, since=since)) == [2, 3, 4, 5, 6]
        assert sorted(await found(source, 9, order=order, until=until)) == [1, 2, 3, 4]
        assert await found(source, 9, order=order, until=NOON) == []
        assert await found(source, 9, order=order, since=NOON + 9 * DAY) == []


@pytest.mark.parametrize("order", list(Order))
async def test_dates_bound_the_search_even_where_the_server_ignores_them(
    stand: Stand, order: Order
) -> None:
    fill(stand, "mmmmmm")

    def forget(request: Any) -> bool:
        request.min_date = request.max_date = None
        return False  # strike nothing, only change the request

    stand.faults.add(Rule("messages.search", when=forget, times=None))
    async with stand.source() as source:
        since, until = NOON + 2 * DAY, NOON + 5 * DAY
        assert sorted(await found(source, 9, order=order, since=since, until=until)) == [2, 3, 4]


async def test_ids_and_dates_bound_the_search_together(stand: Stand) -> None:
    fill(stand, "mmmmmm")
    async with stand.source() as source:
        assert await found(source, 9, last_id=4, until=NOON + 6 * DAY) == [4, 3, 2, 1]
        assert await found(source, 9, last_id=6, until=NOON + 3 * DAY) == [2, 1]
        later = {"order": Order.OLDEST, "since": NOON + 3 * DAY}
        assert await found(source, 9, first_id=5, **later) == [5, 6]


@pytest.mark.parametrize("order", list(Order))
async def test_long_histories_are_read_page_by_page(stand: Stand, order: Order) -> None:
    fill(stand, "mmf" * 90)
    async with stand.source() as source:
        ids = await found(source, 260, order=order)

        assert len(ids) == 260
        assert ids == sorted(ids, reverse=order is Order.NEWEST)
        calls = stand.cluster.counters.of("messages.search")
        assert calls == 3  # two pages of music, one of files


async def test_the_next_page_of_a_long_history_comes_while_one_is_dealt_with(stand: Stand) -> None:
    fill(stand, "m" * 450)
    third = asyncio.Event()

    def hear(request: Any) -> bool:
        if request.offset_id == 251:
            third.set()
        return False  # strike nothing

    stand.faults.add(Rule("messages.search", when=hear, times=None))
    async with stand.source() as source:
        postings = source.audio(await source.chat("@jazz"), Request("@jazz", 10_000))
        async with aclosing(postings):
            first = [(await anext(postings)).message_id for _ in range(150)]
            await third.wait()
        rest = await found(source, 10_000)

    assert list(range(450, 300, -1)) == first
    assert list(range(450, 0, -1)) == rest


async def test_an_error_of_the_page_that_was_read_ahead_is_told_where_it_matters(
    stand: Stand,
) -> None:
    fill(stand, "m" * 450)
    stand.faults.add(Rule("messages.search", error=(420, "FLOOD_WAIT_90"), skip=3))
    async with stand.source() as source:
        postings = source.audio(await source.chat("@jazz"), Request("@jazz", 10_000))
        before = [(await anext(postings)).message_id for _ in range(200)]
        with pytest.raises(ThrottledError):
            await anext(postings)

    assert list(range(450, 250, -1)) == before


async def test_what_was_posted_since_takes_one_call_where_that_is_little(stand: Stand) -> None:
    fill(stand, "mtfvzm" + "t" * 50)
    async with stand.source() as source:
        news = {"order": Order.OLDEST, "first_id": 2}
        assert [3, 6] == await found(source, 10, **news)
        assert [3, 4, 6] == await found(source, 10, voice=True, **news)
        assert [3] == await found(source, 1, **news)
        assert [] == await found(source, 10, order=Order.OLDEST, first_id=57)
        assert [1, 3, 6] == await found(source, 10, order=Order.OLDEST, first_id=1)

    assert 5 == stand.cluster.counters.of("messages.getHistory")
    assert 0 == stand.cluster.counters.of("messages.search")


async def test_what_was_posted_since_is_searched_for_where_one_page_may_not_show_all(
    stand: Stand,
) -> None:
    chat = fill(stand, "mm" + "t" * 150 + "m")
    async with stand.source() as source:
        long = await found(source, 10, order=Order.OLDEST, first_id=2)
        stand.world.delete(chat, chat.posts[152])
        from_one_that_is_gone = await found(source, 10, order=Order.OLDEST, first_id=153)

    assert ([2, 153], [153]) == (long, from_one_that_is_gone)
    assert 2 == stand.cluster.counters.of("messages.getHistory")


async def test_what_is_posted_between_two_searches_is_left_to_whoever_asks_next(
    stand: Stand,
) -> None:
    chat = fill(stand, "mm" + "t" * 150 + "mf")

    def hear(request: Any) -> bool:
        is_second = isinstance(request.filter, InputMessagesFilterDocument)
        if is_second and len(chat.posts) == 154:
            for number, kind in enumerate("mf", start=155):
                post(stand, chat, kind, number)
        return False  # strike nothing

    stand.faults.add(Rule("messages.search", when=hear))
    async with stand.source() as source:
        first = await found(source, 10, order=Order.OLDEST, first_id=2)
        then = await found(source, 10, order=Order.OLDEST, first_id=155)

    assert ([2, 153, 154], [155, 156]) == (first, then)


async def test_where_nothing_was_posted_since_one_call_says_so_even_if_the_last_one_is_gone(
    stand: Stand,
) -> None:
    chat = fill(stand, "mmm")
    stand.world.delete(chat, chat.posts[2])
    async with stand.source() as source:
        assert [] == await found(source, 10, order=Order.OLDEST, first_id=4)

    assert 0 == stand.cluster.counters.of("messages.search")


async def test_no_page_is_read_for_what_is_not_wanted(stand: Stand) -> None:
    fill(stand, "mz" * 150)
    async with stand.source() as source:
        await found(source, 10)

        assert stand.cluster.counters.of("messages.search") == 2


async def test_an_empty_chat_has_nothing(stand: Stand) -> None:
    fill(stand, "")
    async with stand.source() as source:
        assert await found(source, 10) == []
        assert await found(source, 10, until=NOON) == []
        assert await found(source, 0) == []


async def test_a_topic_of_a_forum_is_read_alone(stand: Stand) -> None:
    chat = stand.world.add_chat("Jazz", ChatKind.GROUP, username="jazz")
    chat.topics = {10: "Bebop", 11: "Cool"}
    for number in range(6):
        stand.song(chat, number, topic=10 + number % 2)
    async with stand.source() as source:
        assert await found(source, 10, topic=10) == [5, 3, 1]
        assert await found(source, 10, topic=10, order=Order.OLDEST, first_id=2) == [3, 5]
        searches = stand.cluster.counters.of("messages.search")
        assert await found(source, 10, topic=10, order=Order.OLDEST, first_id=7) == []
        assert searches == stand.cluster.counters.of("messages.search"), "nothing is new anywhere"


async def test_named_messages_are_taken_whatever_else_is_asked(stand: Stand) -> None:
    fill(stand, "mvtzf")
    async with stand.source() as source:
        named = await found(source, 1, message_ids=(5, 99, 1, 3, 4, 2, 1), until=NOON)

        assert named == [5, 1, 2]


async def test_many_named_messages_are_asked_for_in_batches(stand: Stand) -> None:
    fill(stand, "m" * 210)
    async with stand.source() as source:
        named = await found(source, 500, message_ids=tuple(range(1, 251)))

        assert named == list(range(1, 211))
        assert stand.cluster.counters.of("channels.getMessages") == 3


@pytest.mark.parametrize(
    ("method", "named"), [("messages.search", ()), ("channels.getMessages", (1,))]
)
async def test_f25_a_page_that_never_comes_is_offline(
    stand: Stand, method: str, named: tuple[int, ...]
) -> None:
    stand.hurry()
    fill(stand, "m")
    stand.faults.add(Rule(method, mute=True))
    async with stand.source() as source:
        with pytest.raises(OfflineError):
            await found(source, 9, message_ids=named)


LAST_ID = (1 << 31) - 1


@pytest.mark.parametrize("order", list(Order))
async def test_ids_beyond_what_telegram_can_number_are_bounded(stand: Stand, order: Order) -> None:
    fill(stand, "mmm")
    async with stand.source() as source:
        for last in (LAST_ID - 1, LAST_ID, LAST_ID + 1, 1 << 70):
            within = await found(source, 9, order=order, first_id=-9, last_id=last)
            assert sorted(within) == [1, 2, 3]
            assert await found(source, 9, order=order, first_id=last) == []
            assert await found(source, 9, message_ids=(last, 2, -last, 0)) == [2]
            assert await found(source, 9, order=order, topic=last) == []
        assert await found(source, 9, order=order, last_id=-5) == []


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        (datetime(1900, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)),
    ],
    ids=["ends of time", "just outside", "just inside"],
)
async def test_dates_beyond_what_telegram_can_count_are_bounded(
    stand: Stand, order: Order, first: datetime, last: datetime
) -> None:
    fill(stand, "mfm")
    async with stand.source() as source:
        assert sorted(await found(source, 9, order=order, since=first, until=last)) == [1, 2, 3]
        assert await found(source, 9, order=order, since=last) == []
        assert await found(source, 9, order=order, until=first) == []


async def test_named_messages_come_as_they_are_found(stand: Stand) -> None:
    fill(stand, "m" * 150)
    stand.faults.add(Rule("channels.getMessages", error=(420, "FLOOD_WAIT_30"), skip=1))
    wanted = Request("", 1, message_ids=tuple(range(150, 0, -1)))
    async with stand.source() as source:
        postings = aiter(source.audio(await source.chat("@jazz"), wanted))
        before = [(await anext(postings)).message_id for _ in range(100)]
        with pytest.raises(ThrottledError):
            await anext(postings)

    assert before == list(range(150, 50, -1))
