"""Who may know how accounts are called, where files lie and where they came from.

All others are told the same without that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from bot.errors import FileGoneError, ProtectedError, UndeliverableError
from bot.jobview import JobView
from bot.permissions import Permission, may, may_know
from storage.models import Item, Job, Person, Reason
from storage.people import People

# The detail of these names a place on the disk of the server.
_PLACES = frozenset({Reason.DISK_DENIED, Reason.DISK_MISSING, Reason.DISK_BROKEN, Reason.LOCKED})

_Told = TypeVar("_Told", Job, Item)


class Discretion:
    def __init__(self, people: People, owner_id: int | None) -> None:
        """`owner_id` is that of the settings: the owner may speak before they are stored."""
        self._people = people
        self._owner_id = owner_id

    async def knows(self, chat_id: int) -> bool:
        """Tell whether everybody who reads a chat may know: where others read along, nobody."""
        if chat_id == self._owner_id:
            return True
        person = await self._people.get(chat_id) if chat_id > 0 else None
        return person is not None and may_know(person, chat_id)


def without_place(one: _Told) -> _Told:
    return replace(one, detail="") if one.reason in _PLACES else one


def without_places(view: JobView) -> JobView:
    troubles = tuple(without_place(item) for item in view.troubles)
    return replace(view, job=without_place(view.job), troubles=troubles)


@contextmanager
def discreet(person: Person) -> Iterator[None]:
    """Let errors within not say where a track came from to who does not see to the library."""
    try:
        yield
    except UndeliverableError as error:
        told = for_whom(person, error)
        if told is error:
            raise
        raise told from error


def for_whom(person: Person, error: UndeliverableError) -> UndeliverableError:
    """Return why a track cannot be sent as this person may know it."""
    if may(person.role, Permission.CURATE):
        return error
    match error:
        case FileGoneError(link=str()):
            return FileGoneError(error.track, None)
        case ProtectedError(title=str()):
            return ProtectedError(error.track, None)
        case _:
            return error
