"""What people do with followed chats."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.actions import Actions
from bot.drafting import Drafts
from bot.faces import Face
from bot.tidings import Tidings
from bot.watchchoices import Wish
from bot.watchedits import WatchEdits
from bot.watchstories import Stories
from downloader.watching import Watcher
from storage.handling import aside
from storage.watch import Watch

_FIRST_LOOK = timedelta(seconds=5)  # so long a new watch waits to show when it looks next


class Following:
    def __init__(
        self,
        watcher: Watcher,
        drafts: Drafts,
        actions: Actions,
        tidings: Tidings,
        stories: Stories,
    ) -> None:
        self.drafts = drafts
        self.stories = stories
        self._watcher = watcher
        self._actions = actions
        self._edits = WatchEdits(watcher, drafts.rules)
        self._tidings = tidings

    async def begun(self, made: Watch) -> Face:
        """Show a new watch after its first look, so that it tells when the next one is."""
        return await self.stories.one(await self._watcher.looked(made.id, _FIRST_LOOK) or made)

    async def look(self, watch: Watch, wish: Wish) -> tuple[Face, str]:
        """Have a watch look, or all that wait as it does; say what came of that, too."""
        if wish is Wish.TRY_ALL:
            await self._watcher.try_all(watch)
            _, told = await self.stories.looked(await self.stories.get(watch.id) or watch)
            return await self.stories.every(watch.origin.person_id), told
        with aside():
            await self._actions.hurry(watch)
        return await self.stories.looked(await self._watcher.look_now(watch.id))

    async def act(self, watch: Watch, wish: Wish, chosen: Sequence[int]) -> Face:
        match wish:
            case Wish.PAUSE:
                face = await self.stories.one(await self._watcher.pause(watch.id))
            case Wish.HISTORY:
                standing = await self._actions.standing(watch)
                face = await self.stories.history(watch, standing)
            case Wish.RENEW:
                with aside():  # killed before they are shown, new ones are made
                    face = self.stories.said(watch, await self._actions.renew(watch))
            case Wish.EDIT:
                face = await self._edits.act(watch, chosen, await self.stories.kept(watch))
            case _:
                face = await self.stories.act(watch, wish)
        return face

    async def run(self) -> None:
        """Do what is due with tracks, and tell people of their watches, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._actions.run())
            tasks.create_task(self._tidings.run())
