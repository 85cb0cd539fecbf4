"""Who may do what: each route names one permission, and each role has some of them. Pure."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from storage.models import Person, Role

# The mightiest first.
RANKS = (Role.OWNER, Role.ADMIN, Role.MEMBER, Role.GUEST)


class Permission(StrEnum):
    """What somebody may do; the words stand in docs/roles.md."""

    LISTEN = "find and play what is in the library"
    KEEP = "like tracks, have playlists, convert tracks"
    FETCH = "download by link or chat, and see to the own downloads"
    FOLLOW = "follow chats"
    CURATE = "correct, merge and remove tracks, audit chats, and say how much of one is kept"
    MANAGE = "see to people, their roles and limits, the journal, and anybody's downloads"
    RULE = "see to the Telegram accounts and to backups, and stop everything"


LOWEST = MappingProxyType(
    {
        Permission.LISTEN: Role.GUEST,
        Permission.KEEP: Role.MEMBER,
        Permission.FETCH: Role.MEMBER,
        Permission.FOLLOW: Role.MEMBER,
        Permission.CURATE: Role.ADMIN,
        Permission.MANAGE: Role.ADMIN,
        Permission.RULE: Role.OWNER,
    }
)


def may(role: Role, permission: Permission) -> bool:
    return RANKS.index(role) <= RANKS.index(LOWEST[permission])


def may_touch(person: Person, whose: int) -> bool:
    """Tell whether a job, a watch or the like that is another person's is open to this one."""
    return person.id == whose or may(person.role, Permission.MANAGE)


def may_know(person: Person, chat_id: int) -> bool:
    """Tell whether a person may be told in a chat what accounts are called and where files lie."""
    return chat_id == person.id and may(person.role, Permission.MANAGE)


def is_above(one: Role, other: Role) -> bool:
    return RANKS.index(one) < RANKS.index(other)
