"""The board of one chat as a Telegram message: sent, edited, moved down, remembered."""

from __future__ import annotations

from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import EditMessageText
from aiogram.types import Message

from bot import refusals, texts
from bot.callbacks import Seal
from bot.faces import Face, bare, keyboard
from storage.boards import Boards
from storage.models import Board

log = structlog.get_logger(__name__)


class UnreachableError(Exception):
    """The bot may not write to this chat any more."""


class BoardMessage:
    """`shown` is what the message looks like, as far as this process knows."""

    def __init__(self, bot: Bot, boards: Boards, seal: Seal, chat_id: int) -> None:
        self._bot = bot
        self._boards = boards
        self._seal = seal
        self._chat_id = chat_id
        self.board: Board | None = None
        self.shown: Face | None = None

    async def load(self) -> None:
        self.board = await self._boards.get(self._chat_id)

    async def send(self, face: Face, first_job_id: int) -> None:
        """Send a new message, which becomes the board."""
        try:
            message = await self._send(face)
        except TelegramForbiddenError as error:
            raise UnreachableError from error
        except TelegramBadRequest as error:
            if refusals.is_nobody(error):
                raise UnreachableError from error
            raise
        self.board, self.shown = Board(self._chat_id, message.message_id, first_job_id), face
        await self._boards.save(self.board)

    async def edit(self, face: Face) -> bool:
        """Change the message; return False when it is gone."""
        assert self.board is not None
        try:
            await self._edit(face, self.board.message_id)
        except TelegramForbiddenError as error:
            raise UnreachableError from error
        except TelegramBadRequest as error:
            if refusals.is_nobody(error):
                raise UnreachableError from error
            if refusals.is_gone(error):
                return False
            if not refusals.is_same(error):
                raise
        self.shown = face
        return True

    async def reach_back(self, first_job_id: int) -> None:
        """Let the board begin with an earlier job."""
        assert self.board is not None
        self.board = replace(self.board, first_job_id=first_job_id)
        await self._boards.save(self.board)

    async def forget(self) -> None:
        self.board = self.shown = None
        await self._boards.forget(self._chat_id)

    async def remove(self, message_id: int) -> None:
        """Take an old board away; where Telegram refuses that, leave one line of it."""
        try:
            await self._bot.delete_message(self._chat_id, message_id)
        except TelegramBadRequest:
            try:
                await self._edit(Face(texts.MOVED_DOWN), message_id)
            except TelegramBadRequest as error:
                log.info("old board stays", why=error.message)

    async def _send(self, face: Face) -> Message:
        markup = keyboard(face, self._chat_id, self._seal)
        try:
            return await self._bot.send_message(self._chat_id, face.text, reply_markup=markup)
        except TelegramBadRequest as error:
            if not refusals.is_unreadable(error):
                raise
            log.error("board markup refused", why=error.message)  # noqa: TRY400  # no traceback
            return await self._bot.send_message(
                self._chat_id, bare(face.text), reply_markup=markup, parse_mode=None
            )

    async def _edit(self, face: Face, message_id: int) -> None:
        markup = keyboard(face, self._chat_id, self._seal)
        change = EditMessageText(
            text=face.text, chat_id=self._chat_id, message_id=message_id, reply_markup=markup
        )
        try:
            await self._bot(change)
        except TelegramBadRequest as error:
            if not refusals.is_unreadable(error):
                raise
            log.error("board markup refused", why=error.message)  # noqa: TRY400  # no traceback
            plain = {"text": bare(face.text), "parse_mode": None}
            await self._bot(change.model_copy(update=plain))
