"""What stands in the journal: what was done, by whom, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Fact = int | str | bool | None


class By(StrEnum):
    """Who acts, where it is no person who talks to the bot."""

    CONSOLE = "console"  # whoever can run `tad` on the server
    PROGRAM = "program"


Who = int | By


class What(StrEnum):
    """What was done, and in braces what the record says about it.

    Chats, people, tracks and accounts are told by their ids, never by a name or a number to dial.
    """

    # The program itself.
    STARTED = "started"  # {version}
    STOPPED = "stopped"
    BROKE_OFF = "broke off"  # the run before, found by the next
    SETTING_CHANGED = "setting changed"  # {name}, since the last start
    COMMANDED = "commanded"  # {command} of `tad`
    JOURNAL_BROKEN = "journal broken"  # found by whoever was about to write: its end was altered
    # People.
    CODE_MADE = "code made"  # by which somebody becomes the owner
    OWNER_CLAIMED = "owner claimed"  # {person}
    OWNER_CHANGED = "owner changed"  # {person, was}
    ROLE_SET = "role set"  # {person, role, was}; none is a stranger
    INVITE_MADE = "invite made"  # {invite, role}
    INVITE_USED = "invite used"  # {invite, role}
    INVITE_WITHDRAWN = "invite withdrawn"  # {invite}
    BANNED = "banned"  # {person}
    UNBANNED = "unbanned"  # {person}
    LIMITS_SET = "limits set"  # {person} or {role}
    PLEA_GRANTED = "plea granted"  # {job, person}: beyond the limits of that one
    PLEA_DENIED = "plea denied"  # {job, person}
    TURNED_AWAY = "turned away"  # a stranger
    NOT_ALLOWED = "not allowed"  # {permission}
    NOT_THEIRS = "not theirs"
    # Secrets.
    ACCOUNT_ADDED = "account added"  # {account}
    ACCOUNT_REMOVED = "account removed"  # {account}
    ACCOUNT_LOST = "account lost"  # {account, state}
    KEYS_ROTATED = "keys rotated"
    KEY_FORGOTTEN = "key forgotten"  # {key}, by its id
    KEY_LOST = "key lost"  # {key} that is used from then on
    WEBHOOK_MADE = "webhook made"  # {host}
    WEBHOOK_RENEWED = "webhook renewed"  # {host}
    BACKED_UP = "backed up"
    RESTORED = "restored"
    # The library.
    MERGED = "merged"  # {ruling, tracks, best}
    REMOVED = "removed"  # {ruling, tracks, best, chat}: of a chat, by its retention
    KEPT_APART = "kept apart"  # {ruling, tracks, best}
    TAKEN_BACK = "taken back"  # {ruling, tracks}
    TRASH_EMPTIED = "trash emptied"  # {rulings}
    RETENTION_SET = "retention set"  # {chat, count, size, days}
    RETENTION_LIFTED = "retention lifted"  # {chat}
    # Followed chats.
    WATCH_MADE = "watch made"  # {watch, chat}
    WATCH_CHANGED = "watch changed"  # {watch}
    WATCH_PAUSED = "watch paused"  # {watch}
    WATCH_RESUMED = "watch resumed"  # {watch}
    WATCH_REMOVED = "watch removed"  # {watch}
    BUDGET_SET = "budget set"  # {size} of a day in bytes, for all watches; none for any


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the journal, as far as it can be read.

    Somebody may have written into it: what is no time, nobody or nothing that we know is None.
    """

    number: int
    at: datetime | None
    who: Who | None
    what: What | None
    about: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal. Who has noted it elsewhere can tell that nothing was cut off."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class Wrong(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    ORDER = "order"  # it is genuine, but stood elsewhere
    CUT = "cut"
    NOT_AS_NOTED = "not as noted"
    UNREADABLE = "unreadable"  # the key that it needs does not open


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken link.

    `at` is the time of the record that stands there, or after what is missing, or before what is
    cut off; None where it bears none.
    """

    number: int
    at: datetime | None
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Verified:
    """How many records were read, up to where they hold together, and what is wrong then."""

    count: int
    head: Head
    broken: Broken | None
