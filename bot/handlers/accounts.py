"""/accounts, /login and /panic: the Telegram accounts that download, for the owner alone."""

from __future__ import annotations

from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InaccessibleMessage, Message
from structlog import get_logger

from bot import accountfaces as faces
from bot import accounttexts as texts
from bot import showing
from bot.accountfaces import Wish
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError
from bot.faces import Face
from bot.logs import hide
from bot.promptness import answered_promptly
from bot.signing import Signing
from bot.status import Roster
from bot.stopping import Stopping
from downloader.clock import Clock

log = get_logger(__name__)


async def accounts(message: Message, roster: Roster, seal: Seal, clock: Clock) -> None:
    if await _is_private(message):
        await showing.answer(message, await _every(roster, clock), seal)


async def login(message: Message, signing: Signing) -> None:
    if await _is_private(message) and not signing.begin(message.chat.id):
        await message.answer(texts.UNDER_WAY)


async def panic(message: Message, stopping: Stopping, seal: Seal) -> None:
    await showing.answer(message, faces.ask_panic(*await stopping.extent()), seal)


async def password(message: Message, signing: Signing) -> None:
    """Take the second password of an account, and make away with the message.

    One that comes while another is checked, or after that, is made away with unread.
    """
    hide(message.text or "")
    try:
        await message.delete()
    except TelegramAPIError as error:
        log.warning("password not deleted", error=str(error))
        await message.answer(texts.NOT_DELETED)
    if not signing.take_password(message.text or ""):
        is_checking = signing.is_secret(message.chat.id)
        await message.answer(texts.TOO_EARLY if is_checking else texts.TOO_LATE)


async def cancel(_message: Message, signing: Signing) -> None:
    """End the login that waits for a password; what came of it is told by the login itself."""
    signing.cancel()


async def press(
    query: CallbackQuery,
    pressed: Press,
    signing: Signing,
    stopping: Stopping,
    roster: Roster,
    seal: Seal,
    clock: Clock,
) -> None:
    assert query.message is not None, "see `bot.pressed`"
    match _wish(pressed):
        case Wish.LOG_IN:
            begun = signing.begin(query.message.chat.id)
            await query.answer(None if begun else texts.UNDER_WAY)
            return
        case Wish.CANCEL:
            signing.cancel()
            await query.answer()
            return
        case Wish.PANIC:
            await _announce(query)
            await signing.stop()
            done = await stopping.everything()
            given = done.paused, done.logged_out, done.untold
            named = query.message.chat.type == ChatType.PRIVATE  # else others read along
            face = Face(texts.panicked(*given, named=named))
        case Wish.LEAVE:
            await query.answer()
            face = Face(texts.NOTHING_STOPPED)
        case Wish.LOG_OUT:
            face = await _logged_out(query, pressed.number, stopping, clock)
        case Wish.ASK_TO_LOG_OUT:
            await query.answer()
            face = await _ask_log_out(pressed.number, roster)
        case Wish.SHOW:
            await query.answer()
            face = await _every(roster, clock)
    await showing.in_place(query, face, seal)


async def _announce(query: CallbackQuery) -> None:
    """Say that everything is being stopped; who cannot be told must not wait for it."""
    try:
        await query.answer(texts.STOPPING)
    except TelegramAPIError as error:
        log.info("stopping not announced", error=str(error))


def _wish(pressed: Press) -> Wish:
    number = next(iter(pressed.more), None)
    if number not in set(Wish):
        raise OutOfDateError
    return Wish(number)


async def _logged_out(
    query: CallbackQuery, account_id: int, stopping: Stopping, clock: Clock
) -> Face:
    found = await stopping.named(account_id)
    if found is None:
        raise OutOfDateError
    trouble = await answered_promptly(query, stopping.log_out(found), clock)
    return Face(texts.logged_out(found.name, trouble))


async def _ask_log_out(account_id: int, roster: Roster) -> Face:
    found = (one for one in await roster.standings() if one.account_id == account_id)
    standing = next(found, None)
    if standing is None:
        raise OutOfDateError
    return faces.ask_log_out(standing)


async def _every(roster: Roster, clock: Clock) -> Face:
    return faces.every(await roster.standings(), clock.now())


async def _is_private(message: Message | InaccessibleMessage) -> bool:
    if message.chat.type == ChatType.PRIVATE:
        return True
    if isinstance(message, Message):
        await message.answer(texts.ONLY_IN_PRIVATE)
    return False
