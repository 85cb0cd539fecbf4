"""Finds how those are called whom records of the journal tell by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.record import Fact, Record
from storage.store import Store

_PEOPLE = ("person", "was")


@dataclass(frozen=True, slots=True)
class Names:
    """By id, as they are called now; who is not there is not known any more."""

    people: dict[int, str] = field(default_factory=dict)
    chats: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)


async def names(store: Store, records: Iterable[Record]) -> Names:
    """Look up whoever these records are about."""
    found = Names({}, {}, {one.id: one.name for one in await store.accounts.all()})
    for record in records:
        for person_id in _ids(record.who, *(record.about.get(name) for name in _PEOPLE)):
            # Whoever is banned has a name, too.
            if person_id not in found.people and (one := await store.people.profile(person_id)):
                found.people[person_id] = one.person.name
        for chat_id in _ids(record.about.get("chat")):
            if chat_id not in found.chats and (chat := await store.chats.get(chat_id)):
                found.chats[chat_id] = chat.title or f"@{chat.username}"
    return found


def _ids(*facts: Fact) -> list[int]:
    """Leave out what is no id, and what no column of ids can hold."""
    return [one for one in facts if type(one) is int and abs(one) < 2**63]
