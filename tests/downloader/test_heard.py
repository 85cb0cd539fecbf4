from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import AskAgainError, DownloaderError, OfflineError, ThrottledError
from downloader.events import Event, Slowed, Stalled
from downloader.heard import HeardFile
from downloader.source import RemoteFile
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

SONG = song(1)
WAIT = timedelta(seconds=3)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(SONG)) as rig:
        yield rig


async def test_what_passes_is_the_same_document() -> None:
    source = ScriptedSource(SONG)
    heard: list[DownloaderError] = []
    file: RemoteFile = HeardFile(await source.open(SONG), heard.append)
    turn = await file.turn(SONG.size)
    data = await turn.part(0, 16 << 10)
    turn.give_back()

    assert (SONG.size, source.limit) == (file.size, turn.limit)
    assert source.bodies[SONG.document_id] == data
    assert [SONG.size] == [piece.size for piece in await file.hashes(0)]
    assert [] == heard


async def test_a_request_that_fails_is_heard_and_its_error_goes_on() -> None:
    source = ScriptedSource(SONG)
    error = OfflineError("silent")
    source.script("part", error)
    heard: list[DownloaderError] = []
    turn = await HeardFile(await source.open(SONG), heard.append).turn(SONG.size)
    with pytest.raises(OfflineError):
        await turn.part(0, 16 << 10)

    assert [error] == heard


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ThrottledError(WAIT, premium=True), [Slowed]),
        (ThrottledError(WAIT), []),
        (OfflineError("silent"), [Stalled]),
        (AskAgainError("FILE_MIGRATE_4"), []),
    ],
)
async def test_f03_f25_the_engine_tells_what_a_person_should_know(
    rig: Rig, error: DownloaderError, expected: list[type[Event]]
) -> None:
    rig.source.script("part", error)
    job = await rig.finish()

    told = [event for event in rig.events if isinstance(event, Slowed | Stalled)]
    assert expected == [type(event) for event in told]
    assert {(job.id, SONG)} >= {(event.job.id, event.item.audio) for event in told}
