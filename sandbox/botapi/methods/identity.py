"""Who the bot is, and which commands its menu shows."""

from __future__ import annotations

import re
from datetime import timedelta

from sandbox.botapi.call import Call
from sandbox.botapi.errors import bad, too_many
from sandbox.botapi.formatted import Json, utf16
from sandbox.botapi.shapes import user_object

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
CLOSE_PAUSE = timedelta(minutes=10)
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


async def get_me(call: Call) -> Json:
    return user_object(call.bot.user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def log_out(call: Call) -> bool:
    call.bot.logged_out = True
    return True


async def close(call: Call) -> bool:
    now, last = call.hub.now, call.bot.closed_at
    if last and now - last < CLOSE_PAUSE:
        raise too_many(int((last + CLOSE_PAUSE - now).total_seconds()) or 1)
    call.bot.closed_at = now
    return True


async def set_my_commands(call: Call) -> bool:
    commands = call.params.loaded("commands", list, "bot commands") or []
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    call.bot.commands[_scope(call), _language(call)] = commands
    return True


async def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get((_scope(call), _language(call)), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def _check_command(command: Json) -> None:
    if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= utf16(str(command.get("description", "")).strip()) <= LONGEST_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def _scope(call: Call) -> str:
    """Return the scope as one word: its type and the ids that belong to it."""
    scope = call.params.loaded("scope", dict, "BotCommandScope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if any(name not in scope for name in _SCOPES[kind]):
        raise bad("can't parse BotCommandScope: Can't find field \"chat_id\"")
    return ":".join([kind, *(str(scope[name]) for name in _SCOPES[kind])])


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise bad("invalid language code specified")
    return language
