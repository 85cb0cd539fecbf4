"""Processes killed at every step, and what the next one finds."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage.files import Files
from storage.models import ItemState
from storage.store import open_store

_ROOT = Path(__file__).parents[2]
_SONG = bytes(range(256)) * 64
_PATH = PurePosixPath("Jazz/x.mp3")

# Publishes one part. Each child dies at another call to the system that Python announces (PEP
# 578); they are forked, so that the imports, which take most of the time, are done once.
_PUBLISH = """
import asyncio, os, signal, sys
from pathlib import Path, PurePosixPath
from storage.files import Files, make_library

async def publish(root, die):
    make_library(root, is_new=True)
    files = Files(root)
    async with await files.create_part(5, 16384) as part:
        await part.write(0, bytes(range(256)) * 64)
        await part.sync()
    die()
    await files.publish(5, PurePosixPath("Jazz/x.mp3"))

def child(root, last):
    seen = -1
    def die():
        nonlocal seen
        seen = 0
    def heard(event, _):
        nonlocal seen
        if seen < 0 or not event.startswith(("os.", "open")):
            return
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(heard)
    asyncio.run(publish(root, die))
    os._exit(0)

for number in range(1, 100):
    process = os.fork()
    if not process:
        child(Path(sys.argv[1]) / str(number), number)
    _, status = os.waitpid(process, 0)
    print(os.WTERMSIG(status), flush=True)
    if not status:
        break
"""

# Moves a file into the trash and back, and dies at each call in turn.
_TRASH = _PUBLISH.replace(
    """    async with await files.create_part(5, 16384) as part:
        await part.write(0, bytes(range(256)) * 64)
        await part.sync()
    die()
    await files.publish(5, PurePosixPath("Jazz/x.mp3"))
""",
    """    (root / "Jazz").mkdir()
    (root / "Jazz/x.mp3").write_bytes(bytes(range(256)) * 64)
    die()
    await files.trash.take(PurePosixPath("Jazz/x.mp3"), 1, 2)
    await files.trash.give_back(PurePosixPath("Jazz/x.mp3"), 1, 2)
""",
)

# Adds a job with items, claims one, and dies without closing anything.
_CLAIM = """
import asyncio, os, signal, sys
from pathlib import Path
from storage.models import Request
from storage.store import open_store
from tests.storage.values import NOW, OWNER, an_audio, claimed, publishing, running_job

async def work(folder):
    async with open_store(folder / "data", folder / "music") as store:
        await running_job(store, *(an_audio(number) for number in range(1, 6)))
        await publishing(store)
        await claimed(store)
        await store.jobs.add(Request("@rock", 1), OWNER, NOW)
        await store.jobs.claim_to_plan(NOW)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work(Path(sys.argv[1])))
"""


async def _run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program, str(folder)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )


async def test_f38_a_publishing_killed_anywhere_leaves_a_whole_file_or_a_whole_part(
    tmp_path: Path,
) -> None:
    ran = await _run(_PUBLISH, tmp_path)
    deaths = [int(line) for line in ran.stdout.split()]

    assert ran.returncode == 0, ran.stderr
    assert deaths[-1] == 0
    assert len(deaths) > 5
    assert set(deaths[:-1]) == {signal.SIGKILL}
    for number in range(1, len(deaths) + 1):
        files = Files(tmp_path / str(number))
        has_part = 5 in await files.parts()
        if await files.size_published(_PATH) is not None:
            assert files.locate(_PATH).read_bytes() == _SONG
        else:
            assert has_part
            await files.publish(5, await files.choose(_PATH))
            assert files.locate(_PATH).read_bytes() == _SONG


async def test_f38_a_file_killed_on_its_way_to_the_trash_is_whole_and_moves_on(
    tmp_path: Path,
) -> None:
    ran = await _run(_TRASH, tmp_path)
    deaths = [int(line) for line in ran.stdout.split()]

    assert ran.returncode == 0, ran.stderr
    assert deaths[-1] == 0
    assert len(deaths) > 10
    for number in range(1, len(deaths) + 1):
        files = Files(tmp_path / str(number))
        await files.trash.take(_PATH, 1, 2)
        assert (await files.trash.rubbish()).files == 1
        assert await files.size_published(_PATH) is None
        assert await files.trash.give_back(_PATH, 1, 2)
        assert (await files.trash.rubbish()).files == 0
        assert files.locate(_PATH).read_bytes() == _SONG


async def test_f38_what_was_committed_before_a_kill_is_taken_up_again(tmp_path: Path) -> None:
    ran = await _run(_CLAIM, tmp_path)

    assert ran.returncode == -signal.SIGKILL, ran.stderr
    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        await store.jobs.recover(datetime.now(UTC))
        first, second = await store.jobs.unfinished()
        states = [item.state for item in await store.items.of_job(first.id)]

    assert states == [ItemState.PUBLISHING, *[ItemState.QUEUED] * 4]
    assert (first.state, second.state) == ("running", "queued")
