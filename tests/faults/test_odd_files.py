"""Files that are larger than most, or no music at all."""

from __future__ import annotations

import os
from pathlib import Path

from downloader.parts import PART
from downloader.proof import CheckBytes
from storage.models import ItemState, Transfer
from tests.downloader.telegram.stand import MIB, Stand
from tests.faults.line import open_line, wanted

# Beyond what 32 bits with a sign can count.
BEYOND = (1 << 31) + 2 * MIB + 77


async def test_f59_a_file_of_more_than_two_gigabytes_goes_on_where_it_was(
    stand: Stand, tmp_path: Path
) -> None:
    """It is empty but for its end, so that it takes no room on the disk."""
    jazz = stand.world.add_chat("Jazz", username="jazz", members=[stand.user])
    document = stand.song(jazz, size=BEYOND).document
    assert document is not None
    document.body = sparse(tmp_path / "body", end=os.urandom(3 * MIB))
    sparse(tmp_path / "music" / ".tad" / f"{document.id}.part")
    here, parts = (BEYOND - 3 * MIB) // PART, -(-BEYOND // PART)
    done = ((1 << here) - 1).to_bytes(-(-parts // 8), "little")
    await stand.store.transfers.save(Transfer(document.id, BEYOND, PART, done))

    async with open_line(stand, tmp_path, check_bytes=CheckBytes.OFF) as line:
        _, [item] = await line.fetched()

    assert ItemState.SAVED is item.state
    [path] = (tmp_path / "music").glob("*/*.mp3")
    assert end_of(document.body) == end_of(path)
    assert stand.cluster.counters.bytes_out.total() < 4 * MIB


async def test_f62_a_file_that_cannot_be_played_is_kept_under_the_title_that_telegram_gives_it(
    stand: Stand, tmp_path: Path
) -> None:
    jazz = stand.world.add_chat("Jazz", username="jazz", members=[stand.user])
    stand.song(jazz, size=70_000)

    async with open_line(stand, tmp_path) as line:
        _, [item] = await line.fetched()

    assert ItemState.SAVED is item.state
    assert ["Jazz/Ann - Song 1.mp3"] == list(line.published())
    assert wanted(stand) == list(line.published().values())


def end_of(path: Path) -> tuple[int, bytes]:
    """Return where a file ends, and its last bytes."""
    with path.open("rb") as file:
        file.seek(BEYOND - 4 * MIB)
        return path.stat().st_size, file.read()


def sparse(path: Path, end: bytes = b"") -> Path:
    with path.open("wb") as file:
        file.truncate(BEYOND)
        file.seek(BEYOND - len(end))
        file.write(end)
    return path
