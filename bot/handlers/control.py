"""/pause, /resume, /cancel, /retry, and the buttons of a board."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from bot import commands, texts
from bot.callbacks import Action, Press
from bot.errors import HiddenJobError, NotYoursError, OutOfDateError
from bot.jobview import TROUBLES
from bot.permissions import may_touch
from bot.promptness import promptly
from bot.reporter import Reporter
from downloader.clock import Clock
from downloader.engine import Engine
from downloader.errors import NoSuchJobError
from storage.handling import aside, tells_itself
from storage.models import ItemState, Job, JobState, Person
from storage.states import ENDED_JOBS
from storage.store import Store

ACTIONS = (Action.PAUSE, Action.RESUME, Action.CANCEL, Action.RETRY)

Act = Callable[[int], Awaitable[Job]]


@dataclass(frozen=True, slots=True)
class _Verb:
    """A command that may be meant for any job which `suits`.

    What it says where there is `nothing` that is not over, and where `none` of that suits.
    """

    word: str
    suits: Callable[[Job, Engine], bool]
    nothing: str
    none: str


def _is_stopped(job: Job, engine: Engine) -> bool:
    return job.state is JobState.PAUSED or job.id in engine.stopping()


def _is_not_paused(job: Job, _engine: Engine) -> bool:
    return job.state is not JobState.PAUSED


_PAUSE = _Verb("pause", _is_not_paused, texts.NOTHING_RUNS, texts.ALL_PAUSED)
_RESUME = _Verb("resume", _is_stopped, texts.NOTHING_PAUSED, texts.NOTHING_PAUSED)
_CANCEL = _Verb("cancel", lambda *_: True, texts.NOTHING_RUNS, texts.NOTHING_RUNS)


async def pause(
    message: Message,
    command: CommandObject,
    person: Person,
    store: Store,
    engine: Engine,
    clock: Clock,
) -> None:
    chosen = await _chosen(_PAUSE, message, command, person, store, engine)
    jobs = await _all(engine.pause, chosen, message, texts.STANDS_STILL, clock, store)
    match jobs:
        case []:
            return
        case [Job(state=JobState.PAUSED) as job]:
            await message.answer(texts.paused(job))
        case [job]:
            await message.answer(texts.already(job))
        case _:
            await message.answer(texts.paused_all(_count(jobs, JobState.PAUSED)))


async def resume(
    message: Message,
    command: CommandObject,
    person: Person,
    store: Store,
    engine: Engine,
    clock: Clock,
    reporter: Reporter,
) -> None:
    chosen = await _chosen(_RESUME, message, command, person, store, engine)
    jobs = await _all(engine.resume, chosen, message, texts.ONE_MOMENT, clock, store)
    if any(job.state not in ENDED_JOBS for job in jobs):
        reporter.show(message.chat.id)
    elif jobs:
        await message.answer(texts.already(jobs[0]))


async def cancel(
    message: Message,
    command: CommandObject,
    person: Person,
    store: Store,
    engine: Engine,
    clock: Clock,
) -> None:
    chosen = await _chosen(_CANCEL, message, command, person, store, engine)
    if len(chosen) == 1 and chosen[0].state in ENDED_JOBS:
        await message.answer(texts.already(chosen[0]))
        return
    jobs = await _all(engine.cancel, chosen, message, texts.STANDS_STILL, clock, store)
    if jobs:
        await message.answer(await _cancelled(jobs, store))


async def retry(
    message: Message,
    command: CommandObject,
    person: Person,
    store: Store,
    engine: Engine,
    clock: Clock,
    reporter: Reporter,
) -> None:
    number = commands.job_number(command.args)
    if number is None:
        number = await _last_to_retry(store, message.chat.id, person)
    if number is None:
        await message.answer(texts.NO_FAILURES)
        return
    before = await _open(store, number, person)
    if before is None:
        await message.answer(texts.no_such_job(number))
        return
    wanted = await _may_retry(store, before)
    [job] = await _all(engine.retry, [before], message, texts.ONE_MOMENT, clock, store)
    if job.state in ENDED_JOBS or not wanted:
        await message.answer(texts.nothing_to_retry(job))
    else:
        reporter.show(message.chat.id)


async def press(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    store: Store,
    engine: Engine,
    clock: Clock,
    reporter: Reporter,
) -> None:
    """Do what a button says."""
    assert query.message is not None, "see `bot.pressed`"
    job = await store.jobs.get(pressed.number)
    if job is None:
        raise OutOfDateError
    if not may_touch(person, job.origin.person_id):
        raise NotYoursError
    await _act(query, pressed, store, engine, clock)
    if not isinstance(query.message, Message):
        # Too old to be edited: the board continues in a new message.
        reporter.show(query.message.chat.id)


async def _act(
    query: CallbackQuery, pressed: Press, store: Store, engine: Engine, clock: Clock
) -> None:
    """Act, and answer the press, which can be answered once."""
    acts: dict[Action, tuple[Act, str]] = {
        Action.PAUSE: (engine.pause, texts.STANDS_STILL),
        Action.RESUME: (engine.resume, texts.ONE_MOMENT),
        Action.CANCEL: (engine.cancel, texts.STANDS_STILL),
        Action.RETRY: (engine.retry, texts.ONE_MOMENT),
    }
    act, meanwhile = acts[pressed.action]
    announced = asyncio.Event()

    async def announce() -> None:
        announced.set()
        await query.answer(meanwhile)

    try:
        with aside():  # see `_all`
            job = await promptly(act(pressed.number), announce, clock)
    except NoSuchJobError:
        raise OutOfDateError from None
    tells_itself()
    await store.updates.acted()
    if not announced.is_set():
        await query.answer(texts.pressed(job))


async def _chosen(
    verb: _Verb,
    message: Message,
    command: CommandObject,
    person: Person,
    store: Store,
    engine: Engine,
) -> list[Job]:
    """Return the jobs that a command is for; none when the person was told why."""
    everything = commands.is_all(command.args)
    if not everything and (number := commands.job_number(command.args)) is not None:
        job = await _open(store, number, person)
        if job is None:
            await message.answer(texts.no_such_job(number))
        return [job] if job else []
    unfinished = await store.jobs.unfinished()
    here = [job for job in unfinished if _is_here(job, message.chat.id, person)]
    suitable = [job for job in here if verb.suits(job, engine)]
    if not suitable:
        await message.answer(verb.none if here else verb.nothing)
    if len(suitable) > 1 and not everything:
        await message.answer(texts.which(verb.word, suitable))
        return []
    return suitable


async def _open(store: Store, number: int, person: Person) -> Job | None:
    """Return a job. Raises `HiddenJobError` for one that is none of this person's business."""
    job = await store.jobs.get(number)
    if job is not None and not may_touch(person, job.origin.person_id):
        raise HiddenJobError(number)
    return job


def _is_here(job: Job, chat_id: int, person: Person) -> bool:
    return job.origin.chat_id == chat_id and may_touch(person, job.origin.person_id)


async def _all(
    act: Act, jobs: Sequence[Job], message: Message, meanwhile: str, clock: Clock, store: Store
) -> list[Job]:
    """Act on all of the jobs at once, and tell that it goes on if it takes a moment.

    An act is several steps, and what was done to a job may be done again: so it counts when all
    jobs have come to where they shall be.
    """

    async def acts() -> list[Job]:
        async with asyncio.TaskGroup() as tasks:
            acting = [tasks.create_task(_one(act, job)) for job in jobs]
        return [task.result() for task in acting]

    async def announce() -> None:
        await message.answer(meanwhile)

    if not jobs:
        return []
    with aside():
        acted = await promptly(acts(), announce, clock)
    await store.updates.acted()
    return acted


async def _one(act: Act, job: Job) -> Job:
    return await act(job.id)


def _count(jobs: Sequence[Job], state: JobState) -> int:
    return sum(job.state is state for job in jobs)


async def _cancelled(jobs: Sequence[Job], store: Store) -> str:
    if len(jobs) > 1:
        return texts.cancelled_all(_count(jobs, JobState.CANCELLED))
    [job] = jobs
    if job.state is not JobState.CANCELLED:
        return texts.already(job)
    tallies = await store.items.tally([job.id])
    return texts.cancelled(job, tallies[job.id].items.get(ItemState.SAVED, 0))


async def _may_retry(store: Store, job: Job) -> bool:
    """Tell whether there is something in a job to try again, or to try at once."""
    if job.state in ENDED_JOBS or job.until is not None:
        return True
    counts = (await store.items.tally([job.id]))[job.id].items
    return any(counts.get(state) for state in TROUBLES)


async def _last_to_retry(store: Store, chat_id: int, person: Person) -> int | None:
    there = await store.jobs.of_chat(chat_id, 0)
    jobs = [job for job in there if may_touch(person, job.origin.person_id)]
    tallies = await store.items.tally([job.id for job in jobs if job.state is JobState.RUNNING])
    for job in reversed(jobs):
        counts = tallies[job.id].items if job.id in tallies else {}
        if job.state in {JobState.FAILED, JobState.PARTLY_DONE, JobState.CANCELLED}:
            return job.id
        if job.state is JobState.RUNNING and any(counts.get(state) for state in TROUBLES):
            return job.id
        if job.state is JobState.QUEUED and job.until is not None:
            return job.id
    return None
