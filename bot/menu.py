"""The commands of each role, and the menu of them beside the text field."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from structlog import get_logger

from bot import helptexts
from bot.permissions import LOWEST, RANKS, Permission, may
from storage.models import Role

log = get_logger(__name__)


class Menu:
    def __init__(
        self, bot: Bot, permissions: Mapping[str, Permission], alone: Mapping[str, Permission]
    ) -> None:
        """Both say what commands ask for, `alone` where no word stands behind them."""
        self._bot = bot
        self._permissions = permissions
        self._alone = alone

    def usable(self, role: Role) -> frozenset[str]:
        """Return the names of the commands that a role may use as a whole."""
        return frozenset(name for name, asked in self._permissions.items() if may(role, asked))

    def usable_alone(self, role: Role) -> frozenset[str]:
        """Return the names of those that a role may use only alone."""
        alone = frozenset(name for name, asked in self._alone.items() if may(role, asked))
        return alone - self.usable(role)

    def commands(self, role: Role) -> dict[str, str]:
        """Return the commands that a role may use, and what each is for."""
        usable, alone = self.usable(role), self.usable_alone(role)
        return {
            name: helptexts.ALONE[name] if name in alone else line
            for name, line in helptexts.COMMANDS.items()
            if name in usable | alone
        }

    def asked(self, name: str) -> Permission:
        """Return what a command asks for at least."""
        asked = (self._permissions[name], self._alone.get(name, self._permissions[name]))
        return max(asked, key=lambda one: RANKS.index(LOWEST[one]))

    async def publish(self, person_id: int, role: Role | None) -> None:
        """Show somebody their commands; a stranger, who has no role, none.

        Telegram knows the chat only after the person has written once: /start tries again.
        """
        scope = BotCommandScopeChat(chat_id=person_id)
        mine = self.commands(role) if role else {}
        told = [BotCommand(command=name, description=line) for name, line in mine.items()]
        try:
            await self._bot.set_my_commands([], scope=BotCommandScopeAllPrivateChats())
            if told:
                await self._bot.set_my_commands(told, scope=scope)
            else:
                await self._bot.delete_my_commands(scope=scope)
        except AiogramError as error:
            log.info("menu not set", error=str(error))
