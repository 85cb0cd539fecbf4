"""/status and /why: what people ask about their downloads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.types import Message

from bot import reading, texts
from bot import status as accounts
from bot import why as answers
from bot.findings import Findings
from bot.reporter import Reporter
from bot.status import Roster
from bot.storagechat import StorageChat
from downloader.clock import Clock
from storage.store import Store


async def status(
    message: Message,
    store: Store,
    reporter: Reporter,
    roster: Roster,
    clock: Clock,
    storage_chat: StorageChat,
    unsought: Callable[[], Awaitable[int]] | None = None,
) -> None:
    if trouble := storage_chat.told():
        await message.answer(trouble)
    unfinished = await store.jobs.unfinished()
    if any(job.origin.chat_id == message.chat.id for job in unfinished):
        reporter.show(message.chat.id, detailed=True)
        return
    last = texts.at_rest(await store.jobs.newest(message.chat.id))
    lines = accounts.lines(await roster.standings(), (), clock.now())
    if unsought and (left := await unsought()):
        lines.append(texts.looking_up(left))
    library = texts.library(*await store.catalog.extent())
    await message.answer("\n".join([last, "", library, *lines]))


async def why(message: Message, store: Store, clock: Clock) -> None:
    about = reading.asked_about(message)
    findings = Findings(store)
    if about is not None and not isinstance(about, int):
        await message.answer(answers.of_posting(await findings.of_posting(about), clock.now()))
        return
    if about is None:
        job = await store.jobs.newest(message.chat.id)
        nothing = texts.at_rest(None)
    else:
        job = await store.jobs.get(about)
        nothing = texts.no_such_job(about)
    if job is None:
        await message.answer(nothing)
        return
    await message.answer(answers.of_job(await findings.of_job(job), clock.now()))
