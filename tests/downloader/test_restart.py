"""What a new process makes of what the last one left: every job ends, no byte wrong or double."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from downloader.errors import OfflineError, OutsideHoursError, PostingGoneError, RefusedError
from downloader.events import BytesArrived
from storage.entry import Intent
from storage.models import Item, ItemState, JobState, Reason, Transfer
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

MIB = 1 << 20
BIG = song(1, size=6 * MIB + 7)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(BIG, song(2))) as rig:
        rig.source.width = 1
        rig.build(workers=1)
        yield rig


async def test_f38_stopped_in_the_middle_of_a_file_it_goes_on_there(rig: Rig) -> None:
    rig.source.songs = [BIG]
    held = rig.source.script("part", hold=asyncio.Event(), skip=5, times=99)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
    held.times = 0
    rig.build()
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state

    # Every part once, but for the one that was in flight.
    assert 7 + 1 == len(rig.source.parts())
    assert [sha256(rig.source.bodies[BIG.document_id]).hexdigest()] == list(
        rig.published().values()
    )


async def test_what_waited_for_other_hours_goes_on_at_a_start(rig: Rig) -> None:
    rig.source.script("open", OutsideHoursError(timedelta(hours=10), "02:00"))
    async with rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, ItemState.WAITING)
    rig.build()
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state


@pytest.mark.parametrize(("days", "asked_again"), [(29, 7 - 3), (31, 7)])
async def test_the_bytes_of_what_failed_are_kept_for_a_month(
    rig: Rig, days: int, asked_again: int
) -> None:
    rig.source.songs = [BIG]
    rig.source.script("part", RefusedError("STRANGE"), skip=3, times=99)
    async with rig.time.passing():
        job = await rig.finish()
    assert [ItemState.FAILED] == await rig.states(job.id)
    written = (rig.time.clock.on_the_wall() - timedelta(days=days)).timestamp()
    os.utime(rig.music / ".tad" / f"{BIG.document_id}.part", (written, written))
    asked = len(rig.source.parts())
    rig.source.forget()
    await rig.build()._take_up()
    async with rig.running():
        await rig.engine.retry(job.id)
        assert JobState.DONE is (await rig.ended(job.id)).state

    assert asked_again == len(rig.source.parts()) - asked
    body = rig.source.bodies[BIG.document_id]
    assert [sha256(body).hexdigest()] == list(rig.published().values())


@pytest.mark.parametrize("stop_after", range(1, 28))
async def test_f38_stopped_at_any_event_each_job_still_ends(
    tmp_path: Path, stop_after: int
) -> None:
    source = ScriptedSource(*(song(n, size=300_000) for n in range(1, 4)))
    async with open_rig(tmp_path, source) as rig:
        seen = 0
        job = await rig.submit()
        with suppress(TimeoutError):
            async with rig.running():
                with rig.engine.events.listen() as heard:
                    async for event in heard:
                        seen += not isinstance(event, BytesArrived)
                        if seen == stop_after or (await rig.job(job.id)).state is JobState.DONE:
                            break
        rig.build()
        async with rig.running():
            assert JobState.DONE is (await rig.ended(job.id)).state

        assert [ItemState.SAVED] * 3 == await rig.states(job.id)
        assert rig.bodies() == sorted(rig.published().values())
        assert (frozenset(), frozenset()) == await rig.left_over()


PATH = PurePosixPath("Jazz/Band - Song 2.mp3")
SMALL = song(2)


async def publishing(rig: Rig) -> Item:
    """Bring an item to where a kill has left it in the middle of publishing, with a whole part."""
    rig.source.songs = [SMALL]
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, [SMALL])
    await rig.store.jobs.move(job.id, JobState.RUNNING, chat=await rig.source.chat("@jazz"))
    claim = await rig.store.items.claim(rig.time.now())
    assert claim is not None
    item = claim.item
    async with await rig.store.files.create_part(SMALL.document_id, SMALL.size) as part:
        await part.write(0, rig.source.bodies[SMALL.document_id])
        await part.sync()
    await rig.store.transfers.save(Transfer(SMALL.document_id, SMALL.size, 16_384, b"\x01"))
    await rig.store.items.move(item.id, ItemState.CHECKING)
    return await rig.store.items.move(item.id, ItemState.PUBLISHING)


async def intend(rig: Rig) -> None:
    digest = sha256(rig.source.bodies[SMALL.document_id]).hexdigest()
    await rig.store.transfers.intend(SMALL.document_id, Intent(PATH, digest))


async def killed_before_the_intent(rig: Rig) -> None:
    pass


async def killed_before_the_name(rig: Rig) -> None:
    await intend(rig)


async def killed_with_both_names(rig: Rig) -> None:
    await intend(rig)
    (rig.music / PATH).parent.mkdir()
    os.link(rig.music / ".tad" / f"{SMALL.document_id}.part", rig.music / PATH)


async def killed_after_the_name(rig: Rig) -> None:
    await intend(rig)
    await rig.store.files.publish(SMALL.document_id, PATH)


KILLS = [
    killed_before_the_intent,
    killed_before_the_name,
    killed_with_both_names,
    killed_after_the_name,
]


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("paused", [False, True])
async def test_f38_an_interrupted_publishing_is_finished_without_a_byte(
    rig: Rig, kill: object, paused: bool
) -> None:
    item = await publishing(rig)
    assert callable(kill)
    await kill(rig)
    if paused:
        await rig.store.jobs.move(item.job_id, JobState.PAUSED)
    async with rig.running():
        if paused:
            await rig.engine.resume(item.job_id)
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert [] == rig.source.parts()
    digest = sha256(rig.source.bodies[SMALL.document_id]).hexdigest()
    assert {str(PATH): digest} == rig.published()
    assert (frozenset(), frozenset()) == await rig.left_over()
    (track,) = await rig.store.catalog.every()
    assert (PATH, SMALL.size, "audio/mpeg", digest) == (
        track.path, track.size, track.mime, track.sha256_source,
    )  # fmt: skip


async def test_f38_a_name_that_was_only_held_is_free_again(rig: Rig) -> None:
    item = await publishing(rig)
    await intend(rig)
    (rig.music / PATH).parent.mkdir()
    (rig.music / PATH).touch()  # as where a file system knows neither links nor safe renames
    async with rig.running():
        await rig.ended(item.job_id)

    digest = sha256(rig.source.bodies[SMALL.document_id]).hexdigest()
    assert {str(PATH): digest} == rig.published()


async def test_f38_other_bytes_under_the_intended_name_are_not_adopted(rig: Rig) -> None:
    item = await publishing(rig)
    await intend(rig)
    (rig.music / PATH).parent.mkdir()
    (rig.music / PATH).write_bytes(b"somebody else's")
    async with rig.running():
        await rig.ended(item.job_id)

    assert 2 == len(rig.published())
    assert b"somebody else's" == (rig.music / PATH).read_bytes()


async def test_f38_a_publishing_whose_part_is_gone_is_fetched_again(rig: Rig) -> None:
    item = await publishing(rig)
    await intend(rig)
    await rig.store.files.drop_part(SMALL.document_id)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert 1 == len(rig.source.parts())
    assert [str(PATH)] == list(rig.published())


async def test_f38_a_publishing_that_finished_while_unmounted_is_adopted_later(rig: Rig) -> None:
    item = await publishing(rig)
    await killed_after_the_name(rig)
    rig.music.rename(rig.music.with_name("away"))
    rig.music.mkdir()
    async with rig.running():
        await rig.item_is(item.job_id, ItemState.PARKED)
    rig.music.rmdir()
    rig.music.with_name("away").rename(rig.music)
    rig.build()
    async with rig.running():
        await rig.ended(item.job_id)

    assert [] == rig.source.parts()
    assert [str(PATH)] == list(rig.published())


async def test_f30_a_file_that_was_about_to_get_its_name_gets_it_offline_too(rig: Rig) -> None:
    item = await publishing(rig)
    await intend(rig)
    rig.source.script("open", OfflineError(), times=99)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert [str(PATH)] == list(rig.published())


async def test_f12_a_whole_file_whose_posting_was_deleted_is_kept_as_it_came(rig: Rig) -> None:
    item = await publishing(rig)
    rig.source.script("open", PostingGoneError(Reason.DELETED), times=99)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert [str(PATH)] == list(rig.published())


async def test_f12_half_a_file_whose_posting_was_deleted_is_not(rig: Rig) -> None:
    item = await publishing(rig)
    await rig.store.transfers.save(Transfer(SMALL.document_id, SMALL.size, 4096, b"\x01"))
    rig.source.script("open", PostingGoneError(Reason.DELETED), times=99)
    async with rig.running():
        assert JobState.FAILED is (await rig.ended(item.job_id)).state

    assert {} == rig.published()
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f30_a_whole_file_waits_to_be_compared_until_telegram_is_back(rig: Rig) -> None:
    item = await publishing(rig)
    rig.source.script("hashes", OfflineError(), times=2)
    async with rig.running():
        waiting = await rig.item_is(item.job_id, ItemState.WAITING)
        assert (Reason.OFFLINE, 0) == (waiting.reason, waiting.attempts)
        rig.time.advance(90)
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert [] == rig.source.parts()
    assert [str(PATH)] == list(rig.published())


async def test_f11_bytes_that_went_bad_on_disk_are_fetched_again(rig: Rig) -> None:
    item = await publishing(rig)
    part = rig.music / ".tad" / f"{SMALL.document_id}.part"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    async with rig.running():
        assert JobState.DONE is (await rig.ended(item.job_id)).state

    assert 1 == len(rig.source.parts())
    digest = sha256(rig.source.bodies[SMALL.document_id]).hexdigest()
    assert {str(PATH): digest} == rig.published()


async def test_f38_a_part_that_no_transfer_knows_is_swept(rig: Rig) -> None:
    async with await rig.store.files.create_part(999, 10):
        pass
    await rig.finish()

    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f38_a_job_whose_last_item_had_ended_is_closed(rig: Rig) -> None:
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, [], [5], -1001)
    await rig.store.jobs.move(job.id, JobState.RUNNING, chat=await rig.source.chat("@jazz"))
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state


async def test_f38_a_plan_that_was_stored_is_not_made_again(rig: Rig) -> None:
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, [SMALL])
    async with rig.running():
        await rig.ended(job.id)

    assert 0 == rig.source.count("audio")
    assert [ItemState.SAVED] == await rig.states(job.id)
