"""Sends the tracks that a watch brings to the chat that it names."""

from __future__ import annotations

from datetime import timedelta

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.actionwords import ME
from bot.delivery import Delivery
from bot.errors import (
    FileGoneError,
    NotHandedError,
    ProtectedError,
    TooLargeError,
    UndeliverableError,
)
from bot.media import Spot, is_of_chat
from downloader.doing import SnaggedError
from storage.action import Deed, Snag
from storage.store import Store

_PASSING = (TelegramNetworkError, TelegramServerError)
_CLOSED = (TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError)


class Passing:
    def __init__(self, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery

    async def send(self, deed: Deed) -> None:
        """Send the track of a deed. Raises `SnaggedError`."""
        track = await self._store.catalog.get(deed.track_id)
        assert track is not None, "tracks are never forgotten"
        try:
            spot = Spot(spot_of(deed.action.target, deed.person_id))
            await self._delivery.send(spot, track, by_itself=False)
        except UndeliverableError as error:
            raise _undeliverable(error) from error
        except TelegramAPIError as error:
            raise refused(error) from error


def spot_of(target: str, person_id: int) -> int | str:
    """Return a chat as the Bot API names it."""
    if target == ME:
        return person_id
    return target if target.startswith("@") else int(target)


def refused(error: TelegramAPIError) -> SnaggedError:
    """Tell what is in the way, by what the Bot API says."""
    match error:
        case TelegramRetryAfter():
            return SnaggedError(Snag.SLOW, "", timedelta(seconds=error.retry_after))
        case _ if isinstance(error, _PASSING):
            return SnaggedError(Snag.UNREACHABLE, type(error).__name__)
        case TelegramMigrateToChat():
            return SnaggedError(Snag.MAY_NOT, error.message)
        case _ if isinstance(error, _CLOSED) or is_of_chat(error.message):
            return SnaggedError(Snag.MAY_NOT, error.message)
        case TelegramBadRequest():
            return SnaggedError(Snag.REFUSED, error.message, of_target=False)
        case _:
            return SnaggedError(Snag.REFUSED, error.message)


def _undeliverable(error: UndeliverableError) -> SnaggedError:
    match error:
        case NotHandedError():
            return SnaggedError(Snag.UNREACHABLE, str(error.trouble), of_target=False)
        case ProtectedError():
            return SnaggedError(Snag.PROTECTED, for_good=True)
        case TooLargeError():
            return SnaggedError(Snag.TOO_LARGE, for_good=True)
        case FileGoneError():
            # The disk may only be away for a while.
            return SnaggedError(Snag.NO_FILE, of_target=False)
        case _:
            return SnaggedError(Snag.REFUSED, str(error), for_good=True)
