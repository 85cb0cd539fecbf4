"""/status, /cancel, /retry, and the buttons of a board."""

from __future__ import annotations

from aiogram import Bot
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from bot import commands, texts
from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError
from bot.handlers.download import confirm
from bot.orders import Orders
from bot.reporter import Reporter
from downloader.engine import Engine
from downloader.ledger import NoSuchJobError
from storage.models import ItemState, Job, JobState, Person
from storage.states import ENDED_JOBS
from storage.store import Store


async def status(message: Message, store: Store, reporter: Reporter) -> None:
    if await _active(store, message.chat.id):
        reporter.show(message.chat.id)
    else:
        await message.answer(texts.at_rest(await store.jobs.newest(message.chat.id)))


async def cancel(message: Message, command: CommandObject, store: Store, engine: Engine) -> None:
    active = await _active(store, message.chat.id)
    if commands.is_all(command.args):
        chosen = active
    elif (number := commands.job_number(command.args)) is not None:
        await message.answer(await _cancel_one(number, store, engine))
        return
    else:
        chosen = active
        if len(active) > 1:
            await message.answer(texts.which_to_cancel(active))
            return
    for job in chosen:
        await engine.cancel(job.id)
    await message.answer(await _cancelled(chosen, store))


async def retry(
    message: Message, command: CommandObject, store: Store, engine: Engine, reporter: Reporter
) -> None:
    number = commands.job_number(command.args)
    if number is None:
        number = await _last_to_retry(store, message.chat.id)
    if number is None:
        await message.answer(texts.NO_FAILURES)
        return
    try:
        job = await engine.retry(number)
    except NoSuchJobError:
        await message.answer(texts.no_such_job(number))
        return
    if job.state in ENDED_JOBS:
        await message.answer(texts.nothing_to_retry(job))
    else:
        reporter.show(message.chat.id)


async def press(
    query: CallbackQuery,
    seal: Seal,
    engine: Engine,
    person: Person,
    orders: Orders,
    reporter: Reporter,
    bot: Bot,
) -> None:
    """Do what a button says; who presses was checked at the door."""
    if query.message is None:
        raise OutOfDateError
    chat_id = query.message.chat.id
    pressed = seal.unpack(chat_id, query.data)
    if pressed.action in {Action.START, Action.NEVER_MIND}:
        await confirm(query, pressed, person, orders, reporter, bot)
        return
    job = await _act(engine, pressed)
    await query.answer(texts.pressed(job))
    if not isinstance(query.message, Message):
        # Too old to be edited: the board continues in a new message.
        reporter.show(chat_id)


async def _act(engine: Engine, pressed: Press) -> Job:
    acts = {
        Action.PAUSE: engine.pause,
        Action.RESUME: engine.resume,
        Action.CANCEL: engine.cancel,
        Action.RETRY: engine.retry,
    }
    try:
        return await acts[pressed.action](pressed.number)
    except NoSuchJobError:
        raise OutOfDateError from None


async def _active(store: Store, chat_id: int) -> list[Job]:
    return [job for job in await store.jobs.unfinished() if job.origin.chat_id == chat_id]


async def _cancel_one(job_id: int, store: Store, engine: Engine) -> str:
    before = await store.jobs.get(job_id)
    if before is None:
        return texts.no_such_job(job_id)
    if before.state in ENDED_JOBS:
        return texts.already(before)
    return await _cancelled([await engine.cancel(job_id)], store)


async def _cancelled(jobs: list[Job], store: Store) -> str:
    if not jobs:
        return texts.NOTHING_RUNS
    if len(jobs) > 1:
        return texts.cancelled_all(len(jobs))
    [job] = jobs
    tallies = await store.items.tally([job.id])
    saved = tallies[job.id].items.get(ItemState.SAVED, 0) if job.id in tallies else 0
    return texts.cancelled(job, saved)


async def _last_to_retry(store: Store, chat_id: int) -> int | None:
    jobs = await store.jobs.of_chat(chat_id, 0)
    tallies = await store.items.tally([job.id for job in jobs])
    for job in reversed(jobs):
        counts = tallies[job.id].items if job.id in tallies else {}
        troubled = counts.get(ItemState.FAILED) or counts.get(ItemState.PARKED)
        if job.state in {JobState.FAILED, JobState.PARTLY_DONE, JobState.CANCELLED}:
            return job.id
        if job.state is JobState.RUNNING and troubled:
            return job.id
    return None
