"""Says in SQL which conditions a track must meet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from storage.columns import micros
from storage.formats import LOSSLESS, LOSSY_AT_MOST, MAYBE_LOSSLESS
from storage.query.tree import (
    All,
    Between,
    Claim,
    During,
    Either,
    InChat,
    Is,
    Measure,
    Node,
    Not,
    OfFormat,
    Stamp,
    Text,
    Within,
    exactly,
    moment_at,
)
from storage.search.expressions import of_word
from storage.search.folding import fold
from storage.search.wanted import word_of

# The tracks of its recording that a track is served for, itself included.
_SERVED = "(select id from tracks where id = t.id or better_id = t.id)"
_TIMES = "(select coalesce(sum(times), 0) from plays where track_id in"
# What is not known is null, which neither a condition nor its opposite lets through.
_OF_THESE = "nullif(t.format, '') in (select value from json_each(?))"
_SAID = {Within.ARTIST: "t.performer", Within.ALBUM: "t.album", Within.GENRE: "t.genre"}
_MEASURES = {
    Measure.DURATION: ("nullif(t.duration, 0)", 1_000_000),
    Measure.SIZE: ("t.size", 1),
    Measure.BITRATE: ("t.bitrate", 1),
    Measure.YEAR: ("t.year", 1),
    Measure.PLAYS: (f"{_TIMES} {_SERVED})", 1),
}


@dataclass(frozen=True, slots=True)
class Sql:
    """A claim about the track `t`, with its parameters."""

    text: str
    parameters: tuple[object, ...] = ()


_EVERYTHING = Sql("(1)")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when."""

    person_id: int
    now: datetime


def conditions(connection: sqlite3.Connection, nodes: Iterable[Node], asker: Asker) -> Sql:
    """Return the claim that all of these hold, in parentheses, for use on this connection."""
    connection.create_function("fold", 1, fold, deterministic=True)
    return _all(nodes, asker)


def _all(nodes: Iterable[Node], asker: Asker) -> Sql:
    claims = [_claim(node, asker) for node in nodes]
    return _joined(" and ", claims) if claims else _EVERYTHING


def _claim(node: Node, asker: Asker) -> Sql:  # noqa: PLR0911 - one for each kind of node
    match node:
        case All(nodes):
            return _all(nodes, asker)
        case Either(nodes):
            return _joined(" or ", [_claim(one, asker) for one in nodes])
        case Not(inner):
            claim = _claim(_exactly(inner), asker)
            return Sql(f"not ({claim.text})", claim.parameters)
        case Text():
            return _text(node)
        case InChat():
            return _in_chat(node)
        case OfFormat(formats):
            return Sql(_OF_THESE, (json.dumps(formats),))
        case Is(claim):
            return _is(claim, asker)
        case Between(measure, low, high):
            column, scale = _MEASURES[measure]
            return _between(column, low and low * scale, high and high * scale)
        case During():
            return _during(node, asker.now)
        case other:
            assert_never(other)


def _exactly(node: Node) -> Node:
    """Return the node without other spellings: who leaves out Kino does not mean Кино."""
    match node:
        case Text():
            return exactly(node)
        case All(nodes):
            return All(tuple(map(_exactly, nodes)))
        case Either(nodes):
            return Either(tuple(map(_exactly, nodes)))
        case Not(inner):
            return Not(_exactly(inner))
        case _:
            return node


def _text(text: Text) -> Sql:
    word = word_of(text)
    if word is None:
        return _EVERYTHING
    has_word = "t.id in (select rowid from search_index where search_index match ?)"
    if text.within not in _SAID:
        return Sql(has_word, (of_word(word),))
    words = ("case when", _SAID[text.within], "!= '' then", has_word, "end")
    return Sql(" ".join(words), (of_word(word),))


def _in_chat(chat: InChat) -> Sql:
    if chat.id is not None:
        return _posted("p.chat_id = ?", chat.id)
    if chat.username is not None:
        return _posted(
            "p.chat_id in (select id from chats where lower(username) = ?)", chat.username
        )
    title = f"% {fold(chat.title or '')} %"
    return _posted(
        "p.chat_id in (select id from chats where ' ' || fold(title) || ' ' like ?)", title
    )


def _posted(claim: str, *parameters: object) -> Sql:
    # Left to itself, SQLite might look through all postings of a chat for each track.
    its = "exists (select 1 from postings p indexed by postings_by_track_id where p.track_id in"
    return Sql(f"{its} {_SERVED} and {claim})", parameters)


def _is(claim: Claim, asker: Asker) -> Sql:
    match claim:
        case Claim.LOSSLESS:
            return _joined(
                " or ",
                [
                    Sql(_OF_THESE, (json.dumps(sorted(LOSSLESS)),)),
                    Sql(
                        f"{_OF_THESE} and t.bitrate > ?",
                        (json.dumps(sorted(MAYBE_LOSSLESS)), LOSSY_AT_MOST),
                    ),
                ],
            )
        case Claim.HAS_COVER:
            return Sql("t.has_cover")
        case Claim.HAS_FILE:
            return Sql("t.path is not null")
        case Claim.IS_FAVORITE:
            favorites = (
                "t.id in (select coalesce(f.better_id, f.id) from favorites join tracks f"
                " on f.id = track_id where person_id = ?)"
            )
            return Sql(favorites, (asker.person_id,))
        case Claim.IS_FLAWED:
            # Of what nobody has looked into, nobody knows.
            return Sql("case when t.flaws <> '' or t.grade is not null then t.flaws <> '' end")
        case other:
            assert_never(other)


def _during(during: During, now: datetime) -> Sql:
    low, high = (
        None if moment is None else micros(moment_at(moment, now))
        for moment in (during.since, during.until)
    )
    if during.stamp is Stamp.ADDED:
        return _between("t.added_at", low, high)
    posted = _between("p.posted_at", low, high)
    claim = _posted(posted.text, *posted.parameters)
    words = ("case when", _posted("(1)").text, "then", claim.text, "end")
    return Sql(" ".join(words), claim.parameters)


def _between(column: str, low: int | None, high: int | None) -> Sql:
    """`low` is inclusive, `high` is not."""
    claims = []
    if low is not None:
        claims.append(Sql(f"{column} >= ?", (low,)))
    if high is not None:
        claims.append(Sql(f"{column} < ?", (high,)))
    return _joined(" and ", claims) if claims else Sql(f"{column} is not null")


def _joined(between: str, claims: list[Sql]) -> Sql:
    """Join claims, of which there is at least one."""
    parameters = tuple(one for claim in claims for one in claim.parameters)
    return Sql(f"({between.join(claim.text for claim in claims)})", parameters)
