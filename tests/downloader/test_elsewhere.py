"""A posting that is gone leaves its file where the same document was posted too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from downloader.errors import (
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    PostingGoneError,
)
from storage.models import Audio, ItemState, JobState, Reason
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ROCK, ScriptedFile, ScriptedSource, song

HERE, THERE = song(1, document=5), song(9, chat=ROCK, document=5)
GONE = PostingGoneError(Reason.DELETED)


class Censored(ScriptedSource):
    """`gone` are the postings that cannot be opened, with what happens then."""

    def __init__(self, *songs: Audio) -> None:
        super().__init__(*songs)
        self.gone: dict[tuple[int, int], DownloaderError] = {}

    async def open(self, audio: Audio) -> ScriptedFile:
        if error := self.gone.get((audio.chat_id, audio.message_id)):
            raise error
        return await super().open(audio)


@pytest.fixture
async def source() -> Censored:
    return Censored(HERE, THERE)


@pytest.fixture
async def rig(tmp_path: Path, source: Censored) -> AsyncIterator[Rig]:
    """The document was seen in @rock, but is not here."""
    async with open_rig(tmp_path, source) as rig:
        source.gone[ROCK.id, 9] = GONE
        await rig.finish("@rock")
        source.gone.clear()
        yield rig


@pytest.mark.parametrize(
    "error",
    [GONE, PostingGoneError(Reason.REPLACED, "6"), ChatUnavailableError(Reason.CHAT_PRIVATE)],
)
async def test_what_is_gone_here_is_fetched_from_there(
    rig: Rig, source: Censored, error: DownloaderError
) -> None:
    source.gone[JAZZ.id, 1] = error
    with capture_logs() as logs:
        job = await rig.finish()
    [item] = await rig.items(job.id)

    assert (ItemState.SAVED, f"{ROCK.id}/9") == (item.state, item.detail)
    assert ["Jazz/Band - Song 1.mp3"] == list(rig.published())
    assert {"chat": ROCK.id, "message": 9} in [
        {key: log.get(key) for key in ("chat", "message")}
        for log in logs
        if log["event"] == "another posting of the document is tried"
    ]


async def test_what_came_of_it_before_is_not_fetched_again(tmp_path: Path) -> None:
    here = song(1, document=5, size=9 << 20)
    source = Censored(here, song(9, chat=ROCK, document=5, size=9 << 20))
    async with open_rig(tmp_path, source) as rig:
        source.gone[ROCK.id, 9] = GONE
        await rig.finish("@rock")
        source.gone.clear()
        source.script("part", PostingGoneError(Reason.DELETED), skip=6)
        job = await rig.finish()

        assert [ItemState.SAVED] == await rig.states(job.id)
        assert rig.bodies() == list(rig.published().values())


async def test_it_is_deleted_when_it_is_gone_everywhere(rig: Rig, source: Censored) -> None:
    source.gone[JAZZ.id, 1] = GONE
    source.gone[ROCK.id, 9] = ChatUnavailableError(Reason.CHAT_PRIVATE)
    job = await rig.finish()
    [item] = await rig.items(job.id)

    assert (ItemState.FAILED, Reason.DELETED) == (item.state, item.reason)


async def test_trouble_elsewhere_is_waited_for(rig: Rig, source: Censored) -> None:
    source.gone[JAZZ.id, 1] = GONE
    source.gone[ROCK.id, 9] = OfflineError()
    async with rig.running():
        job = await rig.submit()
        waiting = await rig.item_is(job.id, ItemState.WAITING)
        source.gone.pop((ROCK.id, 9))
        await rig.engine.retry(job.id)
        assert JobState.DONE is (await rig.ended(job.id)).state

    assert Reason.OFFLINE is waiting.reason
