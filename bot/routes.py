"""The table of routes: which update goes to which handler, in this order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import Bot, F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command, ExceptionTypeFilter
from aiogram.types import Message

from bot.bottom import Bottom
from bot.callbacks import Action
from bot.deeplinks import Greeting, ToPlaylist, ToPosting, ToSearch, ToTrack
from bot.handlers import (
    asking,
    auditing,
    backing,
    control,
    converting,
    download,
    drafts,
    duplicates,
    editing,
    errors,
    inline,
    keeping,
    linked,
    naming,
    opening,
    ownlists,
    playlists,
    retention,
    shelves,
    talk,
    tracks,
    trash,
    watches,
)
from bot.leading import Leads
from bot.openprompts import OpenPrompts
from bot.pressed import Pressed
from bot.prompts import Prompt, Wish, answered

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "chosen_inline_result")

# What a person sends on purpose; joins, pins and the like are no messages to answer.
_SAID = {
    *(ContentType.TEXT, ContentType.AUDIO, ContentType.VOICE, ContentType.DOCUMENT),
    *(ContentType.PHOTO, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.ANIMATION),
    ContentType.STICKER,
}


_PRESSES: dict[Action, Callable[..., Awaitable[None]]] = {
    **dict.fromkeys(control.ACTIONS, control.press),
    **dict.fromkeys((Action.START, Action.NEVER_MIND), download.confirm),
    **dict.fromkeys(shelves.SHOWN, shelves.turn),
    Action.SEND: tracks.send,
    Action.SEND_ALL: tracks.send_all,
    Action.LIKE: keeping.like,
    Action.CHOOSE: keeping.choose,
    Action.PUT: keeping.put,
    Action.PUT_INTO_NEW: keeping.put_into_new,
    Action.EDIT: editing.show,
    Action.CONVERT: converting.press,
    Action.CANCEL_CONVERSION: converting.cancel,
    Action.LISTS: playlists.show_menu,
    Action.NEW_LIST: naming.new_list,
    Action.PLAYLIST: playlists.show,
    Action.EXPORT: playlists.export,
    Action.RENAME: naming.ask_name,
    Action.REMOVE: playlists.ask_removal,
    Action.REMOVE_NOW: playlists.remove,
    Action.TAKE_OUT: playlists.take_out,
    Action.COPY: playlists.copy,
    Action.DUPLICATES: duplicates.turn,
    Action.KEEP_BEST: duplicates.keep_best,
    Action.KEEP_APART: duplicates.keep_apart,
    Action.ASK_TO_MERGE: duplicates.ask_to_merge,
    Action.MERGE_ALL: duplicates.merge_all,
    Action.FOLLOW: drafts.follow,
    Action.WATCHES: watches.turn,
    Action.WATCH: watches.press,
    Action.REFILL: auditing.refill,
    Action.SEND_BACKUP: backing.send,
    Action.UNDO: trash.undo,
    Action.EMPTY: trash.empty,
    Action.TRASH: trash.show,
    Action.ASK_TO_EMPTY: trash.ask_to_empty,
    Action.RETAIN: retention.keep,
    Action.RETENTIONS: retention.show,
}
# By the words that call them; links in /start come before.
_COMMANDS: dict[Callable[..., Awaitable[None]], tuple[str, ...]] = {
    talk.start: ("start",),
    talk.explain: ("help",),
    download.download: ("download", "dl"),
    asking.status: ("status",),
    asking.why: ("why",),
    control.pause: ("pause",),
    control.resume: ("resume",),
    control.cancel: ("cancel",),
    control.retry: ("retry",),
    shelves.search: ("search",),
    shelves.recent: ("recent",),
    shelves.favorites: ("favorites", "favourites"),
    shelves.random: ("random",),
    ownlists.playlist: ("playlist", "playlists"),
    duplicates.duplicates: ("duplicates",),
    editing.edit: ("edit",),
    converting.convert: ("convert",),
    trash.remove: ("remove",),
    trash.trash: ("trash",),
    retention.retention: ("retention",),
    drafts.watch: ("watch",),
    watches.watches: ("watches",),
    watches.unwatch: ("unwatch",),
    auditing.audit: ("audit",),
    backing.backup: ("backup",),
}


def build_router(bottom: Bottom, prompts: OpenPrompts) -> Router:
    router = Router(name="bot")
    router.message.outer_middleware(bottom)
    router.message.outer_middleware(prompts)
    router.callback_query.outer_middleware(prompts)
    by_link = Command("start", ignore_case=True, magic=F.args)
    router.message.register(opening.greet, by_link, Leads(Greeting))
    router.message.register(opening.send, by_link, Leads(ToTrack))
    router.message.register(opening.fetch, by_link, Leads(ToPosting))
    router.message.register(linked.open_shared, by_link, Leads(ToPlaylist))
    router.message.register(linked.search_linked, by_link, Leads(ToSearch))
    for handler, names in _COMMANDS.items():
        router.message.register(handler, _command(*names))
    router.message.register(talk.unknown_command, _is_our_command)
    router.message.register(editing.said, _answers_a_prompt, _corrects)
    router.message.register(drafts.named, _answers_a_prompt, _names_a_chat)
    router.message.register(naming.name_given, _answers_a_prompt)
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
        _is_no_choice_of_ours,
    )
    for action, press in _PRESSES.items():
        router.callback_query.register(press, Pressed(action))
    router.inline_query.register(inline.offer)
    router.chosen_inline_result.register(inline.chosen)
    for kind, handler in errors.EXPECTED.items():
        router.error.register(handler, ExceptionTypeFilter(kind))
    router.error.register(errors.apologise)
    return router


async def _is_no_choice_of_ours(message: Message, bot: Bot) -> bool:
    """Tell whether a message is not what the bot has offered inline, chosen in its own chat."""
    return message.via_bot is None or message.via_bot.id != bot.id


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


async def _answers_a_prompt(
    message: Message, bot: Bot, open_prompt: Prompt | None
) -> dict[str, Prompt] | bool:
    prompt = answered(message, bot.id) or open_prompt
    return {"prompt": prompt} if prompt else False


async def _corrects(message: Message, prompt: Prompt) -> bool:  # noqa: ARG001 - aiogram gives both
    return prompt.wish is Wish.EDIT


async def _names_a_chat(message: Message, prompt: Prompt) -> bool:  # noqa: ARG001 - as above
    return prompt.wish is Wish.FOLLOW
