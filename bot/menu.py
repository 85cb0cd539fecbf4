"""The menu of commands beside the text field, for each role its own."""

from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from structlog import get_logger

from bot import helptexts

log = get_logger(__name__)


async def publish(bot: Bot, owner_id: int) -> None:
    """Show the commands to the owner, and strangers none.

    Telegram knows the owner's chat only after the owner has written once: /start tries again.
    """
    commands = [
        BotCommand(command=name, description=line) for name, line in helptexts.COMMANDS.items()
    ]
    try:
        await bot.set_my_commands([], scope=BotCommandScopeAllPrivateChats())
        await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=owner_id))
    except AiogramError as error:
        log.info("menu not set", error=str(error))
