"""Makes watches: shows first what a sentence, and what was chosen with buttons, would bring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiogram.types import Message

from bot import watchdialogue, watchtexts, watchwords
from bot.actions import Actions
from bot.faces import Face
from bot.watchchoices import Draft
from bot.watchrules import WatchRules
from bot.watchwords import WatchOrder
from downloader.engine import Engine
from downloader.errors import DownloaderError
from downloader.watching import Preview, Watcher
from storage.acting import aside
from storage.models import Chat, Order, Origin, Request
from storage.store import Store
from storage.watch import Watch, WatchState

_OF_LATE = 50  # downloads
_OFFERED = 6


class Drafts:
    """`comments` finds the group in which a channel is discussed."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        watcher: Watcher,
        rules: WatchRules,
        actions: Actions,
        *,
        comments: Callable[[Chat], Awaitable[Chat | None]],
    ) -> None:
        self.rules = rules
        self._store = store
        self._engine = engine
        self._watcher = watcher
        self._actions = actions
        self._comments = comments

    async def show(self, said: str, draft: Draft, person_id: int) -> Face:
        """Show what a sentence would bring, with choices where it names but a chat.

        Raises `downloader.errors`.
        """
        if draft.asks is not None:
            return watchdialogue.ask(draft.asks, draft)
        order = await self._order(said, draft, person_id)
        face = await self._preview(order, draft, person_id)
        is_bare = draft.chat_id is not None or _is_bare(said)
        return watchdialogue.with_choices(face, order, draft) if is_bare else face

    async def known(self, said: str, person_id: int) -> Watch | None:
        """Return the watch of what is nothing but a chat, where it is followed already."""
        if not _is_bare(said):
            return None
        order = watchwords.watch(said)
        known = await self._store.watches.of_chat(person_id, order.chat)
        return known if known and known.rules.topic == order.rules.topic else None

    async def which_chat(self, message: Message, person_id: int) -> Face:
        """Ask which chat to follow, and offer those from which something was fetched of late."""
        mine = await self._store.watches.of_person(person_id)
        followed = {one.chat.id for one in mine if one.chat}
        jobs = await self._store.jobs.of_chat(message.chat.id, 0, _OF_LATE)
        chats = {job.chat.id: job.chat for job in reversed(jobs) if job.chat}
        others = [chat for chat in chats.values() if chat.id not in followed]
        return watchdialogue.which_chat(others[:_OFFERED], message.message_id)

    async def follow(self, said: str, draft: Draft, origin: Origin) -> Watch:
        """Follow a chat from now on, and fetch what is asked for of before.

        Until its downloads are stored, which are so at once, all of it may be done anew.
        """
        order, backfills = await self._order(said, draft, origin.person_id), list[Request]()
        with aside():
            made = await self._follow(order, origin, backfills)
        if backfills:
            await self._engine.submit_all(backfills, origin)
        else:
            await self._store.updates.acted()
        return made

    async def _follow(self, order: WatchOrder, origin: Origin, backfills: list[Request]) -> Watch:
        # One that fits is enough to know whether there is anything to begin with.
        now = await self._watcher.preview(order.chat, order.rules, min(order.backfill, 1))
        chats = await self._chats(order, now.survey.chat)
        for chat in chats:  # the sentence may have been edited since it was shown
            self._actions.check(order.rules, origin.person_id, chat)
        made = await self._make(order, now, origin, backfills)
        for group in chats[1:]:
            await self._follow_comments(_in_comments(order, group), group, origin, backfills)
        return made

    async def _follow_comments(
        self, order: WatchOrder, group: Chat, origin: Origin, backfills: list[Request]
    ) -> None:
        """Follow a group, even if it cannot be read yet: its watch alone stands still then."""
        try:
            now = await self._watcher.preview(order.chat, order.rules, min(order.backfill, 1))
        except DownloaderError:
            now = self._watcher.from_now_on(group)
        await self._make(order, now, origin, backfills)

    async def _make(
        self, order: WatchOrder, now: Preview, origin: Origin, backfills: list[Request]
    ) -> Watch:
        chat = now.survey.chat
        known = await self._known(origin.person_id, chat)
        # Pressed twice, or said anew: the newest rules count.
        goes_on = known is not None and _goes_on(known, order)
        how = (order.chat, order.rules, origin, now)
        made = await self._watcher.follow(*how, known, goes_on=goes_on)
        await self._store.deeds.drop(made.id, kept=made.rules.actions)
        await self._actions.begin(made)
        if order.backfill and now.survey.wanted:
            backfills.append(_backfill(order, made))
        if order.keep is not None:
            await self._engine.cleaner.keep(chat.id, order.keep)
        return made

    async def _known(self, person_id: int, chat: Chat) -> Watch | None:
        """Return the watch of a chat, by whatever name: names change, and change hands."""
        return await self._store.watches.of_chat(person_id, str(chat.id))

    async def _chats(self, order: WatchOrder, chat: Chat) -> list[Chat]:
        """Return the chat, and behind it the group of its comments where that is wanted."""
        group = await self._comments(chat) if order.comments else None
        return [chat] if group is None else [chat, group]

    async def _order(self, said: str, draft: Draft, person_id: int) -> WatchOrder:
        usual = await self.rules.usual(person_id)
        chat = said if draft.chat_id is None else str(draft.chat_id)
        return watchwords.watch(f"{chat} {draft.words}", usual)

    async def _preview(self, order: WatchOrder, draft: Draft, person_id: int) -> Face:
        asked = (order.chat, order.rules, order.backfill, order.parts, order.keep)
        found = await self._watcher.preview(*asked)
        chat_id, going = found.survey.chat.id, None
        if order.keep is not None:
            going = await self._engine.cleaner.look(chat_id, order.keep)
        kept = (await self._store.retentions.every()).get(chat_id)
        survey = found.survey
        notes = await self._actions.notes(order.rules, person_id, survey.chat, survey.wanted)
        if order.comments:
            _, *groups = await self._chats(order, survey.chat)
            for group in groups:
                self._actions.check(order.rules, person_id, group)
            notes.append(watchtexts.comments(groups[0] if groups else None))
        known = await self._known(person_id, survey.chat)
        return watchdialogue.preview(order, found, going, kept, notes, draft, known)


def _is_bare(said: str) -> bool:
    return len(said.split()) == 1


def _goes_on(known: Watch, order: WatchOrder) -> bool:
    """Tell whether what a watch has not looked at yet is left to the one that takes its place."""
    is_same = known.rules.topic == order.rules.topic
    return is_same and known.state is WatchState.ACTIVE and known.seen is not None


def _in_comments(order: WatchOrder, group: Chat) -> WatchOrder:
    rules = replace(order.rules, topic=None)
    return replace(order, chat=str(group.id), rules=rules, comments=False)


def _backfill(order: WatchOrder, watch: Watch) -> Request:
    asking = order.rules.asking(order.chat, order.backfill)
    return replace(asking, order=Order.NEWEST, watch=watch.id)
