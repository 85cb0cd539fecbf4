"""The table of routes: which update goes to which handler, in this order."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command, ExceptionTypeFilter
from aiogram.types import Message

from bot.bottom import Bottom
from bot.deeplinks import Greeting, ToPosting, ToTrack
from bot.handlers import asking, control, download, errors, inline, opening, talk
from bot.leading import Leads

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "chosen_inline_result")

# What a person sends on purpose; joins, pins and the like are no messages to answer.
_SAID = {
    *(ContentType.TEXT, ContentType.AUDIO, ContentType.VOICE, ContentType.DOCUMENT),
    *(ContentType.PHOTO, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.ANIMATION),
    ContentType.STICKER,
}


def build_router(bottom: Bottom) -> Router:
    router = Router(name="bot")
    router.message.outer_middleware(bottom)
    linked = Command("start", ignore_case=True, magic=F.args)
    router.message.register(opening.greet, linked, Leads(Greeting))
    router.message.register(opening.send, linked, Leads(ToTrack))
    router.message.register(opening.fetch, linked, Leads(ToPosting))
    router.message.register(talk.start, _command("start"))
    router.message.register(talk.explain, _command("help"))
    router.message.register(download.download, _command("download", "dl"))
    router.message.register(asking.status, _command("status"))
    router.message.register(asking.why, _command("why"))
    router.message.register(control.pause, _command("pause"))
    router.message.register(control.resume, _command("resume"))
    router.message.register(control.cancel, _command("cancel"))
    router.message.register(control.retry, _command("retry"))
    router.message.register(talk.unknown_command, _is_our_command)
    router.message.register(
        download.forwarded,
        F.chat.type == ChatType.PRIVATE,
        F.forward_origin & (F.audio | F.voice | F.document),
    )
    # In groups people talk with each other: there only commands are for the bot.
    router.message.register(
        download.download,
        F.chat.type == ChatType.PRIVATE,
        F.content_type.in_(_SAID),
        ~F.text.startswith("/"),
    )
    router.callback_query.register(control.press)
    router.inline_query.register(inline.offer)
    router.chosen_inline_result.register(inline.chosen)
    for kind, handler in errors.EXPECTED.items():
        router.error.register(handler, ExceptionTypeFilter(kind))
    router.error.register(errors.apologise)
    return router


def _command(*names: str) -> Command:
    return Command(*names, ignore_case=True)


async def _is_our_command(message: Message, bot: Bot) -> bool:
    """Tell whether an unknown command was meant for this bot and no other."""
    text = message.text or ""
    if not text.startswith("/"):
        return False
    _, _, mention = text.split(maxsplit=1)[0].partition("@")
    # Every bot's name ends like this, so else a chat is meant.
    if message.chat.type == ChatType.PRIVATE and not mention.lower().endswith("bot"):
        return True
    return mention.lower() == ((await bot.me()).username or "").lower()
