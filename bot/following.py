"""What people do with followed chats."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import watchfaces
from bot.actions import Actions
from bot.drafting import Drafts
from bot.faces import Face
from bot.tidings import Tidings
from bot.watchchoices import Wish
from downloader.clock import Clock
from downloader.watching import Watcher
from storage.acting import aside
from storage.store import Store
from storage.watch import Watch


class Following:
    def __init__(
        self,
        store: Store,
        watcher: Watcher,
        drafts: Drafts,
        actions: Actions,
        tidings: Tidings,
        edit: Callable[[Watch, Sequence[int]], Awaitable[Face]],
        clock: Clock,
        zone: ZoneInfo | None,
    ) -> None:
        self.drafts = drafts
        self._store = store
        self._watcher = watcher
        self._actions = actions
        self._clock = clock
        self._zone = zone
        self._edit = edit
        self._tidings = tidings

    async def get(self, watch_id: int) -> Watch | None:
        return await self._store.watches.get(watch_id)

    async def removal(self, named: str | int, person_id: int) -> Face:
        """Ask whether a chat should be followed no more; a number is that in the list."""
        mine = await self._store.watches.of_person(person_id)
        if isinstance(named, str):
            found = await self._store.watches.of_chat(person_id, named)
        else:
            found = mine[named - 1] if 0 < named <= len(mine) else None
        return watchfaces.ask_removal(found) if found else watchfaces.unknown(named, len(mine))

    async def every(self, person_id: int) -> Face:
        mine = await self._store.watches.of_person(person_id)
        return watchfaces.every(mine, self._now(), self._zone)

    async def face(self, watch: Watch) -> Face:
        last = await self._store.watches.runs(watch.id, 1)
        return watchfaces.one(watch, last[0] if last else None, self._now(), self._zone)

    async def act(self, watch: Watch, wish: Wish, chosen: Sequence[int]) -> Face:
        match wish:
            case Wish.SHOW:
                face = await self.face(watch)
            case Wish.LOOK:
                with aside():
                    await self._actions.hurry(watch)
                face = await self.face(await self._watcher.look_now(watch.id))
            case Wish.TRY_ALL:
                await self._watcher.try_all(watch)
                face = await self.every(watch.origin.person_id)
            case Wish.PAUSE:
                face = await self.face(await self._watcher.pause(watch.id))
            case Wish.HISTORY | Wish.RENEW:
                face = await self._told(watch, wish)
            case Wish.EDIT:
                face = await self._edit(watch, chosen)
            case Wish.ASK_REMOVAL:
                face = watchfaces.ask_removal(watch)
            case Wish.REMOVE:
                with aside():
                    await self._store.deeds.drop(watch.id)
                await self._store.watches.remove(watch.id)
                face = watchfaces.removed(watch)
        return face

    async def _told(self, watch: Watch, wish: Wish) -> Face:
        if wish is Wish.RENEW:
            with aside():  # killed before they are shown, new ones are made
                return watchfaces.said(watch, await self._actions.renew(watch))
        runs = await self._store.watches.runs(watch.id, watchfaces.RUNS)
        standing = await self._actions.standing(watch)
        return watchfaces.history(watch, runs, standing, self._now())

    async def run(self) -> None:
        """Do what is due with tracks, and tell people of their watches, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._actions.run())
            tasks.create_task(self._tidings.run())

    def _now(self) -> datetime:
        return self._clock.on_the_wall()
