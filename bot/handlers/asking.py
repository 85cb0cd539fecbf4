"""/status and /why: what people ask about their downloads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiogram.enums import ChatType
from aiogram.types import Message

from bot import reading, texts
from bot import why as answers
from bot.errors import HiddenJobError
from bot.findings import Findings
from bot.footing import Footing
from bot.permissions import Permission, may, may_know, may_touch
from bot.reporter import Reporter
from bot.storagechat import StorageChat
from downloader.clock import Clock
from storage.models import Job, Person
from storage.store import Store


async def status(
    message: Message,
    person: Person,
    store: Store,
    reporter: Reporter,
    footing: Footing,
    clock: Clock,
    storage_chat: StorageChat,
    unsought: Callable[[], Awaitable[int]] | None = None,
) -> None:
    sees_all = may(person.role, Permission.MANAGE)
    if sees_all and (trouble := storage_chat.told()):
        await message.answer(trouble)
    is_detailed = sees_all or message.chat.type == ChatType.PRIVATE
    unfinished = await store.jobs.unfinished()
    if any(job.origin.chat_id == message.chat.id for job in unfinished):
        reporter.show(message.chat.id, detailed=is_detailed)
        return
    last = texts.at_rest(await store.jobs.newest(message.chat.id))
    lines = await footing.lines(message.chat.id, (), clock.now(), detailed=is_detailed)
    if sees_all and unsought and (left := await unsought()):
        lines.append(texts.looking_up(left))
    library = texts.library(*await store.catalog.extent())
    await message.answer("\n".join([last, "", library, *lines]))


async def why(message: Message, person: Person, store: Store, clock: Clock) -> None:
    """Tell what became of what this person asked for; those who manage may ask of everything."""
    about = reading.asked_about(message)
    findings = Findings(store)
    if about is not None and not isinstance(about, int):
        posting = (await findings.of_posting(about)).for_whom(partial(_is_open, person))
        if not may_know(person, message.chat.id):
            posting = posting.without_places()
        await message.answer(answers.of_posting(posting, clock.now()))
        return
    if about is None:
        job = await store.jobs.newest(message.chat.id)
        nothing = texts.at_rest(None)
    else:
        job = await store.jobs.get(about)
        if job is not None and not _is_open(person, job):
            raise HiddenJobError(about)
        nothing = texts.no_such_job(about)
    if job is None or not _is_open(person, job):
        await message.answer(nothing)
        return
    found = await findings.of_job(job)
    if not may_know(person, message.chat.id):
        found = found.without_places()
    await message.answer(answers.of_job(found, clock.now()))


def _is_open(person: Person, job: Job) -> bool:
    return may_touch(person, job.origin.person_id)
