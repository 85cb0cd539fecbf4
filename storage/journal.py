"""Who did what: records that are only added, each bound to the one before."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Row, Select, cast, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.actor import actor
from storage.chain import ROOT, Chain, Key, Line, mark, mark_of, sealed
from storage.columns import from_micros, micros
from storage.database import Database
from storage.errors import VaultError
from storage.journal_tables import journal, journal_end, journal_keys
from storage.record import Broken, By, Fact, Head, Record, Verified, What, Who, Wrong
from storage.text import storable
from storage.upsert import upsert
from storage.vault import Vault

log = structlog.get_logger(__name__)

_KEY_SIZE = 32
_LONGEST_WORD = 100
_BATCH = 1000
_THE_ONE = 1
_NOTHING: Mapping[str, Fact] = {}
# As bytes, so that what somebody has written there can be read whatever it is.
_TEXTS = ("at", "who", "what", "about", "before", "digest")
_LINES = select(
    journal.c.number, *(cast(journal.c[name], LargeBinary).label(name) for name in _TEXTS)
)


_ENDS = select(
    cast(journal_end.c.number, BigInteger).label("number"),
    cast(journal_end.c.digest, LargeBinary).label("digest"),
    cast(journal_end.c.mark, LargeBinary).label("mark"),
)
_KEYS = select(
    journal_keys.c.id,
    cast(journal_keys.c.first, BigInteger).label("first"),
    cast(journal_keys.c.key, LargeBinary).label("key"),
)


@dataclass(frozen=True, slots=True)
class _End:
    """Where the next record goes, and the key for it."""

    head: Head
    key: bytes


class Journal:
    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, what: What, about: Mapping[str, Fact] = _NOTHING) -> None:
        """Enter what is no transaction of its own."""
        if actor() is not None:
            async with self._database.write() as connection:
                await self.append(connection, what, about)

    async def append(
        self, connection: AsyncConnection, what: What, about: Mapping[str, Fact] = _NOTHING
    ) -> None:
        """Enter what is done in this transaction, by whoever acts; nothing where nobody does."""
        doer = actor()
        if doer is None:
            return
        at = doer.now()
        end = await self._end(connection, at)
        await _enter(connection, end, at, doer.who, what, about)

    async def marks(self, connection: AsyncConnection, values: Mapping[str, str]) -> dict[str, str]:
        """Return what tells whether values are others, and nothing else of them.

        None of any where there is no record yet, and so no key.
        """
        keys = await self._keys(connection)
        key = keys[-1].secret if keys else None
        if key is None:
            return {}
        return {name: mark_of(name, value, key) for name, value in values.items()}

    async def newest(self, limit: int, up_to: int | None = None) -> list[Record]:
        """Return the records up to a number, the newest first."""
        wanted = _LINES.order_by(journal.c.number.desc()).limit(limit)
        if up_to is not None:
            wanted = wanted.where(journal.c.number <= up_to)
        return await self._records(wanted)

    async def last(self, who: Who, whats: Collection[What]) -> Record | None:
        """Return the newest of what somebody did of these."""
        its = (journal.c.who == str(who)) & journal.c.what.in_([one.value for one in whats])
        found = await self._records(_LINES.where(its).order_by(journal.c.number.desc()).limit(1))
        return found[0] if found else None

    async def head(self) -> Head | None:
        async with self._database.read() as connection:
            return await _last(connection)

    async def verify(self, noted: Head | None = None, *, newest: int | None = None) -> Verified:
        """Read all of it, and tell of the first broken link.

        `noted` is an earlier end of it, of whose digest a part is enough. With `newest` only so
        many of the last records are read; the one before them is believed.
        """
        async with self._database.read() as connection:
            begin = None if newest is None else await _last(connection, newest)
            chain = Chain(await self._keys(connection), begin)
            ended = await _ended(connection)
            count, line = 0, None
            async for line in _lines(connection, begin):
                count += 1
                if (broken := _taken(chain, line, ended, noted)) is not None:
                    return Verified(count, chain.head, broken)
        is_shorter = noted is not None and noted.number > chain.head.number
        if is_shorter or _is_cut(chain, ended):
            cut = Broken(chain.head.number + 1, _time(line.at) if line else None, Wrong.CUT)
            return Verified(count, chain.head, cut)
        return Verified(count, chain.head, None)

    async def _records(self, wanted: Select[Any]) -> list[Record]:
        async with self._database.read() as connection:
            return [_record(_line(row)) for row in await connection.execute(wanted)]

    async def _end(self, connection: AsyncConnection, at: datetime) -> _End:
        """Return where to go on. That the end was altered is entered, once, and stays known."""
        keys, ended = await self._keys(connection), await _ended(connection)
        last = await _last(connection)
        key = keys[-1].secret if keys else None
        if key is not None and ended is not None and _is_whole(ended, last, key):
            assert last is not None
            return _End(last, key)
        is_ours = key is not None and ended is not None and ended.mark == mark(ended.head, key)
        before = (ended.head if ended and is_ours else last) or Head(0, ROOT)
        head = Head(max(before.number, last.number if last else 0), before.digest)
        is_new = not (keys or ended or last)
        key = key or await self._make_key(connection, len(keys) + 1, head.number + 1)
        if is_new:
            return _End(head, key)
        log.error("journal altered", number=head.number + 1)
        end, what = _End(head, key), What.JOURNAL_BROKEN
        return _End(await _enter(connection, end, at, By.PROGRAM, what, _NOTHING), key)

    async def _keys(self, connection: AsyncConnection) -> list[Key]:
        rows = await connection.execute(_KEYS.order_by(journal_keys.c.id))
        return [Key(row.first, self._opened(row)) for row in rows]

    def _opened(self, row: Row[Any]) -> bytes | None:
        try:
            return self._vault.decrypt(row.key or b"", context_of(row.id))
        except VaultError as error:
            log.warning("key of the journal does not open", error=type(error).__name__)
            return None

    async def _make_key(self, connection: AsyncConnection, key_id: int, first: int) -> bytes:
        key = secrets.token_bytes(_KEY_SIZE)
        hidden = self._vault.encrypt(key, context_of(key_id))
        row = {"id": key_id, "first": first, "key": hidden}
        await connection.execute(insert(journal_keys).values(row))
        return key


@dataclass(frozen=True, slots=True)
class _Ended:
    """The end as it was stored last."""

    head: Head
    mark: str


def context_of(key_id: int) -> str:
    """Return what is bound into the seal of a key."""
    return f"journal {key_id}"


async def _enter(
    connection: AsyncConnection,
    end: _End,
    at: datetime,
    who: Who,
    what: What,
    about: Mapping[str, Fact],
) -> Head:
    row = {
        "number": end.head.number + 1,
        "at": micros(at),
        "who": str(who),
        "what": what.value,
        "about": _document(about),
        "before": end.head.digest,
    }
    head = Head(end.head.number + 1, sealed(_as_line(row), end.key).digest.decode())
    await connection.execute(insert(journal).values(row | {"digest": head.digest}))
    ended = {"id": _THE_ONE, "number": head.number, "digest": head.digest}
    await upsert(connection, journal_end, ended | {"mark": mark(head, end.key)})
    return head


def _as_line(row: Mapping[str, Any]) -> Line:
    said = {name: str(row[name]).encode() for name in _TEXTS if name != "digest"}
    return Line(number=row["number"], **said)


def _document(about: Mapping[str, Fact]) -> str:
    said = {
        name: storable(fact)[:_LONGEST_WORD] if isinstance(fact, str) else fact
        for name, fact in about.items()
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


async def _ended(connection: AsyncConnection) -> _Ended | None:
    row = (await connection.execute(_ENDS.limit(1))).first()
    return _Ended(_head(row), _word(row.mark)) if row else None


async def _last(connection: AsyncConnection, before: int = 0) -> Head | None:
    """Return the last record but so many."""
    wanted = _LINES.order_by(journal.c.number.desc()).offset(before).limit(1)
    row = (await connection.execute(wanted)).first()
    return _head(row) if row else None


def _head(row: Any) -> Head:
    return Head(row.number or 0, _word(row.digest))


async def _lines(connection: AsyncConnection, begin: Head | None) -> AsyncIterator[Line]:
    """Yield the lines in their order, all of them or those behind one."""
    after: ColumnElement[bool] | None = None
    if begin is not None:
        after = journal.c.number > begin.number
    while True:
        wanted = _LINES.order_by(journal.c.number).limit(_BATCH)
        rows = await connection.execute(wanted if after is None else wanted.where(after))
        number = None
        for row in rows:
            number = row.number
            yield _line(row)
        if number is None:
            return
        after = journal.c.number > number


def _taken(chain: Chain, line: Line, ended: _Ended | None, noted: Head | None) -> Broken | None:
    """Go on to a line, and tell what is wrong with it, if anything."""
    at = _time(line.at)
    if (wrong := chain.take(line)) is not None:
        number, how = wrong
        last = ended.head.number if ended else line.number
        if how is Wrong.CHANGED and chain.stood_elsewhere(line, last):
            how = Wrong.ORDER
        return Broken(number, at, how)
    if line.what == What.JOURNAL_BROKEN.value.encode():
        return Broken(line.number, at, Wrong.CUT)
    is_noted = noted is not None and noted.number == line.number
    if noted is not None and is_noted and not chain.head.digest.startswith(noted.digest):
        return Broken(line.number, at, Wrong.NOT_AS_NOTED)
    return None


def _is_cut(chain: Chain, ended: _Ended | None) -> bool:
    """Tell whether the lines end elsewhere than they ended when one was entered last."""
    key = chain.key()
    if ended is None or key is None:
        return not chain.is_unwritten or ended is not None
    return not _is_whole(ended, chain.head, key)


def _is_whole(ended: _Ended, last: Head | None, key: bytes) -> bool:
    return ended.head == last and ended.mark == mark(ended.head, key)


def _line(row: Row[Any]) -> Line:
    return Line(row.number, *(getattr(row, name) or b"" for name in _TEXTS))


def _record(line: Line) -> Record:
    return Record(line.number, _time(line.at), _who(line.who), _what(line.what), _facts(line.about))


def _time(written: bytes) -> datetime | None:
    try:
        return from_micros(int(written))
    except (ValueError, OverflowError):
        return None


def _word(written: bytes | None) -> str:
    return (written or b"").decode(errors="replace")


def _who(written: bytes) -> Who | None:
    word = _word(written)
    try:
        return By(word) if word in set(By) else int(word)
    except ValueError:
        return None


def _what(written: bytes) -> What | None:
    word = _word(written)
    return What(word) if word in set(What) else None


def _facts(written: bytes) -> Mapping[str, Fact]:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: fact for key, fact in found.items() if isinstance(fact, int | str | None)}
