"""The chats that people follow, and what each look at them brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chats import put_chat
from storage.database import Database
from storage.documents import rules_document
from storage.dropping import drop_deeds
from storage.errors import NotStoredError
from storage.item_rows import new_audio
from storage.jobs import put_job
from storage.journal import Journal
from storage.models import Audio, Chat, Job, Origin, Reason, Request
from storage.record import What
from storage.stretch import Looked
from storage.stretches import put_looked
from storage.tables import items
from storage.upsert import insert_new
from storage.watch import Priority, Rules, Run, Seen, Watch, WatchState
from storage.watch_rows import run_from, said_columns, seen_columns, watch_from, with_chats
from storage.watch_tables import watch_runs, watches

_KEPT = 100  # runs of one watch, and those of the last days: budgets are of a day
_DAYS = timedelta(days=2)
_LAST_RUN = (
    select(watch_runs.c.at)
    .where(watch_runs.c.watch_id == watches.c.id)
    .order_by(watch_runs.c.id.desc())
    .limit(1)
    .correlate(watches)
    .scalar_subquery()
)
_RANK = case(
    {one.value: rank for rank, one in enumerate(Priority)},
    value=func.json_extract(watches.c.rules, "$.priority"),
    else_=list(Priority).index(Priority.NORMAL),  # said before there were any
)


class Watches:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def add(
        self,
        name: str,
        rules: Rules,
        origin: Origin,
        now: datetime,
        *,
        chat: Chat | None = None,
        seen: Seen | None = None,
    ) -> Watch:
        """Follow a chat; it is looked at for the first time at once."""
        row = {**said_columns(name, rules, origin, now), "made_at": now, **seen_columns(seen)}
        async with self._database.write() as connection:
            row |= await _chat_columns(connection, chat)
            added = insert(watches).values(**row).returning(watches.c.id)
            watch_id = await connection.scalar(added)
            assert watch_id is not None
            about = {"watch": watch_id, "chat": row.get("chat_id")}
            await self._journal.append(connection, What.WATCH_MADE, about)
            return await _found(connection, watch_id)

    async def renew(
        self,
        watch_id: int,
        name: str,
        rules: Rules,
        origin: Origin,
        now: datetime,
        *,
        chat: Chat,
        seen: Seen | None,
        goes_on: bool = False,
    ) -> Watch:
        """Follow a chat by other rules from now on; what was asked for so far still counts.

        If it `goes_on`, how far was looked stays as it is. Raises `NotStoredError` where there is
        no such watch.
        """
        at = {} if goes_on else seen_columns(seen)
        row = {**said_columns(name, rules, origin, now), **at, **_clean()}
        async with self._database.write() as connection:
            row |= await _chat_columns(connection, chat)
            return await self._changed(connection, watch_id, row, What.WATCH_CHANGED)

    async def alter(self, watch_id: int, rules: Rules, next_at: datetime) -> Watch:
        """Let a watch go by other rules, and on from where it is. Raises `NotStoredError`."""
        row = {"rules": rules_document(rules), "next_at": next_at}
        async with self._database.write() as connection:
            return await self._changed(connection, watch_id, row, What.WATCH_CHANGED)

    async def get(self, watch_id: int) -> Watch | None:
        async with self._database.read() as connection:
            return await _find(connection, watch_id)

    async def every(self) -> list[Watch]:
        """Return all watches, the oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(with_chats().order_by(watches.c.id))
            return [watch_from(row) for row in rows]

    async def of_person(self, person_id: int) -> list[Watch]:
        """Return the watches of a person, the oldest first."""
        return [one for one in await self.every() if one.origin.person_id == person_id]

    async def of_chat(self, person_id: int, name: str) -> list[Watch]:
        """Return the watches of the chat that is called so; if none is, of those that were."""
        mine, wanted = await self.of_person(person_id), name.lower()
        of_now = [one for one in mine if wanted in _names(one)]
        return of_now or [one for one in mine if wanted == one.name.lower()]

    async def due(self, now: datetime) -> Watch | None:
        """Return the active watch whose time has come, if any: by priority, then the first.

        The clock may have been put back by so much since a watch looked that it would wait for
        days, or for ever: then its time has come, too.
        """
        is_stranded = (watches.c.next_at > now + _DAYS) & (now < _LAST_RUN)
        its_time = (watches.c.next_at <= now) | is_stranded
        active = watches.c.state == WatchState.ACTIVE
        order = (_RANK, watches.c.next_at, watches.c.id)
        first = with_chats().where(active, its_time).order_by(*order).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(first)).first()
        return watch_from(row) if row else None

    async def next_due(self) -> datetime | None:
        active = select(watches.c.next_at).where(watches.c.state == WatchState.ACTIVE)
        async with self._database.read() as connection:
            return await connection.scalar(active.order_by(watches.c.next_at).limit(1))

    async def fire(
        self,
        watch: Watch,
        run: Run,
        request: Request | None,
        next_at: datetime,
        *,
        chat: Chat,
        seen: Seen | None,
        found: Sequence[Audio] = (),
        looked: Looked | None = None,
    ) -> Job | None:
        """Enter a run, the job it asks for, and how far was looked: all of it, or nothing.

        What was `found` is the whole plan of the job, so that nobody has to look again.

        Nothing is entered where the watch has been changed since it was read. So no posting is
        asked for twice, and none is passed over.
        """
        async with self._database.write() as connection:
            now = await _find(connection, watch.id)
            as_read = (WatchState.ACTIVE, watch.seen, watch.rules)
            if now is None or (now.state, now.seen, now.rules) != as_read:
                return None
            # Others may have heard of another name since the watch was read, but for this look.
            named = await _chat_columns(connection, chat, is_new=chat != watch.chat)
            if now.called is not None:  # else nobody could be told that it is another name
                named = {"chat_id": chat.id}
            await put_looked(connection, looked)
            entered = (request, watch.origin, run.at, chat) if request else None
            job = await put_job(connection, *entered) if entered else None
            if job is not None:
                rows = [new_audio(job.id, audio) for audio in found]
                await insert_new(connection, items, rows)
            values = {
                **named,
                "next_at": next_at,
                **_clean(),
                **(seen_columns(seen) if seen else {}),
            }
            await _change(connection, watch.id, values)
            await _enter(connection, watch.id, run, job.id if job else None)
        return job

    async def put_off(
        self,
        watch: Watch,
        run: Run,
        next_at: datetime,
        *,
        state: WatchState = WatchState.ACTIVE,
        untold: bool = True,
    ) -> Watch | None:
        """Enter a run that came to nothing; None where somebody has stopped the watch meanwhile.

        One that is lost is to be told of, unless it is not `untold`.
        """
        values = {
            "state": state,
            "next_at": next_at,
            "troubles": watch.troubles + 1,
            "reason": run.reason,
            "detail": run.detail,
            "is_untold": untold and state is WatchState.LOST,
        }
        async with self._database.write() as connection:
            now = await _find(connection, watch.id)
            if now is None or now.state is not WatchState.ACTIVE:
                return None
            await _change(connection, watch.id, values)
            await _enter(connection, watch.id, run, None)
            return await _found(connection, watch.id)

    async def hold(
        self, watch: Watch, reason: Reason, next_at: datetime, *, untold: bool = True
    ) -> bool:
        """Let a watch wait for what no look of it can change; nothing has gone wrong with it.

        Of those of a chat that wait for the same the first is to be told of, unless it is not
        `untold`. Tell whether this is that one.
        """
        same = (watches.c.reason == reason) & (watches.c.state == WatchState.ACTIVE)
        there = watches.c.origin_chat_id == watch.origin.chat_id
        its = (watches.c.id == watch.id) & (watches.c.state == WatchState.ACTIVE)
        values = {"reason": reason, "detail": "", "next_at": next_at}
        async with self._database.write() as connection:
            is_first = untold and not await connection.scalar(select(exists().where(same, there)))
            news = {"is_untold": True} if is_first else {}
            changed = await connection.execute(update(watches).where(its).values(**values, **news))
            return is_first and bool(changed.rowcount)

    async def told(self, watch: Watch) -> None:
        """Note that a person was told how a watch stands, if it stands so still."""
        its = (watches.c.id == watch.id) & (watches.c.reason == watch.reason)
        same = watches.c.state == watch.state
        async with self._database.write() as connection:
            await connection.execute(update(watches).where(its, same).values(is_untold=False))

    async def told_name(self, watch: Watch) -> None:
        """Note that a person was told what the chat of a watch is called now."""
        assert watch.chat is not None, "or it had no name"
        told = {"told_title": watch.chat.title, "told_username": watch.chat.username}
        async with self._database.write() as connection:
            await _change(connection, watch.id, told)

    async def hurry_held(self, reason: Reason, now: datetime) -> None:
        """Let those look now that wait for this."""
        its = (watches.c.state == WatchState.ACTIVE) & (watches.c.reason == reason)
        held = its & (watches.c.next_at > now)
        async with self._database.write() as connection:
            await connection.execute(update(watches).where(held).values(next_at=now))

    async def set(self, watch_id: int, state: WatchState, next_at: datetime) -> Watch:
        """Let a watch be in this state, and look at that time if it is active.

        Raises `NotStoredError` where there is none.
        """
        row = {"state": state, "next_at": next_at, **_clean()}
        what = What.WATCH_PAUSED if state is WatchState.PAUSED else What.WATCH_RESUMED
        async with self._database.write() as connection:
            before = await _found(connection, watch_id)
            if before.state is not state:
                return await self._changed(connection, watch_id, row, what)
            await _change(connection, watch_id, row)
            return await _found(connection, watch_id)

    async def hurry(self, watch_id: int, at: datetime) -> None:
        """Let an active watch look then, if not before, unless it has to wait for Telegram."""
        its = (watches.c.id == watch_id) & (watches.c.state == WatchState.ACTIVE)
        free = (watches.c.troubles == 0) & (watches.c.next_at > at)
        async with self._database.write() as connection:
            await connection.execute(update(watches).where(its, free).values(next_at=at))

    async def postpone(self, watch: Watch, next_at: datetime) -> None:
        """Let a watch look later than it was to, unless it was changed since it was read."""
        its = (watches.c.id == watch.id) & (watches.c.state == WatchState.ACTIVE)
        same = watches.c.next_at == watch.next_at
        async with self._database.write() as connection:
            await connection.execute(update(watches).where(its, same).values(next_at=next_at))

    async def remove(self, watch_id: int) -> None:
        """Follow the chat no more; what it has brought stays, and nothing is done with it."""
        async with self._database.write() as connection:
            await drop_deeds(connection, watch_id)
            of_it = watch_runs.c.watch_id == watch_id
            await connection.execute(delete(watch_runs).where(of_it))
            gone = await connection.execute(delete(watches).where(watches.c.id == watch_id))
            if gone.rowcount:
                await self._journal.append(connection, What.WATCH_REMOVED, {"watch": watch_id})

    async def runs(self, watch_id: int, limit: int) -> list[Run]:
        """Return the newest runs of a watch, the newest first."""
        newest = (
            select(watch_runs)
            .where(watch_runs.c.watch_id == watch_id)
            .order_by(watch_runs.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [run_from(row) for row in await connection.execute(newest)]

    async def asked_since(self, watch_id: int | None, since: datetime) -> int:
        """Return how many bytes a watch, None for all together, has asked for since then.

        Of runs of days that are still to come the clock was wrong: they count for none of these.
        """
        its: ColumnElement[bool] = watch_runs.c.at.between(since, since + _DAYS)
        if watch_id is not None:
            its &= watch_runs.c.watch_id == watch_id
        total = select(func.coalesce(func.sum(watch_runs.c.size), 0)).where(its)
        async with self._database.read() as connection:
            return int(await connection.scalar(total) or 0)

    async def _changed(
        self, connection: AsyncConnection, watch_id: int, row: dict[str, Any], what: What
    ) -> Watch:
        await _change(connection, watch_id, row)
        await self._journal.append(connection, what, {"watch": watch_id})
        return await _found(connection, watch_id)


async def _find(connection: AsyncConnection, watch_id: int) -> Watch | None:
    row = (await connection.execute(with_chats().where(watches.c.id == watch_id))).first()
    return watch_from(row) if row else None


async def _found(connection: AsyncConnection, watch_id: int) -> Watch:
    watch = await _find(connection, watch_id)
    if watch is None:
        raise NotStoredError("watch", watch_id)
    return watch


async def _change(connection: AsyncConnection, watch_id: int, values: dict[str, Any]) -> None:
    this: ColumnElement[bool] = watches.c.id == watch_id
    await connection.execute(update(watches).where(this).values(**values))


async def _enter(connection: AsyncConnection, watch_id: int, run: Run, job_id: int | None) -> None:
    row = {
        "watch_id": watch_id,
        "at": run.at,
        "read": run.read,
        "found": run.found,
        "size": run.size,
        "job_id": job_id,
        "reason": run.reason,
        "detail": run.detail,
    }
    entered = await connection.execute(insert(watch_runs).values(**row).returning(watch_runs.c.id))
    number = entered.scalar_one()
    of_it = watch_runs.c.watch_id == watch_id
    kept = select(watch_runs.c.id).where(of_it).order_by(watch_runs.c.id.desc()).limit(_KEPT)
    if number % _KEPT == 0:  # now and then is often enough
        old = of_it & watch_runs.c.id.not_in(kept) & (watch_runs.c.at < run.at - _DAYS)
        await connection.execute(delete(watch_runs).where(old))


async def _chat_columns(
    connection: AsyncConnection, chat: Chat | None, *, is_new: bool = True
) -> dict[str, Any]:
    """Return how a watch remembers its chat; what is `is_new` of it is entered."""
    if chat is None:
        return {}
    if is_new:
        await put_chat(connection, chat)
    return {"chat_id": chat.id, "told_title": chat.title, "told_username": chat.username}


def _names(watch: Watch) -> set[str]:
    """Return how the chat of a watch is called now, as far as is known."""
    chat = watch.chat
    return {str(chat.id), f"@{chat.username}".lower()} if chat else {watch.name.lower()}


def _clean() -> dict[str, Any]:
    return {"troubles": 0, "reason": None, "detail": "", "is_untold": False}
