"""Holds a query against what is known of a track. Pure.

A condition is true, false, or unknown where the fact is not known, and so is its negation: neither
`artist:x` nor `-artist:x` lets a track through whose artist nobody knows. Words without a field
look at what is known of artist, title, album and file name, and are unknown only if nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from storage.formats import is_lossless, without_ending
from storage.models import Chat
from storage.query.facts import Facts
from storage.query.tree import (
    All,
    Between,
    Claim,
    Condition,
    During,
    Either,
    InChat,
    Is,
    Measure,
    Moment,
    Node,
    Not,
    OfFormat,
    Query,
    Stamp,
    Text,
    Within,
    moment_at,
)
from storage.search.folding import fold

_SECOND = timedelta(seconds=1)


def matches(query: Query, facts: Facts, now: datetime) -> bool:
    """Tell whether everything that is asked for is known to be so."""
    return query.node is None or _truth(query.node, facts, now) is True


def _truth(node: Node, facts: Facts, now: datetime) -> bool | None:
    match node:
        case Not(inner):
            return _opposite(_truth(inner, facts, now))
        case All(nodes):
            return _least(_truth(one, facts, now) for one in nodes)
        case Either(nodes):
            refuted = _least(_opposite(_truth(one, facts, now)) for one in nodes)
            return _opposite(refuted)
        case _:
            return _holds(node, facts, now)


def _least(truths: Iterable[bool | None]) -> bool | None:
    """Return False if any is, else None if any is, else True."""
    least: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        least = least and truth
    return least


def _opposite(truth: bool | None) -> bool | None:  # noqa: FBT001 - it is what is turned round
    return None if truth is None else not truth


def _holds(condition: Condition, facts: Facts, now: datetime) -> bool | None:
    match condition:
        case Text():
            return _is_said(condition, _texts(condition.within, facts))
        case InChat():
            return _is_in_one(condition, facts.chats)
        case OfFormat(formats):
            return None if facts.format is None else facts.format in formats
        case Is(claim):
            return _is(claim, facts)
        case Between(measure, low, high):
            return _is_between(_amount(measure, facts), low, high)
        case During(stamp, since, until):
            time = facts.posted_at if stamp is Stamp.POSTED else facts.added_at
            return _is_during(time, _at(since, now), _at(until, now))
        case other:
            assert_never(other)


def _is_between(amount: int | None, low: int | None, high: int | None) -> bool | None:
    if amount is None:
        return None
    return (low is None or amount >= low) and (high is None or amount < high)


def _is_during(
    time: datetime | None, since: datetime | None, until: datetime | None
) -> bool | None:
    if time is None:
        return None
    return (since is None or time >= since) and (until is None or time < until)


def _at(moment: Moment | None, now: datetime) -> datetime | None:
    return None if moment is None else moment_at(moment, now)


def _texts(within: Within, facts: Facts) -> list[str]:
    match within:
        case Within.ANYWHERE:
            name = facts.name and without_ending(facts.name)
            found = [facts.artist, facts.title, facts.album, name]
        case Within.ARTIST:
            found = [facts.artist]
        case Within.TITLE:
            found = [facts.title]
        case Within.ALBUM:
            found = [facts.album]
        case Within.GENRE:
            found = [facts.genre]
        case other:
            assert_never(other)
    return [text for text in found if text is not None]


def _is_said(wanted: Text, texts: list[str]) -> bool | None:
    """Tell whether the words stand beside each other in one of the texts, as whole words."""
    if not texts:
        return None
    words = f" {fold(wanted.text)}" + ("" if wanted.is_beginning else " ")
    return any(words in f" {fold(text)} " for text in texts)


def _is_in_one(wanted: InChat, chats: tuple[Chat, ...] | None) -> bool | None:
    return None if chats is None else any(_is_meant(wanted, chat) for chat in chats)


def _is_meant(wanted: InChat, chat: Chat) -> bool:
    if wanted.title is not None:
        return bool(_is_said(Text(wanted.title), [chat.title]))
    if wanted.username is not None:
        return (chat.username or "").lower() == wanted.username
    return chat.id == wanted.id


def _is(claim: Claim, facts: Facts) -> bool | None:
    match claim:
        case Claim.LOSSLESS:
            return is_lossless(facts.format, facts.bitrate)
        case Claim.HAS_COVER:
            return facts.has_cover
        case Claim.HAS_FILE:
            return facts.has_file
        case Claim.IS_FAVORITE:
            return facts.is_favorite
        case Claim.IS_FLAWED:
            return facts.is_flawed
        case other:
            assert_never(other)


def _amount(measure: Measure, facts: Facts) -> int | None:
    match measure:
        case Measure.DURATION:
            return None if facts.duration is None else facts.duration // _SECOND
        case Measure.SIZE:
            return facts.size
        case Measure.BITRATE:
            return facts.bitrate
        case Measure.YEAR:
            return facts.year
        case Measure.PLAYS:
            return facts.plays
        case other:
            assert_never(other)
