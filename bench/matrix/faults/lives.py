"""The program ends, and time jumps: F38, F39, F41 and F46."""

from __future__ import annotations

from datetime import timedelta

from bench.matrix.life import Life
from bench.matrix.methods import PART, SEARCH
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from sandbox.faults import Rule
from storage.models import Reason

_STEPS = ("sqlite commit", "PartFile._write", "PartFile._sync", "Files._place", "Files._drop_part",
          "PartFile.create", "_sync_part", "sqlite execute")  # fmt: skip

_TRIES = 3


def killed(scene: Scene) -> Outlook:
    """Take the disk as it is at any step, and start from that."""
    step = scene.chance.choice(_STEPS)
    scene.at_step(step, scene.chance.randint(1, 25 if "sqlite" in step else 2), scene.kill)
    return Outlook()


def deadly_file(scene: Scene) -> Outlook:
    """Kill whoever reads the file that comes first, three times or fewer."""
    kills = scene.chance.randint(1, 3)
    scene.workers = 1
    scene.song()
    for number in range(1, kills + 1):
        scene.at_step("sha256_of", number, scene.kill)
    if kills < _TRIES:
        return Outlook(tries=True)
    told = frozenset({Reason.QUARANTINED})
    return Outlook(must_tell=told, tries=True, remedies=[_another_try])


async def _another_try(life: Life) -> bool:
    [job] = await life.scene.store.jobs.every()
    await life.engine.retry(job.id)
    return False


def stopped(scene: Scene) -> Outlook:
    for _ in range(scene.chance.randint(1, 3)):
        method = scene.chance.choice((PART, SEARCH))
        scene.tape.at_call(method, scene.chance.randint(1, 3), scene.interrupt)
    return Outlook()


def jumping_clock(scene: Scene) -> Outlook:
    """Set the clock a year off, an hour, or let the machine sleep, before or while it waits."""
    year, hour = timedelta(days=365), timedelta(hours=1)
    jump = scene.chance.choice((year, -year, hour, -hour, timedelta(hours=8)))
    wait = scene.chance.randint(30, 200)

    def shift() -> None:
        scene.struck += 1
        scene.wall_shift += jump

    scene.tape.add(Rule(PART, error=(420, f"FLOOD_WAIT_{wait}"), times=1))
    scene.tape.at_call(PART, 1, lambda: scene.loop.call_later(scene.chance.uniform(0, 60), shift))
    # Who starts after a jump cannot know of it: ahead, the wait is taken for over; back by more
    # than anybody waits, for nonsense; back by an hour, it lasts an hour longer.
    if jump == -hour:
        scene.tape.at_call(PART, 1, lambda: scene.loop.call_later(61.0, scene.interrupt))
    return Outlook(told=frozenset({Reason.FLOOD}), patience=wait * 2 + 4200.0)
