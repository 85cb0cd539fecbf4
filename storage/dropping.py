"""Drops what is due for a watch; what another one has brought, too, is left to that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.action import Action, DeedState
from storage.batches import batches
from storage.deed_rows import acting_jobs, is_due
from storage.deed_tables import deeds
from storage.documents import request_from, rules_from
from storage.item_rows import item_from
from storage.models import Item, ItemState, Request
from storage.tables import items
from storage.watch_tables import watches

_Doing = Mapping[int, Collection[Action]]  # what each watch does with its tracks

_BROUGHT = (ItemState.SAVED, ItemState.LINKED)


async def drop_deeds(
    connection: AsyncConnection, watch_id: int, kept: Collection[Action] = ()
) -> None:
    """Forget what is not done yet for a watch, but for these actions.

    A track has one deed for each target, whichever watches bring it. So one that another watch has
    brought, too, becomes that watch's.
    """
    its = (deeds.c.watch_id == watch_id) & (deeds.c.state != DeedState.DONE)
    rows = await connection.execute(select(deeds).where(its).order_by(deeds.c.id))
    going = [row for row in rows if _action(row) not in kept]
    if not going:
        return
    await _hand_over(connection, watch_id, going)
    for some in batches([row.id for row in going]):
        # What was handed over is not its any more.
        await connection.execute(delete(deeds).where(its, deeds.c.id.in_(some)))


async def _hand_over(
    connection: AsyncConnection, watch_id: int, going: Collection[Row[Any]]
) -> None:
    """Let other watches have the deeds of the tracks that they have brought, too."""
    person_id = next(iter(going)).person_id
    heirs = await _heirs(connection, watch_id, person_id, {_action(row) for row in going})
    if not heirs:
        return
    left = {(_action(row), row.track_id): row.id for row in going}
    async for request, item in _brought(connection, person_id, heirs):
        for action in _shared(heirs, request):
            deed_id = left.get((action, item.track_id or 0))
            if deed_id is not None and is_due(action, item):
                given = update(deeds).where(deeds.c.id == deed_id)
                await connection.execute(given.values(**_by(request, item)))
                del left[action, item.track_id or 0]


async def _heirs(
    connection: AsyncConnection, watch_id: int, person_id: int, actions: Collection[Action]
) -> _Doing:
    """Return the other watches of the person that do any of the same."""
    others = (watches.c.person_id == person_id) & (watches.c.id != watch_id)
    rows = await connection.execute(select(watches.c.id, watches.c.rules).where(others))
    doing = {row.id: rules_from(row.rules).actions for row in rows}
    shared = {watch: [one for one in its if one in actions] for watch, its in doing.items()}
    return {watch: some for watch, some in shared.items() if some}


async def _brought(
    connection: AsyncConnection, person_id: int, heirs: _Doing
) -> AsyncIterator[tuple[Request, Item]]:
    """Yield what these watches have brought, with what was asked for."""
    rows = await connection.execute(acting_jobs(person_id))
    requests = {row.id: request_from(row.request) for row in rows}
    its = {job_id: one for job_id, one in requests.items() if _shared(heirs, one)}
    for some in batches(its):
        ended = items.c.job_id.in_(some), items.c.state.in_(_BROUGHT)
        found = await connection.execute(select(items).where(*ended).order_by(items.c.id))
        for row in found:
            yield its[row.job_id], item_from(row)


def _shared(heirs: _Doing, request: Request) -> list[Action]:
    its = heirs.get(request.watch or 0, ())
    return [one for one in its if one in request.actions]


def _by(request: Request, item: Item) -> dict[str, Any]:
    """Return what stands in a deed of the posting that brought its track."""
    assert item.audio is not None, "or it had brought nothing"
    return {
        "watch_id": request.watch,
        "job_id": item.job_id,
        "chat_id": item.audio.chat_id,
        "message_id": item.audio.message_id,
        "posted_at": item.audio.posted_at,
    }


def _action(row: Row[Any]) -> Action:
    return Action(row.kind, row.target)
