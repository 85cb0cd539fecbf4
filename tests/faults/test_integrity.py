"""What arrives damaged never gets a name: chunk faults on the whole way to the library."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from downloader.proof import CheckBytes
from sandbox.faults import Rule
from sandbox.mtproto.replies import FilePart
from sandbox.trouble import wrong_hashes
from sandbox.world import Chat
from storage.models import ItemState, JobState, Reason
from tests.downloader.telegram.stand import MIB, Stand
from tests.faults.line import open_line, wanted

PART = "upload.getFile"
HASHES = "upload.getFileHashes"
SEEDS = range(12)


@pytest.fixture
def jazz(stand: Stand) -> Chat:
    return stand.world.add_chat("Jazz", username="jazz", members=[stand.user])


def songs(stand: Stand, jazz: Chat, *sizes: int) -> None:
    for number, size in enumerate(sizes, 1):
        stand.song(jazz, number, size=size)


def swapped(part: FilePart) -> FilePart:
    """Give other bytes of the same length, as when two answers change places."""
    return replace(part, data=bytes(reversed(bytes(part.data))))


def doubled(part: FilePart) -> FilePart:
    return replace(part, data=bytes(part.data) * 2)


CHUNK_FAULTS: dict[str, Callable[[FilePart], FilePart]] = {
    "f27 short": lambda part: part.cut(len(part.data) // 2),
    "f27 one byte short": lambda part: part.cut(len(part.data) - 1),
    "f27 empty": lambda part: part.cut(0),
    "f28 over-long": lambda part: part.padded(4096),
    "f28 doubled": doubled,
    "f28 swapped": swapped,
    "f28 of zeros": lambda part: replace(part, data=bytes(len(part.data))),
    "f11 first byte": lambda part: part.flipped(0),
    "f11 last byte": lambda part: part.flipped(len(part.data) - 1),
}


@pytest.mark.parametrize("fault", CHUNK_FAULTS)
async def test_f11_f27_f28_a_damaged_chunk_is_fetched_again(
    stand: Stand, jazz: Chat, tmp_path: Path, fault: str
) -> None:
    songs(stand, jazz, 5 * MIB + 3, 700_000)
    strikes = stand.faults.add(Rule(PART, reply=CHUNK_FAULTS[fault], skip=1, times=2))
    async with open_line(stand, tmp_path) as line:
        job, _ = await line.fetched()

    assert JobState.DONE is job.state
    assert 2 == strikes.hits
    assert wanted(stand) == sorted(line.published().values())
    assert (frozenset(), frozenset()) == await line.left_over()


@pytest.mark.parametrize("seed", SEEDS)
async def test_f11_f27_f28_of_many_faults_at_once_no_wrong_byte_gets_a_name(
    stand: Stand, jazz: Chat, tmp_path: Path, seed: int
) -> None:
    """Damage a third of the answers at random, of bytes and of hashes; publish only what is right.

    A file may fail at that rate, and then nothing of it is left.
    """
    chance = random.Random(seed)
    stand.cluster.hashes_at_once = chance.choice([1, 3, 8, 100])
    songs(stand, jazz, *(chance.randrange(1, 4 * MIB) for _ in range(5)))

    def strikes(_: Any) -> bool:
        return chance.random() < 1 / 3

    def damaged(part: FilePart) -> FilePart:
        return chance.choice(list(CHUNK_FAULTS.values()))(part) if len(part.data) else part

    stand.faults.add(Rule(PART, reply=damaged, when=strikes, times=40))
    stand.faults.add(Rule(HASHES, reply=wrong_hashes_of_a_copy, when=strikes, times=5))
    async with open_line(stand, tmp_path, check_bytes=CheckBytes.ALL) as line:
        _, items = await line.fetched()

    right = set(wanted(stand))
    assert set(line.published().values()) <= right
    assert {item.state for item in items} <= {ItemState.SAVED, ItemState.FAILED}
    assert len(line.published()) == sum(item.state is ItemState.SAVED for item in items)
    assert (frozenset(), frozenset()) == await line.left_over()


def wrong_hashes_of_a_copy(answer: Any) -> Any:
    return wrong_hashes(list(answer))


async def test_f11_a_file_that_stays_damaged_fails_and_leaves_nothing(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 3 * MIB, 2 * MIB)
    bad, good = stand.world.documents.values()

    def is_bad(request: Any) -> bool:
        return bool(request.location.id == bad.id and request.offset == 2 * MIB)

    stand.faults.add(Rule(PART, reply=lambda part: part.flipped(77), when=is_bad, times=None))
    async with open_line(stand, tmp_path) as line:
        job, items = await line.fetched()

    assert JobState.PARTLY_DONE is job.state
    failed = [item for item in items if item.state is ItemState.FAILED]
    assert [Reason.DAMAGED_AT_SOURCE] == [item.reason for item in failed]
    assert [good.digest()] == list(line.published().values())
    assert (frozenset(), frozenset()) == await line.left_over()


async def test_f29_a_file_shorter_than_declared_is_incomplete_and_not_published(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 3 * MIB)

    def is_last(request: Any) -> bool:
        return bool(request.offset + request.limit > 3 * MIB - 4096)

    stand.faults.add(
        Rule(PART, reply=lambda part: part.cut(len(part.data) - 9), when=is_last, times=None)
    )
    async with open_line(stand, tmp_path) as line:
        _, [item] = await line.fetched()

    assert (ItemState.FAILED, Reason.INCOMPLETE_AT_SOURCE) == (item.state, item.reason)
    assert f"of {3 * MIB}" in item.detail
    assert {} == line.published()


@pytest.mark.parametrize("error", [(400, "LOCATION_INVALID"), (404, "METHOD_INVALID")])
async def test_hashes_that_are_refused_fail_no_good_file(
    stand: Stand, jazz: Chat, tmp_path: Path, error: tuple[int, str]
) -> None:
    songs(stand, jazz, 5 * MIB, 700_000)
    stand.faults.add(Rule(HASHES, error=error, times=None))
    async with open_line(stand, tmp_path) as line:
        job, _ = await line.fetched()

    assert JobState.DONE is job.state
    assert wanted(stand) == sorted(line.published().values())


async def test_a_flood_on_hashes_alone_makes_files_wait_and_not_fail(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 5 * MIB, 700_000)
    stand.faults.add(Rule(HASHES, error=(420, "FLOOD_WAIT_3600"), skip=2, times=3))
    async with open_line(stand, tmp_path) as line:
        job, items = await line.fetched()

    assert JobState.DONE is job.state
    assert [0, 0] == [item.attempts for item in items]
    assert wanted(stand) == sorted(line.published().values())


async def test_f05_a_reference_that_expires_while_hashes_are_asked_for_is_renewed(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 5 * MIB)
    stand.faults.add(Rule(HASHES, error=(400, "FILE_REFERENCE_EXPIRED"), times=2))
    async with open_line(stand, tmp_path) as line:
        job, _ = await line.fetched()

    assert JobState.DONE is job.state
    assert wanted(stand) == sorted(line.published().values())


@pytest.mark.parametrize("which", CheckBytes)
async def test_the_setting_says_for_which_files_hashes_are_asked(
    stand: Stand, jazz: Chat, tmp_path: Path, which: CheckBytes
) -> None:
    songs(stand, jazz, 2 * MIB, 100_000)
    async with open_line(stand, tmp_path, check_bytes=which) as line:
        await line.fetched()

    asked = {CheckBytes.ALL: 3, CheckBytes.RISKY: 2, CheckBytes.OFF: 0}[which]
    assert asked == stand.cluster.counters.of(HASHES)
    assert wanted(stand) == sorted(line.published().values())


async def test_f38_bytes_damaged_between_two_runs_are_fetched_again(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 6 * MIB)
    [document] = stand.world.documents.values()
    stand.faults.add(Rule(PART, error=(420, "FLOOD_WAIT_3600"), skip=4, times=None))
    async with open_line(stand, tmp_path) as line, line.running():
        job = await line.submit()
        await line.item_is(job.id, ItemState.WAITING)
    part = tmp_path / "music" / ".tad" / f"{document.id}.part"
    there = bytearray(part.read_bytes())
    row = await stand.store.transfers.get(document.id)
    assert row is not None
    first = next(number for number in range(48) if row.done[number // 8] >> number % 8 & 1)
    there[first * row.part_size + 5] ^= 1
    part.write_bytes(there)
    stand.faults.clear()
    async with open_line(stand, tmp_path) as line:
        await stand.store.items.wait_no_more({Reason.FLOOD})
        line.time.advance(4000)
        async with line.passing():
            await line.ended(job.id)

    assert [sha256(bytes(document.read(0, document.size))).hexdigest()] == list(
        line.published().values()
    )


CDN_PART = "upload.getCdnFile"


async def test_f09_files_are_fetched_from_the_cdn_if_telegram_insists(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 5 * MIB + 3, 700_000, 900)
    for document in stand.world.documents.values():
        stand.cluster.cdn.hold(document, unasked=True)
    async with open_line(stand, tmp_path) as line:
        job, _ = await line.fetched()

    assert JobState.DONE is job.state
    assert wanted(stand) == sorted(line.published().values())
    assert stand.cluster.counters.of(CDN_PART) >= 7


async def test_f10_a_file_that_was_tampered_with_fails_and_leaves_nothing(
    stand: Stand, jazz: Chat, tmp_path: Path
) -> None:
    songs(stand, jazz, 3 * MIB)
    [document] = stand.world.documents.values()
    stand.cluster.cdn.hold(document, unasked=True)

    def is_bad(request: Any) -> bool:
        return bool(request.offset >= 2 * MIB)

    stand.faults.add(Rule(CDN_PART, reply=lambda part: part.flipped(9), when=is_bad, times=None))
    async with open_line(stand, tmp_path) as line:
        _, [item] = await line.fetched()

    assert (ItemState.FAILED, Reason.TAMPERED) == (item.state, item.reason)
    assert {} == line.published()
    assert (frozenset(), frozenset()) == await line.left_over()


@pytest.mark.parametrize("seed", SEEDS)
async def test_f09_f10_of_a_cdn_that_does_what_it_likes_no_wrong_byte_gets_a_name(
    stand: Stand, jazz: Chat, tmp_path: Path, seed: int
) -> None:
    """Send every file to a CDN that flips, cuts, forgets and refuses a third of the time."""
    chance = random.Random(seed)
    stand.cluster.hashes_at_once = chance.choice([1, 3, 8, 100])
    songs(stand, jazz, *(chance.randrange(1, 3 * MIB) for _ in range(4)))
    documents = list(stand.world.documents.values())
    for document in documents:
        stand.cluster.cdn.hold(document, unasked=True)

    def strikes(_: Any) -> bool:
        return chance.random() < 1 / 3

    def forgets(_: Any) -> bool:
        if chance.random() < 1 / 8:
            stand.cluster.cdn.forget(chance.choice(documents))
        return False

    def damaged(part: Any) -> Any:
        is_part = isinstance(part, FilePart) and len(part.data)
        return chance.choice(list(CHUNK_FAULTS.values()))(part) if is_part else part

    stand.faults.add(Rule("upload.getFile", when=forgets))
    stand.faults.add(Rule(CDN_PART, error=(400, "FILE_TOKEN_INVALID"), when=strikes, times=9))
    stand.faults.add(Rule(CDN_PART, reply=damaged, when=strikes, times=15))
    async with open_line(stand, tmp_path) as line:
        _, items = await line.fetched()

    assert set(line.published().values()) <= set(wanted(stand))
    assert {item.state for item in items} <= {ItemState.SAVED, ItemState.FAILED}
    assert len(line.published()) == sum(item.state is ItemState.SAVED for item in items)
    assert (frozenset(), frozenset()) == await line.left_over()
