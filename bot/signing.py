"""Signs an account in from the chat with the owner, by a picture and its second password."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import segno
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message

from bot import accounttexts as texts
from bot.accountfaces import CANCEL
from bot.callbacks import Seal
from bot.errors import OutOfDateError
from bot.faces import Face, keyboard
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.errors import DownloaderError, RefusedError
from downloader.supervision import keep_going
from downloader.telegram.login import Prompt
from storage.errors import StorageError
from storage.models import Account

log = structlog.get_logger(__name__)

SignIn = Callable[[Prompt], Awaitable[Account]]

_PATIENCE = timedelta(minutes=5)  # with whoever is to send the second password
_LAST_WORDS = timedelta(seconds=5)  # at most: the program may be about to end
_REMEMBERED = 200  # messages that were secret when they came
_UNANSWERED = "PASSWORD_NOT_SENT"


@dataclass(slots=True)
class _Login:
    """One login in one chat: the picture that is shown, and the password that is waited for.

    Once that `was_asked_for`, all that is written there is a try at it, until the login is over.
    """

    chat_id: int
    picture: Message | None = None
    password: asyncio.Future[str] | None = None
    was_asked_for: bool = False
    work: asyncio.Task[None] | None = None
    is_cancelled: bool = False
    questions: list[Message] = field(default_factory=list)


class Signing:
    """One login at a time: whoever begins another is told of the first."""

    def __init__(self, bot: Bot, sign_in: SignIn, seal: Seal, clock: Clock) -> None:
        self._bot = bot
        self._sign_in = sign_in
        self._seal = seal
        self._clock = clock
        self._bell = Bell()
        self._login: _Login | None = None
        self._secret: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)

    def begin(self, chat_id: int) -> bool:
        """Show a picture there, soon; tell whether no other login is under way."""
        if self._login is not None:
            return False
        self._login = _Login(chat_id)
        self._bell.ring()
        return True

    def cancel(self) -> None:
        """Raise `OutOfDateError` where no login is under way."""
        if self._login is None:
            raise OutOfDateError
        self._login.is_cancelled = True
        if self._login.work is not None:
            self._login.work.cancel()

    async def stop(self) -> None:
        """Cancel the login that is under way, if one is, and wait until nothing comes of it."""
        login = self._login
        if login is not None:
            self.cancel()
            if login.work is not None:
                await asyncio.wait({login.work}, timeout=2 * _LAST_WORDS.total_seconds())

    def hears_secret(self, message: Message) -> bool:
        """Tell whether what is written is a try at a password.

        What was one when it came is one for ever, though the login may be over when its turn comes.
        """
        key = (message.chat.id, message.message_id)
        if self.is_secret(message.chat.id) and key not in self._secret:
            self._secret.append(key)
        return key in self._secret

    def is_secret(self, chat_id: int) -> bool:
        """Tell whether words in this chat are tries at a password that is wanted or checked."""
        login = self._login
        return login is not None and login.chat_id == chat_id and login.was_asked_for

    def take_password(self, text: str) -> bool:
        """Try it; tell whether one was waited for: there is none while another is checked."""
        login = self._login
        if login is None or login.password is None or login.password.done():
            return False
        login.password.set_result(text)
        return True

    async def run(self) -> None:
        """Work until cancelled."""
        await keep_going(self._step, self._clock, asyncio.Event())

    async def _step(self) -> None:
        ring, login = self._bell.next_ring(), self._login
        if login is None:
            await wait(ring, self._clock, None)
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                login.work = tasks.create_task(self._work(login))
                if login.is_cancelled:
                    login.work.cancel()
        finally:
            self._login = None

    async def _work(self, login: _Login) -> None:
        said = texts.CANCELLED
        try:
            account = await self._sign_in(_Chat(self._bot, self._seal, login))
            said = texts.signed_in(account.name)
        except (DownloaderError, StorageError, TelegramAPIError) as error:
            log.info("not signed in", error=type(error).__name__)
            said = texts.not_signed_in(error)
        except asyncio.CancelledError:
            if not login.is_cancelled:
                said = texts.STOPPED
                raise
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS.total_seconds()):
                    await self._end(login, said)

    async def _end(self, login: _Login, said: str) -> None:
        """Take away what a bystander could still use, and tell what came of it."""
        for message in filter(None, (login.picture, *login.questions)):
            await _delete(message)
        try:
            await self._bot.send_message(login.chat_id, said)
        except TelegramAPIError as error:
            log.warning("not told of a login", error=str(error))


class _Chat:
    """A `Prompt` that asks in a chat. Codes are never asked for: Telegram voids those it sees."""

    def __init__(self, bot: Bot, seal: Seal, login: _Login) -> None:
        self._bot = bot
        self._seal = seal
        self._login = login

    async def phone(self) -> str:
        raise RefusedError("PHONE_NUMBER_INVALID")

    async def code(self, *, wrong: bool) -> str:  # noqa: ARG002 - as the terminal is asked
        raise RefusedError("PHONE_CODE_INVALID")

    async def password(self, *, wrong: bool) -> str:
        login = self._login
        if login.picture is not None:
            await _delete(login.picture)
            login.picture = None
        login.password = asyncio.get_running_loop().create_future()
        login.was_asked_for = True
        question = texts.NOT_THAT if wrong else texts.SECOND
        markup = keyboard(Face("", ((CANCEL,),)), login.chat_id, self._seal)
        asked = await self._bot.send_message(login.chat_id, question, reply_markup=markup)
        login.questions.append(asked)
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                return await login.password
        except TimeoutError as error:
            raise RefusedError(_UNANSWERED) from error
        finally:
            login.password = None

    async def show_qr(self, url: str) -> None:
        login = self._login
        picture = BufferedInputFile(qr_code(url), "login.png")
        markup = keyboard(Face("", ((CANCEL,),)), login.chat_id, self._seal)
        if login.picture is not None:
            try:
                media = InputMediaPhoto(media=picture, caption=texts.SCAN)
                await login.picture.edit_media(media, reply_markup=markup)
            except TelegramBadRequest:
                log.debug("picture is gone")
            else:
                return
        login.picture = await self._bot.send_photo(
            login.chat_id, picture, caption=texts.SCAN, reply_markup=markup
        )


async def _delete(message: Message) -> None:
    try:
        await message.delete()
    except TelegramAPIError as error:
        log.info("picture stays", error=str(error))


def qr_code(url: str) -> bytes:
    """Return a PNG for the camera of a phone."""
    picture = io.BytesIO()
    segno.make(url, error="l", micro=False).save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()
