"""Makes watches: shows first what a sentence, and what was chosen with buttons, would bring."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aiogram.types import Message

from bot import watchdialogue, watchhints, watchtexts, watchtopics, watchwords
from bot.actions import Actions
from bot.errors import NotAllowedError, OutOfDateError
from bot.faces import Face
from bot.permissions import Permission, may
from bot.watchchoices import Draft
from bot.watchrules import WatchRules
from bot.watchwords import WatchOrder
from downloader.engine import Engine
from downloader.errors import DownloaderError
from downloader.source import Onlooker
from downloader.watching import Preview, Watcher
from storage.errors import StorageError
from storage.handling import aside
from storage.models import Chat, Order, Origin, Person, Request, Role
from storage.store import Store
from storage.watch import Watch, WatchState

_OF_LATE = 50  # downloads
_OFFERED = 6
_REMEMBERED = 200  # presses


@dataclass(frozen=True, slots=True)
class _Press:
    """Who confirms what a message says, with a backfill of its own or with what is usual.

    `backfills` are to be fetched for it; `keys` say what it has made.
    """

    origin: Origin
    message_id: int
    has_backfill: bool
    backfills: list[Request] = field(default_factory=list)
    keys: list[tuple[int, int, int]] = field(default_factory=list)

    def key(self, chat: Chat) -> tuple[int, int, int]:
        return (self.origin.chat_id, self.message_id, chat.id)

    def forget(self, made: deque[tuple[int, int, int]]) -> None:
        """Let it be pressed again."""
        for key in self.keys:
            made.remove(key)


class Drafts:
    def __init__(
        self,
        store: Store,
        engine: Engine,
        watcher: Watcher,
        rules: WatchRules,
        actions: Actions,
        source: Onlooker,
    ) -> None:
        self.rules = rules
        self._store = store
        self._engine = engine
        self._watcher = watcher
        self._actions = actions
        self._source = source
        self._lock = asyncio.Lock()  # else two presses would both find that nobody follows it
        self._made: deque[tuple[int, int, int]] = deque(maxlen=_REMEMBERED)

    async def show(self, said: str, draft: Draft, person: Person) -> Face:
        """Show what a sentence would bring, with choices where it names but a chat.

        Raises `downloader.errors`, and `NotAllowedError`.
        """
        if draft.asks is not None:
            return watchdialogue.ask(draft.asks, draft)
        order = await self._order(said, draft, person)
        hints, own = watchhints.hints(said, order), _has_backfill(said, draft)
        face = await self._preview(order, draft, person.id, hints, has_backfill=own)
        is_bare = draft.chat_id is not None or _is_bare(said)
        return watchdialogue.with_choices(face, order, draft) if is_bare else face

    async def known(self, said: str, person_id: int) -> Watch | None:
        """Return the watch of what is nothing but a chat, where it is followed already."""
        if not _is_bare(said):
            return None
        order = watchwords.watch(said)
        found = await self._store.watches.of_chat(person_id, order.chat)
        there = (one for one in found if one.rules.topic == order.rules.topic)
        return next((one for one in there if _is_named(one, order.chat)), None)

    async def which_chat(self, message: Message, person_id: int) -> Face:
        """Ask which chat to follow, and offer those from which something was fetched of late."""
        mine = await self._store.watches.of_person(person_id)
        followed = {one.chat.id for one in mine if one.chat}
        jobs = await self._store.jobs.of_chat(message.chat.id, 0, _OF_LATE)
        chats = {job.chat.id: job.chat for job in reversed(jobs) if job.chat}
        others = [chat for chat in chats.values() if chat.id not in followed]
        return watchdialogue.which_chat(others[:_OFFERED], message.message_id)

    async def follow(self, said: str, draft: Draft, person: Person, chat_id: int) -> Watch:
        """Follow a chat from now on, and fetch what is asked for of before.

        Whoever presses twice does so once. Until its downloads are stored, which are so at once,
        all of it may be done anew. Raises `OutOfDateError` where it is followed no more, and
        `NotAllowedError`.
        """
        order, origin = await self._order(said, draft, person), Origin(person.id, chat_id)
        press = _Press(origin, draft.message_id, _has_backfill(said, draft))
        with aside():
            made = await self._follow(order, press)
            await self._check_still(person)
        try:
            await self._fetch(press)
        except StorageError:
            press.forget(self._made)
            raise
        return made

    async def _check_still(self, person: Person) -> None:
        """Raise `NotAllowedError` where somebody's role was taken while the chat was looked at.

        What was theirs stands still by then, but for what was made since.
        """
        now = await self._store.people.get(person.id)
        if person.role is Role.OWNER or (now is not None and may(now.role, Permission.FOLLOW)):
            return
        for one in await self._store.watches.of_person(person.id):
            if one.state is not WatchState.PAUSED:
                await self._watcher.pause(one.id)
        raise NotAllowedError(person, Permission.FOLLOW)

    async def _follow(self, order: WatchOrder, press: _Press) -> Watch:
        # One that fits is enough to know whether there is anything to begin with.
        now = await self._watcher.preview(order.chat, order.rules, min(order.backfill, 1))
        chats = await self._chats(order, now.survey.chat)
        for chat in chats:  # the sentence may have been edited since it was shown
            self._actions.check(order.rules, press.origin.person_id, chat)
        made = await self._make(order, now, press)
        for group in chats[1:]:
            await self._follow_comments(_in_comments(order, group), group, press)
        return made

    async def _follow_comments(self, order: WatchOrder, group: Chat, press: _Press) -> None:
        """Follow a group, even if it cannot be read yet: its watch alone stands still then."""
        try:
            now = await self._watcher.preview(order.chat, order.rules, min(order.backfill, 1))
        except DownloaderError:
            now = self._watcher.from_now_on(group)
        await self._make(order, now, press)

    async def _make(self, order: WatchOrder, now: Preview, press: _Press) -> Watch:
        chat, key = now.survey.chat, press.key(now.survey.chat)
        async with self._lock:
            known = await self._known(press.origin.person_id, chat)
            if key not in self._made:
                made = await self._made_of(order, now, press, known)
                self._made.append(key)
                press.keys.append(key)
                return made
        if known is None:
            raise OutOfDateError
        return known

    async def _made_of(
        self, order: WatchOrder, now: Preview, press: _Press, known: Watch | None
    ) -> Watch:
        # Said anew, the newest rules count.
        goes_on = known is not None and _goes_on(known, order, has_backfill=press.has_backfill)
        how = (order.chat, order.rules, press.origin, now)
        made = await self._watcher.follow(*how, known, goes_on=goes_on)
        await self._store.deeds.drop(made.id, kept=made.rules.actions)
        await self._actions.begin(made)
        if order.backfill and now.survey.wanted:
            press.backfills.append(_backfill(order, made))
        if order.keep is not None:
            await self._engine.cleaner.keep(now.survey.chat.id, order.keep)
        return made

    async def _fetch(self, press: _Press) -> None:
        """Order what is not under way: a press may come again to the next life."""
        origin, unfinished = press.origin, await self._store.jobs.unfinished()
        under_way = [job.request for job in unfinished if job.origin == origin]
        wanted = [one for one in press.backfills if one not in under_way]
        if wanted:
            await self._engine.submit_all(wanted, origin)
        else:
            await self._store.updates.acted()

    async def _known(self, person_id: int, chat: Chat) -> Watch | None:
        """Return the watch of a chat, by whatever name: names change, and change hands."""
        return next(iter(await self._store.watches.of_chat(person_id, str(chat.id))), None)

    async def _chats(self, order: WatchOrder, chat: Chat) -> list[Chat]:
        """Return the chat, and behind it the group of its comments where that is wanted."""
        group = await self._source.comments(chat) if order.comments else None
        return [chat] if group is None else [chat, group]

    async def _order(self, said: str, draft: Draft, person: Person) -> WatchOrder:
        usual = await self.rules.usual(person.id)
        order = watchwords.watch(_sentence(said, draft), usual)
        if order.keep is not None and not may(person.role, Permission.CURATE):
            raise NotAllowedError(person, Permission.CURATE)  # what is more goes into the trash
        await self._actions.admit(order.rules, person)
        return await watchtopics.titled(order, self._watcher, self._source)

    async def _preview(
        self,
        order: WatchOrder,
        draft: Draft,
        person_id: int,
        hints: Sequence[str],
        *,
        has_backfill: bool,
    ) -> Face:
        asked = (order.chat, order.rules, order.backfill, order.parts, order.keep)
        found = await self._watcher.preview(*asked)
        chat_id, going = found.survey.chat.id, None
        if order.keep is not None:
            going = await self._engine.cleaner.look(chat_id, order.keep)
        kept = (await self._store.retentions.every()).get(chat_id)
        survey = found.survey
        notes = [*hints]
        notes += await self._actions.notes(order.rules, person_id, survey.chat, survey.wanted)
        if order.comments:
            _, *groups = await self._chats(order, survey.chat)
            for group in groups:
                self._actions.check(order.rules, person_id, group)
            notes.append(watchtexts.comments(groups[0] if groups else None))
        face = watchdialogue.preview(order, found, going, kept, notes, draft)
        known = await self._known(person_id, survey.chat)
        if known is None:
            return face
        goes_on = _goes_on(known, order, has_backfill=has_backfill)
        return watchdialogue.in_place_of(known, face, goes_on=goes_on)


def _is_named(watch: Watch, name: str) -> bool:
    """Tell whether a chat is still called so: its name of before may be another chat's."""
    chat = watch.chat
    return chat is None or name.lower() in {str(chat.id), f"@{chat.username}".lower()}


def _is_bare(said: str) -> bool:
    return len(said.split()) == 1


def _sentence(said: str, draft: Draft) -> str:
    chat = said if draft.chat_id is None else str(draft.chat_id)
    return f"{chat} {draft.words}"


def _has_backfill(said: str, draft: Draft) -> bool:
    """Tell whether a sentence itself says how much of before is to come, not what is usual."""
    return bool(watchwords.watch(_sentence(said, draft)).backfill)


def _goes_on(known: Watch, order: WatchOrder, *, has_backfill: bool) -> bool:
    """Tell whether what a watch has not looked at yet is left to the one that takes its place.

    One that stood still may have missed a year: whoever has a backfill of their own wants that
    much of it.
    """
    is_same = known.rules.topic == order.rules.topic and known.seen is not None
    return is_same and (known.state is WatchState.ACTIVE or not has_backfill)


def _in_comments(order: WatchOrder, group: Chat) -> WatchOrder:
    rules = replace(order.rules, topic=None, topic_title="")
    return replace(order, chat=str(group.id), rules=rules, comments=False)


def _backfill(order: WatchOrder, watch: Watch) -> Request:
    asking = order.rules.asking(order.chat, order.backfill)
    return replace(asking, order=Order.NEWEST, watch=watch.id)
