"""Shows followed chats as they stand: gathers what is known of them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import watchfaces, watchruns
from bot.faces import Face
from bot.watchchoices import Wish
from bot.watchruns import Backfill, Story
from downloader.clock import Clock
from storage.retention import Retention
from storage.store import Store
from storage.watch import Watch


class Stories:
    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    async def get(self, watch_id: int) -> Watch | None:
        return await self._store.watches.get(watch_id)

    async def every(self, person_id: int) -> Face:
        mine = await self._store.watches.of_person(person_id)
        return watchfaces.every(mine, self._clock.on_the_wall(), self._zone)

    async def one(self, watch: Watch) -> Face:
        story = await self._story(watch, 1, 1)
        return watchfaces.one(watch, story, self._clock.on_the_wall(), self._zone)

    async def looked(self, watch: Watch) -> tuple[Face, str]:
        """Show a watch that was just looked at; say what came of that, too."""
        story, now = await self._story(watch, 1, 1), self._clock.on_the_wall()
        told = watchruns.outcome(watch, story, now, self._zone)
        return watchfaces.one(watch, story, now, self._zone), told

    async def history(self, watch: Watch, standing: list[str]) -> Face:
        """Show what looks brought; `standing` is how it stands with what is done with tracks."""
        story = await self._story(watch, watchfaces.RUNS, watchfaces.BACKFILLS)
        return watchfaces.history(watch, story, standing, self._clock.on_the_wall())

    async def removal(self, named: str | int, person_id: int) -> Face:
        """Ask whether a chat should be followed no more; a number is that in the list."""
        mine = await self._store.watches.of_person(person_id)
        if isinstance(named, str):
            found = await self._store.watches.of_chat(person_id, named)
        else:
            found = mine[named - 1 : named] if named > 0 else []
        match found:
            case []:
                return watchfaces.unknown(named, len(mine))
            case [one]:
                return watchfaces.ask_removal(one)
        ids = {one.id for one in found}
        numbered = [(number, one) for number, one in enumerate(mine, start=1) if one.id in ids]
        now = self._clock.on_the_wall()
        return watchfaces.which(str(named), numbered, now, self._zone)

    def said(self, watch: Watch, text: str) -> Face:
        return watchfaces.said(watch, text)

    async def act(self, watch: Watch, wish: Wish) -> Face:
        """Ask whether something is meant, remove a watch, or show it."""
        match wish:
            case Wish.ASK_RENEWAL:
                return watchfaces.ask_renewal(watch)
            case Wish.ASK_REMOVAL:
                return watchfaces.ask_removal(watch)
            case Wish.REMOVE:
                await self._store.watches.remove(watch.id)
                return watchfaces.removed(watch)
            case _:
                return await self.one(watch)

    async def kept(self, watch: Watch) -> Retention | None:
        """Return how much is kept of its chat, None where all of it is."""
        every = await self._store.retentions.every()
        return every.get(watch.chat.id) if watch.chat else None

    async def _story(self, watch: Watch, runs: int, backfills: int) -> Story:
        jobs = await self._store.watch_jobs.backfills(watch, backfills)
        tallies = await self._store.items.tally([job.id for job in jobs])
        found = [
            Backfill(job, tallies[job.id], (await self._store.watch_jobs.brought([job.id])).size)
            for job in jobs
        ]
        looks = await self._store.watches.runs(watch.id, runs)
        return Story(looks, found, await self.kept(watch))
