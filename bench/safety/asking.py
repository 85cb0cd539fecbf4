"""A person who gives commands, each with an effect that no other command has."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from bench.figure import CannotMeasureError
from bench.safety.effects import rows
from bench.stand import CHAT, Stand
from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from sandbox.botapi.inline import InlineResult
from sandbox.world import Chat
from storage.keys import open_vault
from storage.store import KEY_NAME

_FOLLOWED = 80  # chats
_PATIENCE = timedelta(seconds=60)
_SHARED = 2 * _FOLLOWED  # files of `@noise` that the followed chats have too
_OF_FOLLOWING = 0.15


class Asking:
    """`expected`: effects by name, and how often each is to be there. `said`: by kind."""

    def __init__(self, stand: Stand, chance: random.Random) -> None:
        self.expected: Counter[str] = Counter()
        self.said: Counter[str] = Counter()
        self._stand = stand
        self._person = stand.person
        self._chance = chance
        self._links: list[int] = []  # postings nobody has asked for yet
        self._to_like: list[int] = []
        self._to_put: list[int] = []
        self._chats: list[str] = []
        self._results: tuple[InlineResult, ...] = ()
        self._carrier: Message | None = None  # of buttons that are pressed
        self._preview: Message | None = None
        self._seal: Seal | None = None

    def add_chats(self) -> None:
        """Have chats to follow."""
        world = self._stand.stage.world
        for number in range(_FOLLOWED):
            name = f"followed_{number:03}"
            chat = world.add_chat(f"Followed {number}", username=name)
            for document in self._stand.documents[number * 2 : number * 2 + 2]:
                world.post(chat, "", document, quiet=True)
            self._chats.append(name)

    async def prepare(self, kept: int) -> None:
        """Make a playlist, and look what there is, while so many of the newest are kept."""
        self._person.send("/playlist new Kept")
        self._carrier = await self._person.until(lambda one: "Kept" in one.text, within=_PATIENCE)
        self._results = (await self._person.inline("noise", within=_PATIENCE)).results
        noise = self._stand.stage.world.named(CHAT)
        assert isinstance(noise, Chat)
        self._links = [*noise.posts][_SHARED:-kept]
        data = self._stand.product.data
        self._to_like = [number for (number,) in rows(data / "tad.db", "select id from tracks")]
        self._to_put = [*self._to_like]
        self._seal = Seal(open_vault(data / KEY_NAME, may_create=False).sign)

    async def say_some(self, begin: Callable[[], None]) -> None:
        """Give one to four commands at once; `begin` is called right before."""
        ways = [self._order, self._order_several, self._like, self._put, self._list, self._play]
        saying = [self._chance.choice(ways) for _ in range(self._chance.choice((1, 1, 2, 3)))]
        if self._chats and self._chance.random() < _OF_FOLLOWING:
            await self._show_preview()
            saying.append(self._follow)
        begin()
        for say in saying:
            say()

    def _order(self) -> None:
        number = self._next_link()
        self._person.send(f"https://t.me/{CHAT}/{number}")
        self._expect("job", f"job of {number}")

    def _order_several(self) -> None:
        numbers = [self._next_link() for _ in range(3)]
        self._person.send("\n".join(f"https://t.me/{CHAT}/{one}" for one in numbers))
        self._expect("three jobs", *(f"job of {number}" for number in numbers))

    def _like(self) -> None:
        if not self._to_like:
            self._list()
            return
        track = self._to_like.pop()
        self._press(Press(Action.LIKE, track, (1,)))
        self._expect("like", f"like of {track}")

    def _put(self) -> None:
        if not self._to_put:
            self._list()
            return
        track = self._to_put.pop()
        self._press(Press(Action.PUT, track, (1, 1)))
        self._expect("playlist entry", f"entry {track}")

    def _list(self) -> None:
        name = f"L{self.said['playlist'] + 1}"
        self._person.send(f"/playlist new {name}")
        self._expect("playlist", f"list {name}")

    def _play(self) -> None:
        self._person.choose(self._chance.choice(self._results))
        self._expect("inline result", "plays")

    async def _show_preview(self) -> None:
        asked = self._person.send(f"/watch @{self._chats[-1]} backfill 1")
        # Not one of before: a question that a kill has met may be answered twice.
        self._preview = await self._person.until(
            lambda one: one.reply_to == asked.id and "Follow it" in one.buttons, within=_PATIENCE
        )

    def _follow(self) -> None:
        assert self._preview is not None
        self._person.tap(self._preview, "Follow it")
        chat = self._chats.pop()
        self._expect("watch", f"watch of {chat}", f"backfill of {chat}")

    def _press(self, press: Press) -> None:
        assert self._carrier is not None
        assert self._seal is not None
        data = self._seal.pack(self._person.user.id, press)
        self._person.tap(self._carrier, data=data)

    def _expect(self, kind: str, *names: str) -> None:
        self.said[kind] += 1
        self.expected.update(names)

    def _next_link(self) -> int:
        if not self._links:
            raise CannotMeasureError("there are no more postings to ask for")
        return self._links.pop()
