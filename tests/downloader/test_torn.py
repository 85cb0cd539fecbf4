"""What was torn off between two writes, by a kill or a disk that failed, and is taken up later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from storage.models import Audio, Item, ItemState, Job, JobState, Transfer
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song

ONE, TWIN = song(1, document=101), replace(song(2, document=102), title="Song 1")
PATH = PurePosixPath("Jazz/Band - Song 1.mp3")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(ONE, TWIN)) as rig:
        yield rig


async def planned(rig: Rig, *audios: Audio) -> Job:
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, audios)
    return await rig.store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)


async def about_to_publish(rig: Rig, item: Item) -> None:
    """Bring the item to where its whole part is about to get the name `PATH`."""
    assert item.audio is not None
    document_id, body = item.audio.document_id, rig.source.bodies[item.audio.document_id]
    async with await rig.store.files.create_part(document_id, len(body)) as part:
        await part.write(0, body)
        await part.sync()
    await rig.store.transfers.save(Transfer(document_id, len(body), 16_384, b"\x01"))
    for state in (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING):
        await rig.store.items.move(item.id, state)
    await rig.store.transfers.intend(document_id, PATH, sha256(body).hexdigest())


async def test_f38_a_file_of_another_document_with_the_same_bytes_is_not_adopted(rig: Rig) -> None:
    rig.source.bodies[102] = rig.source.bodies[101]
    job = await planned(rig, ONE, TWIN)
    for item in await rig.items(job.id):
        await about_to_publish(rig, item)  # both have chosen the same free name
    await rig.store.files.publish(101, PATH)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state

    assert [ItemState.SAVED] * 2 == await rig.states(job.id)
    assert rig.bodies() == sorted(rig.published().values())
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f50_a_file_of_another_document_is_not_adopted_in_normal_work(rig: Rig) -> None:
    rig.source.bodies[102] = rig.source.bodies[101]
    rig.source.songs = [ONE]
    await rig.finish()
    job = await planned(rig, TWIN)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.items.move(item.id, ItemState.QUEUED)
    rig.build()
    async with rig.running():
        await rig.ended(job.id)

    assert [ItemState.SAVED] == await rig.states(job.id)
    assert 2 == len(rig.published())
