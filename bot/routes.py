"""The table of routes: which update goes to which handler, in this order, and who may send it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command, ExceptionTypeFilter
from aiogram.types import Message

from bot.bottom import Bottom
from bot.callbacks import Action
from bot.deeplinks import Greeting, ToPlaylist, ToPosting, ToSearch, ToTrack
from bot.handlers import (
    accounts,
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
    inviting,
    keeping,
    linked,
    naming,
    opening,
    ownlists,
    people,
    playlists,
    pleading,
    retention,
    shelves,
    talk,
    tracks,
    trash,
    watches,
)
from bot.leading import Leads
from bot.openprompts import OpenPrompts
from bot.permissions import Permission
from bot.permitted import PERMISSION, UnguardedError, permitted
from bot.pressed import Pressed
from bot.prompts import Prompt, Wish, answered
from bot.signing import Signing

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "chosen_inline_result")

# What a person sends on purpose; joins, pins and the like are no messages to answer.
_SAID = {
    *(ContentType.TEXT, ContentType.AUDIO, ContentType.VOICE, ContentType.DOCUMENT),
    *(ContentType.PHOTO, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.ANIMATION),
    ContentType.STICKER,
}


Handler = Callable[..., Awaitable[None]]

# Each command by all its names, the first of which is told; and each button by what it does.
COMMANDS: dict[tuple[str, ...], tuple[Handler, Permission]] = {
    ("start",): (talk.start, Permission.LISTEN),
    ("help",): (talk.explain, Permission.LISTEN),
    ("download", "dl"): (download.download, Permission.FETCH),
    ("status",): (asking.status, Permission.FETCH),
    ("why",): (asking.why, Permission.FETCH),
    ("pause",): (control.pause, Permission.FETCH),
    ("resume",): (control.resume, Permission.FETCH),
    ("cancel",): (control.cancel, Permission.FETCH),
    ("retry",): (control.retry, Permission.FETCH),
    ("search",): (shelves.search, Permission.LISTEN),
    ("recent",): (shelves.recent, Permission.LISTEN),
    ("favorites", "favourites"): (shelves.favorites, Permission.KEEP),
    ("random",): (shelves.random, Permission.LISTEN),
    ("playlist", "playlists"): (ownlists.playlist, Permission.KEEP),
    ("duplicates",): (duplicates.duplicates, Permission.CURATE),
    ("edit",): (editing.edit, Permission.CURATE),
    ("convert",): (converting.convert, Permission.KEEP),
    ("remove",): (trash.remove, Permission.CURATE),
    ("trash",): (trash.trash, Permission.CURATE),
    ("retention",): (retention.retention, Permission.CURATE),
    ("watch",): (drafts.watch, Permission.FOLLOW),
    ("watches",): (watches.watches, Permission.FOLLOW),
    ("unwatch",): (watches.unwatch, Permission.FOLLOW),
    ("audit",): (auditing.audit, Permission.CURATE),
    ("backup",): (backing.backup, Permission.RULE),
    ("accounts",): (accounts.accounts, Permission.RULE),
    ("login",): (accounts.login, Permission.RULE),
    ("panic",): (accounts.panic, Permission.RULE),
    ("invite",): (inviting.invite, Permission.MANAGE),
    ("users",): (people.users, Permission.MANAGE),
    ("role",): (people.role, Permission.MANAGE),
    ("ban",): (people.ban, Permission.MANAGE),
    ("quota",): (people.quota, Permission.MANAGE),
}
# Commands that mean another thing where no word stands behind them.
ALONE: dict[str, tuple[Handler, Permission]] = {
    "audit": (auditing.journal, Permission.MANAGE),
    "quota": (people.own_quota, Permission.FETCH),
}
PRESSES: dict[Action, tuple[Handler, Permission]] = {
    **dict.fromkeys(control.ACTIONS, (control.press, Permission.FETCH)),
    Action.START: (download.confirm, Permission.FETCH),
    Action.NEVER_MIND: (download.confirm, Permission.FETCH),
    **dict.fromkeys(shelves.SHOWN, (shelves.turn, Permission.LISTEN)),
    Action.FAVORITES: (shelves.turn, Permission.KEEP),
    Action.AMONG_FAVORITES: (shelves.turn, Permission.KEEP),
    Action.SEND: (tracks.send, Permission.LISTEN),
    Action.SEND_ALL: (tracks.send_all, Permission.LISTEN),
    Action.LIKE: (keeping.like, Permission.KEEP),
    Action.CHOOSE: (keeping.choose, Permission.KEEP),
    Action.PUT: (keeping.put, Permission.KEEP),
    Action.PUT_INTO_NEW: (keeping.put_into_new, Permission.KEEP),
    Action.EDIT: (editing.show, Permission.CURATE),
    Action.CONVERT: (converting.press, Permission.KEEP),
    Action.CANCEL_CONVERSION: (converting.cancel, Permission.KEEP),
    Action.LISTS: (playlists.show_menu, Permission.KEEP),
    Action.NEW_LIST: (naming.new_list, Permission.KEEP),
    Action.PLAYLIST: (playlists.show, Permission.LISTEN),
    Action.EXPORT: (playlists.export, Permission.LISTEN),
    Action.RENAME: (naming.ask_name, Permission.KEEP),
    Action.REMOVE: (playlists.ask_removal, Permission.KEEP),
    Action.REMOVE_NOW: (playlists.remove, Permission.KEEP),
    Action.TAKE_OUT: (playlists.take_out, Permission.KEEP),
    Action.COPY: (playlists.copy, Permission.KEEP),
    Action.DUPLICATES: (duplicates.turn, Permission.CURATE),
    Action.KEEP_BEST: (duplicates.keep_best, Permission.CURATE),
    Action.KEEP_APART: (duplicates.keep_apart, Permission.CURATE),
    Action.ASK_TO_MERGE: (duplicates.ask_to_merge, Permission.CURATE),
    Action.MERGE_ALL: (duplicates.merge_all, Permission.CURATE),
    Action.FOLLOW: (drafts.follow, Permission.FOLLOW),
    Action.WATCHES: (watches.turn, Permission.FOLLOW),
    Action.WATCH: (watches.press, Permission.FOLLOW),
    Action.REFILL: (auditing.refill, Permission.CURATE),
    Action.JOURNAL: (auditing.turn, Permission.MANAGE),
    Action.UNDO: (trash.undo, Permission.CURATE),
    Action.EMPTY: (trash.empty, Permission.CURATE),
    Action.TRASH: (trash.show, Permission.CURATE),
    Action.ASK_TO_EMPTY: (trash.ask_to_empty, Permission.CURATE),
    Action.RETAIN: (retention.keep, Permission.CURATE),
    Action.RETENTIONS: (retention.show, Permission.CURATE),
    Action.ACCOUNTS: (accounts.press, Permission.RULE),
    Action.SEND_BACKUP: (backing.send, Permission.RULE),
    Action.PEOPLE: (people.turn, Permission.MANAGE),
    Action.PERSON: (people.press, Permission.MANAGE),
    Action.PLEA: (pleading.decide, Permission.MANAGE),
    Action.WITHDRAW: (inviting.withdraw, Permission.MANAGE),
}
# What comes with a link that opens the bot.
LINKED: tuple[tuple[type, Handler, Permission], ...] = (
    (Greeting, opening.greet, Permission.LISTEN),
    (ToTrack, opening.send, Permission.LISTEN),
    (ToPosting, opening.fetch, Permission.FETCH),
    (ToPlaylist, linked.open_shared, Permission.LISTEN),
    (ToSearch, linked.search_linked, Permission.LISTEN),
)


def permissions() -> dict[str, Permission]:
    """Return what each command asks for, by its first name."""
    return {names[0]: permission for names, (_, permission) in COMMANDS.items()}


def alone() -> dict[str, Permission]:
    """Return what commands ask for that mean another thing alone."""
    return {name: permission for name, (_, permission) in ALONE.items()}


def build_router(bottom: Bottom, prompts: OpenPrompts) -> Router:
    router = Router(name="bot")
    router.message.outer_middleware(bottom)
    router.message.outer_middleware(prompts)
    router.callback_query.outer_middleware(prompts)
    for observer in _speaking(router):
        observer.middleware(permitted)
    # Before all else, so that nothing else sees it.
    _let(router.message, Permission.RULE, accounts.password, F.text, _is_password)
    cancels = Command("cancel", ignore_case=True, magic=~F.args)
    _let(router.message, Permission.RULE, accounts.cancel, cancels, _awaits_password)
    for goal, handler, permission in LINKED:
        by_link = Command("start", ignore_case=True, magic=F.args)
        _let(router.message, permission, handler, by_link, Leads(goal))
    for name, (handler, permission) in ALONE.items():
        _let(router.message, permission, handler, Command(name, ignore_case=True, magic=~F.args))
    for names, (handler, permission) in COMMANDS.items():
        _let(router.message, permission, handler, Command(*names, ignore_case=True))
    _let(router.message, Permission.LISTEN, talk.unknown_command, _is_our_command)
    _let(router.message, Permission.CURATE, editing.said, _answers_a_prompt, _corrects)
    _let(router.message, Permission.FOLLOW, drafts.named, _answers_a_prompt, _names_a_chat)
    _let(router.message, Permission.KEEP, naming.name_given, _answers_a_prompt)
    is_private = F.chat.type == ChatType.PRIVATE
    is_track = F.forward_origin & (F.audio | F.voice | F.document)
    _let(router.message, Permission.FETCH, download.forwarded, is_private, is_track)
    # In groups people talk with each other: there only commands are for the bot.
    is_said = (is_private, F.content_type.in_(_SAID), ~F.text.startswith("/"))
    _let(router.message, Permission.FETCH, download.download, *is_said, _is_no_choice_of_ours)
    for action, (handler, permission) in PRESSES.items():
        _let(router.callback_query, permission, handler, Pressed(action))
    _let(router.inline_query, Permission.LISTEN, inline.offer)
    _let(router.chosen_inline_result, Permission.LISTEN, inline.chosen)
    for kind, explain in errors.EXPECTED.items():
        router.error.register(explain, ExceptionTypeFilter(kind))
    router.error.register(errors.apologise)
    check_permissions(router)
    return router


def _let(
    observer: TelegramEventObserver, permission: Permission, handler: Handler, *filters: Any
) -> None:
    observer.register(handler, *filters, flags={PERMISSION: permission})


def _speaking(router: Router) -> tuple[TelegramEventObserver, ...]:
    """Return what people can say something through."""
    return tuple(router.observers[name] for name in ALLOWED_UPDATES)


def check_permissions(router: Router) -> None:
    """Raise `UnguardedError` where a handler names no permission, or updates come unasked for."""
    for name, observer in router.observers.items():
        if name == "error":
            continue
        for handler in observer.handlers:
            is_guarded = isinstance(handler.flags.get(PERMISSION), Permission)
            if not is_guarded or name not in ALLOWED_UPDATES:
                raise UnguardedError(f"{name}: {handler.callback.__qualname__}")


async def _is_password(message: Message, signing: Signing) -> bool:
    is_way_out = (message.text or "").lower().startswith(("/panic", "/cancel"))
    return signing.hears_secret(message) and not is_way_out


async def _awaits_password(message: Message, signing: Signing) -> bool:
    return signing.hears_secret(message)


async def _is_no_choice_of_ours(message: Message, bot: Bot) -> bool:
    """Tell whether a message is not what the bot has offered inline, chosen in its own chat."""
    return message.via_bot is None or message.via_bot.id != bot.id


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
