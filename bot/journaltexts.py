"""The sentences about the journal, for people and for the console. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.journalnames import Names
from bot.permissions import Permission
from bot.roletexts import lowest, named
from bot.texts import quoted, size
from storage.models import Role
from storage.record import By, Fact, Record, What

EMPTY = "Nothing stands in the journal yet."
IN_PRIVATE = "Who did what I tell in our private chat only: ask me there."
OLDER = "Older ▶"
NEWER = "◀ Newer"
_HEAD = "<b>Journal</b>, the newest first; times are UTC."
_NAME = 40
_UNKNOWN = "?"
_NO_TIME = "no time"
_WHO = {By.CONSOLE: "on the server", By.PROGRAM: "the bot", None: _UNKNOWN}
_ABOUT = MappingProxyType(
    {
        What.STARTED: "started, version {version}",
        What.STOPPED: "was stopped",
        What.BROKE_OFF: "noticed that the last run was not stopped, but broke off",
        What.SETTING_CHANGED: "{name} is set otherwise than at the last start",
        What.COMMANDED: "tad {command}",
        What.JOURNAL_BROKEN: "noticed that somebody had altered the end of this journal",
        What.CODE_MADE: "made a code by which somebody becomes the owner",
        What.OWNER_CLAIMED: "{person} is the owner now, by the code of the server",
        What.OWNER_CHANGED: "{person} is the owner now; before it was {was}",
        What.ROLE_SET: "{person} is {role} now; before: {was}",
        What.INVITE_MADE: "made invitation {invite}, for {role}",
        What.INVITE_USED: "came by invitation {invite}, as {role}",
        What.INVITE_WITHDRAWN: "withdrew invitation {invite}",
        What.BANNED: "banned {person}",
        What.UNBANNED: "let {person} in again",
        What.LIMITS_SET: "set the limits of {whose}",
        What.PLEA_GRANTED: "allowed download {job} of {person}, beyond the limits",
        What.PLEA_DENIED: "denied download {job} of {person}, beyond the limits",
        What.TURNED_AWAY: "was turned away, as a stranger",
        What.NOT_ALLOWED: "tried what is for {permission}",
        What.NOT_THEIRS: "reached for what is somebody else’s",
        What.ACCOUNT_ADDED: "signed in account {account}",
        What.ACCOUNT_REMOVED: "removed account {account}",
        What.ACCOUNT_LOST: "lost account {account}: {state}",
        What.KEYS_ROTATED: "replaced the key",
        What.KEY_FORGOTTEN: "deleted the old key {key}",
        What.KEY_LOST: "began anew with the key {key}, since the one before is lost",
        What.WEBHOOK_MADE: "made the secret of a webhook at {host}",
        What.WEBHOOK_RENEWED: "renewed the secret of a webhook at {host}",
        What.BACKED_UP: "made a backup",
        What.RESTORED: "restored a backup",
        What.MERGED: "merged duplicates: {tracks} into the trash",
        What.REMOVED: "removed from the library: {tracks} into the trash",
        What.KEPT_APART: "said that {tracks} are not the same",
        What.TAKEN_BACK: "took back what was done with {tracks}",
        What.TRASH_EMPTIED: "emptied the trash",
        What.RETENTION_SET: "keeps only {kept} of {chat}",
        What.RETENTION_LIFTED: "keeps all of {chat} again",
        What.WATCH_MADE: "follows {chat}: watch {watch}",
        What.WATCH_CHANGED: "changed watch {watch}",
        What.WATCH_PAUSED: "paused watch {watch}",
        What.WATCH_RESUMED: "resumed watch {watch}",
        What.WATCH_REMOVED: "ended watch {watch}",
        What.BUDGET_SET: "lets all watches together fetch {size} a day",
    }
)


def page(records: Sequence[Record], names: Names) -> str:
    if not records:
        return EMPTY
    return "\n\n".join([_HEAD, *(_entry(one, names) for one in records)])


def _entry(record: Record, names: Names) -> str:
    head = f"<b>{record.number}</b> · {_when(record.at)} · {who(record, names)}"
    return f"{head}\n{sentence(record, names)}"


def _when(at: datetime | None) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}" if at else _NO_TIME


def who(record: Record, names: Names) -> str:
    if isinstance(record.who, By) or record.who is None:
        return _WHO[record.who]
    return _person(record.who, names)


def sentence(record: Record, names: Names) -> str:
    """Say what was done. What cannot be read is a question mark."""
    words = _ABOUT[record.what] if record.what else _UNKNOWN
    return words.format_map(_Told(_told(record.about, names)))


class _Told(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return _UNKNOWN


def _told(about: Mapping[str, Fact], names: Names) -> dict[str, str]:
    told = {name: quoted(str(fact), _NAME) for name, fact in about.items() if fact is not None}
    for name, known in (("person", names.people), ("chat", names.chats)):
        if (fact := about.get(name)) is not None:
            told[name] = _called(name, fact, known)
    if "account" in about:
        told["account"] = _called("", about["account"], names.accounts)
    if "tracks" in about:
        told["tracks"] = "1 track" if about["tracks"] == 1 else f"{told['tracks']} tracks"
    if "role" in about:
        told["role"] = _role(about["role"])
    if "permission" in about:
        told["permission"] = _whose(about["permission"])
    told["whose"] = told.get("person") or f"everybody who is {told.get('role', _UNKNOWN)}"
    was = about.get("was", _UNKNOWN)
    told["was"] = _called("", was, names.people) if isinstance(was, int) else _role(was)
    bytes_ = about.get("size")
    told["size"] = size(bytes_) if isinstance(bytes_, int) else "any amount"
    told["kept"] = _kept(about)
    return told


def _role(role: Fact) -> str:
    """Name a role; who has none is a stranger."""
    if role is None:
        return "a stranger"
    return named(Role(role)) if role in set(Role) else quoted(str(role), _NAME)


def _whose(permission: Fact) -> str:
    """Say for whom that is which was denied."""
    found = (one for one in Permission if one.name.lower() == permission)
    asked = next(found, None)
    return lowest(asked) if asked else _UNKNOWN


def _kept(about: Mapping[str, Fact]) -> str:
    count, room, days = (about.get(name) for name in ("count", "size", "days"))
    parts = [f"{count} tracks"] if count is not None else []
    parts += [size(room)] if isinstance(room, int) else []
    parts += [f"{days} days"] if days is not None else []
    return quoted(", ".join(parts)) or _UNKNOWN


def _person(person_id: int, names: Names) -> str:
    return _called("person", person_id, names.people)


def _called(kind: str, fact: Fact, known: Mapping[int, str]) -> str:
    if isinstance(fact, int) and known.get(fact):
        return quoted(known[fact], _NAME)
    return f"{kind} {quoted(str(fact), _NAME)}".strip()
