"""The server process: the sandbox's Telegram, which counts; told what to do on its input."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

import structlog

from bench.transfer.child import Words, orders, say
from bench.transfer.contender import CHAT, FILES, HOME
from bench.transfer.script import rule_of, script
from sandbox.faults import Drop, Faults, Rule
from sandbox.mtproto.cipher import key_id
from sandbox.mtproto.cluster import Cluster
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document, User, World

_LOOK = 0.005  # seconds
PART = "upload.getFile"


class Track(Cluster):
    """A cluster that tells more than clients may know."""

    def connections(self, user: User) -> int:
        """Return how many an account has to the centre of the files."""
        return sum(one.user is user and one.dc == FILES for one in self._visitors)

    def salt(self, key: bytes) -> int:
        return self._centres[FILES].devices[key_id(key)].salts.current


class Trouble(StrEnum):
    """What happens to a file on its way."""

    FLOOD = "premium flood"
    DROP = "dropped connection"
    EXPIRED = "expired reference"


@dataclass(slots=True)
class Watch:
    """What has happened since `began`, and the most connections that one account had."""

    track: Track
    user: User | None = None
    most_open: int = 0
    start: dict[str, float] = field(default_factory=dict)

    def begin(self, user: User) -> None:
        self.user = user
        self.most_open = 0
        self.track.counters.most_in_flight.clear()
        self.start = self.sums()

    def sums(self) -> dict[str, float]:
        counters = self.track.counters
        return {
            "cpu": time.process_time(),
            "sent": counters.bytes_out[FILES],
            "requests": counters.calls[FILES, PART],
            "opened": counters.accepted[FILES],
            "refused": counters.service["refused"],
        }

    def tell(self) -> Words:
        since = {name: value - self.start[name] for name, value in self.sums().items()}
        return since | {
            "connections": self.most_open,
            "most in flight": self.track.counters.most_in_flight[FILES],
            "crashes": [str(crash) for crash in self.track.crashes],
        }

    async def look(self) -> None:
        while True:
            if self.user is not None:
                self.most_open = max(self.most_open, self.track.connections(self.user))
            await asyncio.sleep(_LOOK)


class Host:
    """Carries out the orders of the parent."""

    def __init__(self, world: World, faults: Faults, track: Track) -> None:
        self._world = world
        self._faults = faults
        self._track = track
        self._chat = world.add_chat("Race", username=CHAT)
        self._users: dict[str, User] = {}
        self.watch = Watch(track)

    def greeting(self) -> Words:
        addresses = {str(dc): list(self._track.address(dc)) for dc in (HOME, FILES)}
        return {"addresses": addresses, "pem": self._track.pem}

    def carry_out(self, order: Words) -> Words:
        orders: dict[str, Callable[..., Words]] = {
            "account": self._account,
            "files": self._files,
            "wire": self._wire,
            "trouble": self._trouble,
            "script": self._script,
            "begin": self._begin,
            "tell": self.watch.tell,
        }
        name = order.pop("do")
        if name not in orders:
            raise ValueError(name)
        return orders[name](**order)

    def _begin(self, name: str) -> Words:
        self.watch.begin(self._users[name])
        return {}

    def _account(self, name: str) -> Words:
        """Sign somebody in: each client has an account, and with it a limit, of its own."""
        user = self._users[name] = self._users.get(name) or self._world.add_user(name)
        there = self._track.mint_key(user, FILES)
        return {
            "user": user.id,
            "key": self._track.mint_key(user, HOME).hex(),
            "key_there": there.hex(),
            "salt_there": self._track.salt(there),
        }

    def _files(self, size: int, count: int) -> Words:
        posted = [self._posted(size) for _ in range(count)]
        return {
            "messages": [message for message, _ in posted],
            "digests": [document.digest() for _, document in posted],
        }

    def _posted(self, size: int) -> tuple[int, Document]:
        number = self._chat.last_id + 1
        document = self._world.add_document(
            size=size,
            dc=FILES,
            name=f"{number}.mp3",
            title=f"Race {number}",
            performer="Bench",
            duration=timedelta(minutes=3),
        )
        return self._world.post(self._chat, document=document, quiet=True).id, document

    def _trouble(self, kind: str, skip: int, message: int) -> Words:
        """Strike once, after so many parts; the rules of earlier troubles are taken back."""
        document = self._chat.posts[message].document
        assert document is not None
        self._faults.clear()
        self._faults.add(rule(Trouble(kind), skip, document))
        return {}

    def _script(self, messages: list[int], seed: int) -> Words:
        self._faults.clear()
        for message, (fault, where) in zip(messages, script(len(messages), seed), strict=True):
            document = self._chat.posts[message].document
            assert document is not None
            if struck := rule_of(fault, document, where):
                self._faults.add(struck)
        return {}

    def _wire(self, rtt: float, rate: float | None, connections: int) -> Words:
        wire = self._faults.wire
        wire.rtt, wire.bandwidth = rtt, rate
        wire.connections_per_account = connections + 1  # and one at home
        return {}


def rule(trouble: Trouble, skip: int, document: Document) -> Rule:
    match trouble:
        case Trouble.FLOOD:
            return Rule(PART, error=(420, "FLOOD_PREMIUM_WAIT_1"), skip=skip)
        case Trouble.DROP:
            return Rule(PART, drop=Drop.MIDDLE, skip=skip)
        case Trouble.EXPIRED:
            return Rule(PART, reply=lambda part: _aged(document, part), skip=skip)
    assert_never(trouble)


def _aged(document: Document, part: FilePart) -> FilePart:
    document.epoch += 1
    return part


async def serve() -> None:
    """Serve until the input is closed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    world, faults = World(), Faults()
    async with Track(world, faults, centres=(HOME, FILES)) as track, asyncio.TaskGroup() as tasks:
        host = Host(world, faults, track)
        looking = tasks.create_task(host.watch.look())
        say(host.greeting())
        async for order in orders():
            say(host.carry_out(order))
        looking.cancel()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
