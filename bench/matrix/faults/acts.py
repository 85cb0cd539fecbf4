"""A person cancels, pauses and resumes, whatever else goes on: F65."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bench.matrix.life import Life
from bench.matrix.outlook import End, Outlook
from bench.matrix.scene import Scene
from storage.models import ItemState, JobState
from storage.states import ENDED_JOBS

_AT_ONCE = 1.0  # seconds within which every act has its effect
_CANCELLED: frozenset[End] = frozenset({(ItemState.CANCELLED, None)})

Arm = Callable[[Scene], Outlook]
Act = Callable[[Life], Awaitable[None]]


def beside(faults: Sequence[Arm]) -> Arm:
    """Let a person act at some moment of another fault, most often amid a wait."""

    def acting(scene: Scene) -> Outlook:
        outlook = scene.chance.choice(faults)(scene)
        act = scene.chance.choice((_cancel, _cancel, _pause, _pause, _change_ones_mind))
        amid_trouble, moment = scene.chance.random() < 0.6, scene.chance.random()

        async def do(life: Life) -> None:
            if amid_trouble:
                await life.onlooker.trouble.wait()
            await asyncio.sleep(moment * (20.0 if amid_trouble else 0.6))
            scene.struck += 1
            await act(life)

        outlook.meanwhile.append(do)
        outlook.must_tell, outlook.told = frozenset(), outlook.told | outlook.must_tell
        outlook.remedies += [_go_on] * 3
        outlook.patience += 600.0
        if act is not _pause:
            # What is cancelled in the end is for the job to tell.
            for document in scene.documents:
                outlook.ends[document.id] = outlook.allowed(document.id) | _CANCELLED
        return outlook

    return acting


async def _cancel(life: Life) -> None:
    await _timed(life, life.engine.cancel, ENDED_JOBS)


async def _pause(life: Life) -> None:
    await _timed(life, life.engine.pause, ENDED_JOBS | {JobState.PAUSED})
    await asyncio.sleep(life.scene.chance.uniform(0, 60))
    await _timed(life, life.engine.resume, frozenset(JobState) - {JobState.PAUSED})


async def _change_ones_mind(life: Life) -> None:
    await _cancel(life)
    for job in await life.scene.store.jobs.every():
        await life.engine.retry(job.id)


async def _timed(
    life: Life, act: Callable[[int], Awaitable[object]], expected: frozenset[JobState]
) -> None:
    """Do it to every job; whoever looks right after must see it done."""
    for job in await life.scene.store.jobs.every():
        begun = life.scene.loop.time()
        await act(job.id)
        took = life.scene.loop.time() - begun
        now = await life.scene.store.jobs.get(job.id)
        name = getattr(act, "__name__", "act")
        if took > _AT_ONCE:
            life.scene.complaints.append(f"late: {name} took {took:.1f} s")
        if now is None or now.state not in expected:
            life.scene.complaints.append(f"ignored: {name} left {now and now.state}")


async def _go_on(life: Life) -> bool:
    """Resume what a kill has left paused, and try again what stands."""
    for job in await life.scene.store.jobs.every():
        await life.engine.resume(job.id)
        await life.engine.retry(job.id)
    return False
