from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.lending import Call
from downloader.pool import Pool
from storage.models import Account, AccountState, Reason, Request
from storage.store import Store
from tests.downloader.scripted import JAZZ, OwnedTime, song
from tests.downloader.two import SONGS, Two, part

MIB = 1 << 20
MINUTE = timedelta(minutes=1)
ALL = Request("@jazz", 9)


@pytest.fixture
async def two(store: Store) -> Two:
    for number in (1, 2):
        await store.accounts.save(Account(number, "A", AccountState.READY), b"")
    return Two(store)


async def test_the_work_is_shared(two: Two) -> None:
    for _ in range(4):
        await two.pool.chat("@jazz")

    assert 2 == two.first.count("chat") == two.second.count("chat")


async def test_the_less_busy_account_is_asked(two: Two) -> None:
    held = two.first.script("chat", hold=asyncio.Event())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(two.pool.chat("@jazz"))
        await held.reached.wait()
        for _ in range(3):
            await two.pool.chat("@jazz")
        task.cancel()

    assert (1, 3) == (two.first.count("chat"), two.second.count("chat"))


async def test_the_account_known_to_read_the_chat_is_asked_first(two: Two) -> None:
    await two.store.chats.save(JAZZ)
    await two.store.chats.grant(2, JAZZ.id, 99)
    for _ in range(3):
        await two.pool.open(song(1))
        await two.pool.chat(str(JAZZ.id))

    assert [] == two.first.asked


async def test_f01_a_throttled_account_rests_and_the_other_goes_on(two: Two) -> None:
    two.first.script("chat", ThrottledError(MINUTE))
    for _ in range(3):
        assert JAZZ == await two.pool.chat("@jazz")
    rests = (await two.account(1)).rests_until

    assert (1, 3) == (two.first.count("chat"), two.second.count("chat"))
    assert rests is not None
    assert MINUTE <= rests - two.time.now() < MINUTE * 1.1

    two.time.advance(70)
    await two.pool.chat("@jazz")
    await two.pool.chat("@jazz")
    assert 2 == two.first.count("chat")


async def test_f02_all_throttled_names_the_earliest_awakening(two: Two) -> None:
    two.first.script("chat", ThrottledError(MINUTE * 5))
    two.second.script("chat", ThrottledError(MINUTE * 2))

    for _ in range(3):
        with pytest.raises(ThrottledError) as info:
            await two.pool.chat("@jazz")
        assert MINUTE * 2 <= info.value.wait < MINUTE * 2.1
    assert 1 == two.first.count("chat") == two.second.count("chat")


async def test_f02_a_rest_survives_a_restart(two: Two) -> None:
    two.first.script("chat", ThrottledError(timedelta(days=1)))
    await two.pool.chat("@jazz")
    two.build()
    for _ in range(3):
        await two.pool.chat("@jazz")

    assert 1 == two.first.count("chat")


@pytest.mark.parametrize("error", [ServerTroubleError("AUTH_BYTES_INVALID"), OfflineError()])
@pytest.mark.parametrize("method", ["turn", "part", "open"])
async def test_f08_who_had_trouble_of_late_is_asked_last(
    two: Two, method: str, error: DownloaderError
) -> None:
    """Even where it alone is known to read the chat."""
    await two.store.chats.save(JAZZ)
    await two.store.chats.grant(1, JAZZ.id, 99)
    two.first.script(method, error)
    with pytest.raises(type(error)):
        await part(await two.pool.open(song(1)), 0)
    for _ in range(3):
        await part(await two.pool.open(song(1)), 0)

    assert (1, 3) == (two.first.count("open"), two.second.count("open"))
    two.time.advance(600)
    await two.pool.open(song(1))
    assert 2 == two.first.count("open")


async def test_f46_a_rest_longer_than_anybody_asks_for_is_none(two: Two) -> None:
    """The clock was put back while the program was off."""
    await two.store.accounts.move(1, AccountState.READY, two.time.now() + timedelta(days=365))
    two.build()
    for _ in range(2):
        await two.pool.chat("@jazz")

    assert 1 == two.first.count("chat")


async def test_f01_who_may_not_fetch_may_still_read(two: Two) -> None:
    two.second.script("chat", ThrottledError(MINUTE * 60))
    await two.pool.chat("@jazz")
    await two.pool.chat("@jazz")
    file = await two.pool.open(song(1))
    two.first.script("part", ThrottledError(MINUTE))
    with pytest.raises(ThrottledError):
        await part(file, 0)

    assert JAZZ == await two.pool.chat("@jazz")


async def test_f16_a_lost_account_is_marked_and_used_no_more(two: Two) -> None:
    two.first.script("chat", AccountLostError("AUTH_KEY_UNREGISTERED"))
    for _ in range(3):
        await two.pool.chat("@jazz")

    assert 1 == two.first.count("chat")
    assert AccountState.NEEDS_LOGIN is (await two.account(1)).state


async def test_f18_a_banned_account_is_marked_as_such(two: Two) -> None:
    two.first.script("chat", AccountLostError("USER_DEACTIVATED_BAN", AccountState.BANNED))
    await two.pool.chat("@jazz")

    assert AccountState.BANNED is (await two.account(1)).state


async def test_f17_a_session_used_elsewhere_is_told_from_one_that_ended(two: Two) -> None:
    error = AccountLostError("AUTH_KEY_DUPLICATED", AccountState.USED_ELSEWHERE)
    two.first.script("chat", error)
    await two.pool.chat("@jazz")
    first, second = await two.pool.standings()

    assert (AccountState.USED_ELSEWHERE, True) == (first.state, first.is_lost)
    assert (AccountState.READY, False) == (second.state, second.is_lost)


async def test_f16_with_no_account_left_it_says_so(two: Two) -> None:
    two.first.script("chat", AccountLostError("x"))
    two.second.script("chat", AccountLostError("x"))

    for _ in range(2):
        with pytest.raises(AccountLostError):
            await two.pool.chat("@jazz")
    assert 1 == two.first.count("chat") == two.second.count("chat")


async def test_a_pool_of_nobody_asks_for_a_login(store: Store) -> None:
    with pytest.raises(AccountLostError):
        await Pool([], store, OwnedTime().clock).chat("@jazz")


async def test_f13_another_account_may_read_what_one_may_not(two: Two) -> None:
    await two.store.chats.save(JAZZ)
    await two.store.chats.grant(1, JAZZ.id, 99)
    two.first.script("open", ChatUnavailableError(Reason.CHAT_PRIVATE), times=9)

    await two.pool.open(song(1))

    assert 1 == two.second.count("open")
    assert frozenset() == await two.store.chats.readers(JAZZ.id)


async def test_f13_when_nobody_may_read_it_the_first_answer_counts(two: Two) -> None:
    two.first.script("chat", ChatUnavailableError(Reason.CHAT_PRIVATE), times=9)
    two.second.script("chat", ChatUnavailableError(Reason.CHAT_NOT_JOINED), times=9)

    with pytest.raises(ChatUnavailableError) as info:
        await two.pool.chat("@jazz")

    assert Reason.CHAT_PRIVATE is info.value.reason


async def test_f13_a_throttled_account_may_yet_read_what_the_other_may_not(two: Two) -> None:
    two.first.script("chat", ChatUnavailableError(Reason.CHAT_PRIVATE), times=9)
    two.second.script("chat", ThrottledError(MINUTE))

    with pytest.raises(ThrottledError):
        await two.pool.chat("@jazz")


@pytest.mark.parametrize(
    ("name", "asked"), [("@nowhere", 1), ("-100999", 2)], ids=["username", "id"]
)
async def test_f14_an_unknown_username_is_unknown_to_all_but_an_id_is_not(
    two: Two, name: str, asked: int
) -> None:
    with pytest.raises(ChatUnavailableError) as info:
        await two.pool.chat(name)

    assert Reason.CHAT_NOT_FOUND is info.value.reason
    assert asked == two.first.count("chat") + two.second.count("chat")


@pytest.mark.parametrize(
    "error", [OfflineError(), ChatUnavailableError(Reason.NOT_A_CHAT)], ids=["offline", "person"]
)
async def test_what_no_other_account_can_help_with_is_passed_on(
    two: Two, error: DownloaderError
) -> None:
    two.first.script("chat", error)

    with pytest.raises(type(error)):
        await two.pool.chat("@jazz")

    assert 0 == two.second.count("chat")


@pytest.mark.parametrize("error", [ThrottledError(MINUTE), AccountLostError("x")])
async def test_a_list_is_continued_by_another_account(two: Two, error: DownloaderError) -> None:
    two.first.script("posting", error, skip=1)

    found = [audio.message_id async for audio in two.pool.audio(JAZZ, ALL)]

    assert [2, 1] == found


@pytest.mark.parametrize("error", [ThrottledError(MINUTE), AccountLostError("x")])
async def test_a_file_is_continued_by_another_account(two: Two, error: DownloaderError) -> None:
    file = await two.pool.open(SONGS[1])
    two.first.script("part", error, skip=1, times=9)
    body = b"".join([await part(file, n * MIB) for n in range(6)])

    assert two.first.bodies[SONGS[1].document_id] == body
    assert 6 * MIB == file.size
    assert 2 == two.first.count("part")
    assert 1 == two.second.count("open")


@pytest.mark.parametrize("error", [ThrottledError(MINUTE), AccountLostError("SESSION_REVOKED")])
async def test_hashes_are_told_by_another_account_too(two: Two, error: DownloaderError) -> None:
    file = await two.pool.open(SONGS[1])
    two.first.script("hashes", error, times=99)

    assert await file.hashes(0)
    assert (1, 1) == (two.first.count("hashes"), two.second.count("hashes"))


async def test_f01_a_short_throttle_of_hashes_is_left_to_who_asks(two: Two) -> None:
    file = await two.pool.open(SONGS[1])
    two.first.script("hashes", ThrottledError(timedelta(seconds=2)))

    with pytest.raises(ThrottledError):
        await file.hashes(0)
    assert await file.hashes(0)
    assert 0 == two.second.count("hashes")


async def test_f01_a_short_throttle_is_left_to_the_account_itself(two: Two) -> None:
    file = await two.pool.open(SONGS[1])
    two.first.script("part", ThrottledError(timedelta(seconds=2)))
    two.first.script("part", ThrottledError(timedelta(seconds=15), premium=True), skip=1)

    assert MIB == len(await part(file, 0)) == len(await part(file, MIB))
    assert 4 == two.first.count("part")
    assert 0 == two.second.count("open")
    assert (await two.account(1)).rests_until is None


async def test_a_file_that_nobody_may_fetch_now_names_the_awakening(two: Two) -> None:
    file = await two.pool.open(SONGS[1])
    two.first.script("part", ThrottledError(MINUTE * 5))
    two.second.script("open", ThrottledError(MINUTE * 3))

    with pytest.raises(ThrottledError) as info:
        await part(file, 0)

    assert MINUTE * 3 <= info.value.wait < MINUTE * 3.1


async def test_a_file_leaves_an_account_that_was_sent_to_a_long_rest_by_another(two: Two) -> None:
    one, other = await two.pool.open(SONGS[1]), await two.pool.open(SONGS[1])
    third = await two.pool.open(SONGS[1])
    two.first.script("part", ThrottledError(MINUTE))
    await part(one, 0)
    await part(third, 0)
    await part(other, 0)

    assert (1, 3) == (two.first.count("part"), two.second.count("part"))


@pytest.mark.parametrize("error", [ThrottledError(MINUTE), AccountLostError("x")])
async def test_an_account_removed_meanwhile_is_used_no_more(
    two: Two, error: DownloaderError
) -> None:
    two.first.script("chat", error)
    await two.store.accounts.remove(1)
    assert JAZZ == await two.pool.chat("@jazz")
    two.time.advance(300)
    for _ in range(2):
        await two.pool.chat("@jazz")

    assert 1 == two.first.count("chat")


async def test_the_pool_tells_how_each_account_stands(two: Two) -> None:
    await two.store.accounts.save(Account(3, "Boris", AccountState.NEEDS_LOGIN), b"")
    two.first.script("open", ThrottledError(MINUTE))
    held = two.second.script("open", hold=asyncio.Event())
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(two.pool.open(SONGS[0]))
        await held.reached.wait()
        resting, working, lost = await two.pool.standings()
        opening.cancel()

    assert {Call.MESSAGES} == {rest.call for rest in resting.rests}
    assert [0, 1, 0] == [one.busy for one in (resting, working, lost)]
    assert AccountState.NEEDS_LOGIN is lost.state
    assert ["A", "A", "Boris"] == [one.name for one in (resting, working, lost)]
