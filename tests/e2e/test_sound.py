"""What is fetched is heard by ffmpeg, and its file says so."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from bot.app import App
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from storage.sound import Aspect
from tests.downloader.metadata.songs import needs_ffmpeg
from tests.e2e.journey import PATIENCE, Journey, running


@needs_ffmpeg
@pytest.mark.usefixtures("jazz", "account")
async def test_a_download_says_how_loud_it_is(
    stage: Stage, cast: Cast, data: Path, music: Path, person: Person
) -> None:
    async with running(
        stage, data, music, write_tags="true", replaygain="true", check_sound="true"
    ) as app:
        journey = Journey(stage, cast, data, music, person, app)
        await journey.ask("/download @jazz 1")
        await journey.shows("✅")
        [path] = journey.files()
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while not await is_written(app):  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.1)
        [track] = await app.store.catalog.every()
        known = await app.store.listened.levels(track.id)

    assert known.track is not None
    assert f"{-18 - known.track.lufs:.2f} dB" == gain_of(music / path)
    assert track.sha256 == journey.files()[path]


async def is_written(app: App) -> bool:
    heard = await app.store.listened.unheard([Aspect.LOUDNESS], 0, 1)
    return not heard and not await app.store.listened.unwritten(0, 1)


def gain_of(path: Path) -> str:
    return str(ID3(BytesIO(path.read_bytes())).get("TXXX:REPLAYGAIN_TRACK_GAIN", ""))
