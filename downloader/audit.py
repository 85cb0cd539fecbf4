"""What an audit finds of each posting of a chat. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage.models import Audio, Chat, ItemState, Reason, Track
from storage.stretch import Stretch, is_held
from storage.tried import Tried

_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})
_HOPELESS = frozenset({Reason.EMPTY_FILE})


class Disk(StrEnum):
    """How the file of a track is."""

    WHOLE = "whole"
    MISSING = "missing"
    DAMAGED = "damaged"
    ALTERED = "altered"  # by another program, it seems on purpose


class Verdict(StrEnum):
    """What is true of a posting."""

    FETCHED = "fetched"
    LINKED = "linked"
    UNDER_WAY = "under way"
    REMOVED = "removed"
    PASSED_OVER = "passed over"
    CANCELLED = "cancelled"
    FAILED = "failed"
    MISSING = "missing"
    DAMAGED = "damaged"
    ALTERED = "altered"
    EXCHANGED = "exchanged"  # it holds another file than the one that was fetched
    OVERLOOKED = "overlooked"  # a watch wants it, and has passed it
    UNSEEN = "unseen"


TO_FETCH = frozenset(
    {
        Verdict.FAILED,
        Verdict.MISSING,
        Verdict.DAMAGED,
        Verdict.EXCHANGED,
        Verdict.OVERLOOKED,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A posting that ought to be here and is not whole.

    `name` is the path of its file, or what it is called where there never was one.
    """

    verdict: Verdict
    message_id: int
    name: str


@dataclass(slots=True)
class Audit:
    """What was found in a chat; `read` are its postings, and their `size` is in bytes.

    `faults` are the postings that ought to be here and are not whole; `to_fetch` are the messages
    of those that can be fetched, `damaged` the tracks of those that are there and not whole. `gone`
    postings of the library are in the chat no more. Postings were `passed_over` by the query that
    says so, empty where none does. `is_deep` where the bytes of the files were compared,
    `is_cut_off` where the chat is too long to be read whole.
    """

    chat: Chat
    is_deep: bool = False
    read: int = 0
    size: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    failed: Counter[Reason] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    to_fetch: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    gone: int = 0
    edited: int = 0
    is_cut_off: bool = False
    are_numbers_shared: bool = True  # else a number alone names no message


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one posting.

    `tried` is what the newest job made of it, perhaps when it held another document. Without a
    `track` nothing says how the `disk` is. A watch that wants it `has_passed` it.
    """

    tried: Tried | None = None
    track: Track | None = None
    disk: Disk = Disk.MISSING
    is_removed: bool = False
    looked_at: bool = False
    has_passed: bool = False


def judged(audio: Audio, known: Evidence) -> Verdict:
    tried = known.tried
    is_same = tried is not None and tried.document_id == audio.document_id
    of_items = _of_state(tried.state) if tried is not None and is_same else None
    if of_items is Verdict.UNDER_WAY:
        return of_items
    if known.track is not None and known.track.path is not None:
        return _of_file(known.disk, tried if is_same else None)
    if known.is_removed:
        return Verdict.REMOVED
    return of_items or _of_stranger(known)


def _of_stranger(known: Evidence) -> Verdict:
    """Judge a posting that no job has, as it is now."""
    if known.track is not None:
        return Verdict.MISSING
    if known.tried is not None and known.tried.document_id is not None:
        return Verdict.EXCHANGED
    if known.looked_at:
        return Verdict.PASSED_OVER
    return Verdict.OVERLOOKED if known.has_passed else Verdict.UNSEEN


def enter(audit: Audit, audio: Audio, known: Evidence, unfit: str) -> None:
    """Count a posting; `unfit` is the query that it does not fit."""
    verdict = judged(audio, known)
    audit.verdicts[verdict] += 1
    audit.size += audio.size
    reason = known.tried.reason if known.tried else None
    if verdict is Verdict.PASSED_OVER:
        audit.passed_over[unfit] += 1
    if verdict is Verdict.FAILED and reason is not None:
        audit.failed[reason] += 1
    if verdict is Verdict.DAMAGED and known.track is not None:
        audit.damaged.append(known.track.id)
    if verdict in TO_FETCH:
        audit.faults.append(Fault(verdict, audio.message_id, _name(audio, known.track)))
    audit.are_numbers_shared &= audio.account is None
    if verdict in TO_FETCH and reason not in _HOPELESS and audio.account is None:
        audit.to_fetch.append(audio.message_id)


def _name(audio: Audio, track: Track | None) -> str:
    if track is not None and track.path is not None:
        return str(track.path)
    return audio.name or " – ".join(filter(None, [audio.performer, audio.title]))


def is_between(stretches: Sequence[Stretch], number: int) -> bool:
    """Tell whether a message lies in a gap: some before it were looked at."""
    return bool(stretches) and stretches[0].first < number and not is_held(stretches, number)


def _of_state(state: ItemState) -> Verdict | None:
    match state:
        case ItemState.REMOVED:
            return Verdict.REMOVED
        case ItemState.FAILED:
            return Verdict.FAILED
        case ItemState.CANCELLED:
            return Verdict.CANCELLED
        case ItemState.SKIPPED:
            return None
        case _:
            return Verdict.MISSING if state in _HERE else Verdict.UNDER_WAY


def _of_file(disk: Disk, tried: Tried | None) -> Verdict:
    match disk:
        case Disk.MISSING:
            return Verdict.MISSING
        case Disk.ALTERED:
            return Verdict.ALTERED
        case Disk.DAMAGED:
            return Verdict.DAMAGED
        case Disk.WHOLE:
            is_fetched = tried is not None and tried.state is ItemState.SAVED
            return Verdict.FETCHED if is_fetched else Verdict.LINKED
