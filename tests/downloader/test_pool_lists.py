from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    AccountLostError,
    DownloaderError,
    PostingGoneError,
    TakeoutDelayedError,
    TakeoutRefusedError,
    ThrottledError,
)
from downloader.pool import Pool
from storage.models import (
    Account,
    AccountState,
    Audio,
    Chat,
    ChatKind,
    ItemState,
    JobState,
    Order,
    Reason,
    Request,
)
from storage.store import Store
from tests.downloader.rig import open_rig
from tests.downloader.scripted import JAZZ, Asked, OwnedTime, ScriptedFile, ScriptedSource, song

SHORT = timedelta(seconds=3)
MINUTE = timedelta(minutes=1)
GROUP = Chat(-555, "Band room", None, ChatKind.GROUP)


class Own(ScriptedSource):
    """Numbers the messages of a small group by itself."""

    async def open(self, audio: Audio) -> ScriptedFile:
        if audio not in self.songs:
            raise PostingGoneError(Reason.REPLACED, "another's number")
        return await super().open(audio)


async def numbers(pool: Pool, request: Request, chat: Chat = JAZZ) -> list[int]:
    return [audio.message_id async for audio in pool.audio(chat, request)]


async def pool_of(store: Store, time: OwnedTime, *sources: ScriptedSource) -> Pool:
    for source in sources:
        number = source.account_id
        await store.accounts.save(Account(number, "A", AccountState.READY), b"")
    return Pool(sources, store, time.clock)


def own(account: int, *, first: int) -> Own:
    """Make six songs in the small group, numbered from `first` on for this account."""
    songs = [song(first + n, chat=GROUP, document=n, account=account) for n in range(6)]
    return Own(*songs, chats=[GROUP], account=account)


@pytest.mark.parametrize(
    ("request_", "rest", "listed"),
    [
        (Request("@jazz", 9), Request("@jazz", 7, last_id=3), [5, 4, 3, 2, 1]),
        (
            Request("@jazz", 9, Order.OLDEST),
            Request("@jazz", 7, Order.OLDEST, first_id=3),
            [1, 2, 3, 4, 5],
        ),
        (
            Request("@jazz", 9, message_ids=(5, 3, 1)),
            Request("@jazz", 9, message_ids=(1,)),
            [5, 3, 1],
        ),
    ],
    ids=["newest", "oldest", "named"],
)
async def test_f01_a_list_waits_a_short_throttle_out_and_goes_on_where_it_was(
    store: Store, request_: Request, rest: Request, listed: list[int]
) -> None:
    time = OwnedTime()
    source = ScriptedSource(*(song(number) for number in range(1, 6)))
    pool = await pool_of(store, time, source)
    source.script("posting", ThrottledError(SHORT), skip=2)
    async with time.passing():
        assert listed == await numbers(pool, request_)

    assert [request_, rest] == source.requests
    assert len(time.slept) == 1
    assert SHORT.total_seconds() <= time.slept[0] < SHORT.total_seconds() + 1


async def test_f01_a_list_that_ended_with_a_throttle_asks_for_nothing_more(store: Store) -> None:
    source = ScriptedSource(song(1), song(2), song(3))
    pool = await pool_of(store, OwnedTime(), source)
    source.script("posting", ThrottledError(SHORT), skip=2)

    assert [3, 2] == await numbers(pool, Request("@jazz", 2))
    assert 1 == source.count("audio")


@pytest.mark.parametrize("error", [ThrottledError(MINUTE), AccountLostError("x")])
async def test_f01_another_account_goes_on_where_the_first_had_to_stop(
    store: Store, error: DownloaderError
) -> None:
    one, two = (ScriptedSource(song(1), song(2), song(3), account=number) for number in (1, 2))
    pool = await pool_of(store, OwnedTime(), one, two)
    one.script("posting", error, skip=1)

    assert [3, 2, 1] == await numbers(pool, Request("@jazz", 9))
    assert [Request("@jazz", 8, last_id=2)] == two.requests


async def test_f02_a_list_throttled_for_long_says_so(store: Store) -> None:
    source = ScriptedSource(song(1), song(2))
    pool = await pool_of(store, OwnedTime(), source)
    source.script("posting", ThrottledError(MINUTE), skip=1)

    with pytest.raises(ThrottledError):
        await numbers(pool, Request("@jazz", 9))


async def test_f01_a_list_throttled_again_and_again_without_getting_on_gives_up(
    store: Store,
) -> None:
    time = OwnedTime()
    source = ScriptedSource(song(1), song(2))
    pool = await pool_of(store, time, source)
    source.script("posting", ThrottledError(SHORT), skip=1, times=99)
    async with time.passing():
        with pytest.raises(ThrottledError):
            await numbers(pool, Request("@jazz", 9))

    assert 2 < source.count("audio") < 20


async def test_f01_a_long_list_throttled_every_now_and_then_is_planned(tmp_path: Path) -> None:
    songs = [song(number) for number in range(1, 101)]
    source = ScriptedSource(*songs)
    for throttles in range(1, 5):
        source.script("posting", ThrottledError(SHORT), skip=20 * throttles)
    async with open_rig(tmp_path, source) as rig:
        await rig.store.accounts.save(Account(1, "A", AccountState.READY), b"")
        rig.build(Pool([source], rig.store, rig.time.clock))
        async with rig.time.passing(), rig.running():
            job = await rig.submit(limit=100)
            await rig.job_is(job.id, JobState.RUNNING)
            items = await rig.items(job.id)

    assert list(range(100, 0, -1)) == [item.message_id for item in items]
    assert 5 == source.count("audio")


async def test_a_list_of_a_small_group_is_left_to_the_account_that_began_it(store: Store) -> None:
    time = OwnedTime()
    one, two = own(1, first=1), own(2, first=101)
    pool = await pool_of(store, time, one, two)
    one.script("posting", ThrottledError(SHORT), skip=2)
    async with time.passing():
        assert [6, 5, 4, 3, 2, 1] == await numbers(pool, Request("-555", 9), GROUP)

    assert [] == two.requests


async def test_f16_when_that_account_is_lost_a_login_is_asked_for(store: Store) -> None:
    one, two = own(1, first=1), own(2, first=101)
    pool = await pool_of(store, OwnedTime(), one, two)
    one.script("posting", AccountLostError("x"), skip=2)

    with pytest.raises(AccountLostError):
        await numbers(pool, Request("-555", 9), GROUP)
    assert [] == two.requests


async def test_a_small_group_is_listed_by_another_account_while_nothing_was_found(
    store: Store,
) -> None:
    one, two = own(1, first=1), own(2, first=101)
    pool = await pool_of(store, OwnedTime(), one, two)
    one.script("posting", AccountLostError("x"))

    assert [106, 105] == (await numbers(pool, Request("-555", 9), GROUP))[:2]


async def test_files_of_a_small_group_are_fetched_by_the_account_that_numbered_them(
    tmp_path: Path,
) -> None:
    one, two = own(1, first=1), own(2, first=101)
    async with open_rig(tmp_path, one) as rig:
        await rig.store.chats.save(GROUP)
        for number in (1, 2):
            await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
            await rig.store.chats.grant(number, GROUP.id, 0)
        rig.build(Pool([one, two], rig.store, rig.time.clock))
        job = await rig.finish("-555", 6)

        assert JobState.DONE is job.state
        assert rig.bodies() == sorted(rig.published().values())


async def test_f16_files_of_a_small_group_are_parked_when_their_account_is_lost(
    tmp_path: Path,
) -> None:
    one, two = own(1, first=1), own(2, first=101)
    async with open_rig(tmp_path, one) as rig:
        for number in (1, 2):
            await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
        await rig.store.chats.save(GROUP)
        await rig.store.chats.grant(1, GROUP.id, 0)  # so that it is the one to list
        one.script("open", AccountLostError("x"))
        rig.build(Pool([one, two], rig.store, rig.time.clock))
        async with rig.running():
            job = await rig.submit("-555", 1)
            item = await rig.item_is(job.id, ItemState.PARKED)

    assert Reason.LOGIN is item.reason
    assert 0 == two.count("open")


async def test_a_file_planned_before_numbers_had_an_owner_is_asked_of_anybody(store: Store) -> None:
    source = Own(song(1, chat=GROUP), chats=[GROUP], account=2)
    pool = await pool_of(store, OwnedTime(), source)

    assert await pool.open(replace(song(1, chat=GROUP), account=None))
    assert [Asked("open", source.songs[0].document_id)] == source.asked


async def test_a_takeout_is_asked_of_the_same_account_each_time(store: Store) -> None:
    time, sources = OwnedTime(), [ScriptedSource(song(1), account=n) for n in (1, 2)]
    pool = await pool_of(store, time, *sources)
    await pool.chat("@jazz")
    for _ in range(3):
        assert [1] == await numbers(pool, Request("@jazz", 9, takeout=True))

    assert [3, 0] == [len(source.requests) for source in sources]


@pytest.mark.parametrize(
    "error", [TakeoutDelayedError(MINUTE), TakeoutRefusedError("TAKEOUT_INVALID")]
)
async def test_what_is_said_of_a_takeout_is_not_laid_to_the_account(
    store: Store, error: DownloaderError
) -> None:
    time, sources = OwnedTime(), [ScriptedSource(song(1), account=n) for n in (1, 2)]
    pool = await pool_of(store, time, *sources)
    sources[0].script("audio", error)
    with pytest.raises(type(error)):
        await numbers(pool, Request("@jazz", 9, takeout=True))

    assert [1] == await numbers(pool, Request("@jazz", 9, takeout=True))
    assert [2, 0] == [len(source.requests) for source in sources]


async def test_takeouts_end_with_every_account_that_is_left(store: Store) -> None:
    time, sources = OwnedTime(), [ScriptedSource(account=n) for n in (1, 2, 3)]
    pool = await pool_of(store, time, *sources)
    sources[0].script("end takeouts", AccountLostError("SESSION_REVOKED"))
    await pool.end_takeouts()
    await pool.end_takeouts()

    assert [1, 2, 2] == [source.count("end takeouts") for source in sources]


async def test_an_account_whose_list_is_closed_early_is_free_at_once(store: Store) -> None:
    time = OwnedTime()
    source = ScriptedSource(song(1), song(2))
    pool = await pool_of(store, time, source)
    async with aclosing(pool.audio(JAZZ, Request("@jazz", 9))) as listed:
        await anext(listed)
        while_read = [member.busy for member in pool._members]

    assert [1] == while_read
    assert [0] == [member.busy for member in pool._members]
