"""Our own disk takes no more, or the database is held: F31 to F35, F37 and F43."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bench.matrix.life import Life
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from storage.errors import disk_errors
from storage.models import Reason

# Steps of the storage that run in threads, by the names of their functions.
_WRITE, _SYNC = "PartFile._write", "PartFile._sync"
_STEPS = (_WRITE, _SYNC, "PartFile.create", "Files._place", "Files._sync_part")
_FULL = frozenset({Reason.DISK_FULL})
_DENIED = frozenset({Reason.DISK_DENIED})
_BROKEN = frozenset({Reason.DISK_BROKEN})
_MISSING = frozenset({Reason.DISK_MISSING})
_CROWDED = frozenset({Reason.TOO_MANY_FILES})
_STUMBLED = frozenset({"loop stumbled"})


def full_disk(scene: Scene) -> Outlook:
    """Take no byte for a while; the program looks again by itself."""
    number, length = scene.chance.randint(1, 3), scene.chance.choice((5.0, 40.0, 300.0))
    step = scene.chance.choice((_WRITE, _SYNC, "PartFile.create", "Files._place"))
    _fail_for(scene, step, number, length, errno.ENOSPC)
    return Outlook(must_tell=_FULL, patience=1800.0)


def full_database(scene: Scene) -> Outlook:
    _fail_database(scene, sqlite3.SQLITE_FULL, scene.chance.choice((1, 1, 3, 8)))
    return Outlook(told=_FULL, logged=_STUMBLED, patience=1800.0, remedies=[try_again] * 2)


def denied_target(scene: Scene) -> Outlook:
    number = scene.chance.choice((errno.EACCES, errno.EPERM))
    _fail(scene, "Files._place", 1, number)
    return Outlook(must_tell=_DENIED, remedies=[try_again])


def gone_mount(scene: Scene) -> Outlook:
    """Take the library away, or make it read-only; then give it back."""
    step = scene.chance.choice(_STEPS)
    if scene.chance.random() < 0.4:
        _fail(scene, step, scene.chance.randint(1, 2), errno.EROFS)
        return Outlook(told=_DENIED, remedies=[try_again])
    there, away = scene.music, scene.music.with_name("unmounted")

    def unmount() -> None:
        scene.struck += 1
        there.rename(away)
        there.mkdir()

    async def mount(life: Life) -> bool:
        for path in there.rglob("*"):
            scene.complaints.append(f"stray: {path.relative_to(there)} in the empty mount point")
        shutil.rmtree(there)
        away.rename(there)
        return await try_again(life)

    scene.at_step(step, 1, unmount)
    return Outlook(must_tell=_MISSING, told=_BROKEN, remedies=[mount])


def broken_disk(scene: Scene) -> Outlook:
    step = scene.chance.choice((_WRITE, _SYNC, "Files._sync_part"))
    _fail(scene, step, scene.chance.randint(1, 2), errno.EIO)
    return Outlook(told=_BROKEN, remedies=[try_again])


def many_files(scene: Scene) -> Outlook:
    """Let there be no descriptor left for a moment: one that is free again is noticed."""
    step = scene.chance.choice(("PartFile.create", "PartFile.open", "Files._sync_part"))
    _fail(scene, step, 1, scene.chance.choice((errno.EMFILE, errno.ENFILE)))
    return Outlook(told=_CROWDED)


def busy_database(scene: Scene) -> Outlook:
    _fail_database(scene, sqlite3.SQLITE_BUSY, scene.chance.choice((1, 1, 2, 5)))
    return Outlook(
        logged=_STUMBLED | {"item broke", "planning broke"},
        tries=True,
        told=frozenset({Reason.BROKEN}),
        patience=1800.0,
    )


async def try_again(life: Life) -> bool:
    """Press the button; a start would do as well."""
    if life.scene.chance.random() < 0.3:
        return True
    for job in await life.scene.store.jobs.every():
        await life.engine.retry(job.id)
    return False


def _fail(scene: Scene, step: str, number: int, code: int) -> None:
    scene.at_step(step, number, _raising(scene, code))


def _fail_for(scene: Scene, step: str, number: int, length: float, code: int) -> None:
    """Fail from the n-th step of this kind on, for so many seconds."""
    fail = _raising(scene, code)
    until: list[float] = []

    def maybe() -> None:
        if not until:
            until.append(scene.loop.time() + length)
        if scene.loop.time() < until[0]:
            fail()

    scene.from_step(step, number, maybe)


def _raising(scene: Scene, code: int) -> Callable[[], None]:
    def fail() -> None:
        scene.struck += 1
        with disk_errors(Path("disk")):
            raise OSError(code, os.strerror(code))

    return fail


def _fail_database(scene: Scene, code: int, times: int) -> None:
    first = scene.chance.randint(1, 40)

    def fail() -> None:
        scene.struck += 1
        error = sqlite3.OperationalError("struck")
        error.sqlite_errorcode = code
        raise error

    for number in range(first, first + times):
        scene.at_step("sqlite commit", number, fail)
