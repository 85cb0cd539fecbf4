"""All data centres over one world: what tests, the demo and benchmarks start."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self

from telethon.crypto import AuthKey
from telethon.sessions import StringSession

from sandbox.cdn import CDN_DC, Cdn
from sandbox.faults import Faults
from sandbox.methods import qr
from sandbox.methods.call import Telegram
from sandbox.methods.table import answer
from sandbox.mtproto.centre import LOOPBACK, Centre, Visitor
from sandbox.mtproto.clock import MessageClock
from sandbox.mtproto.counters import Counters
from sandbox.mtproto.dispatch import Dispatcher
from sandbox.mtproto.keys import Device
from sandbox.mtproto.listener import Listener
from sandbox.mtproto.pushes import Pushes
from sandbox.mtproto.rsa_key import cdn_key, published_key
from sandbox.world import Change, Chat, User, World


class Cluster:
    """A Telegram of a few data centres and a CDN, for as long as the context lasts.

    Args:
        world: what the methods show.
        faults: rules and the imitated wire, looked at with every call.
        centres: ids of the data centres.
        ports: fixed ports by data centre; the others take any that is free.
        host: must be the loopback address.

    """

    def __init__(
        self,
        world: World,
        faults: Faults,
        *,
        centres: Sequence[int] = (2, 4),
        ports: Mapping[int, int] | None = None,
        host: str = LOOPBACK,
    ) -> None:
        self.world = world
        self.faults = faults
        self.counters = Counters()
        self.on_code: list[Callable[[User, str], None]] = []
        self.unknown_methods: list[str] = []
        self._clock = MessageClock()
        self._key = published_key()
        self._visitors: set[Visitor] = set()
        self._telegram = Telegram(
            world, self._clock.now, self._addresses, lambda: self.address(CDN_DC), cdn_key().pem,
            self._devices, self.on_code, self.unknown_methods,
        )  # fmt: skip
        self._dispatcher = Dispatcher(
            lambda name, incoming: answer(self._telegram, name, incoming), faults, self.counters
        )
        self._centres = {dc: self._centre(dc) for dc in (*centres, CDN_DC)}
        given = ports or {}
        self._listeners = {
            dc: Listener(centre, host, given.get(dc, 0)) for dc, centre in self._centres.items()
        }
        self._pushes = Pushes(self._centres.values())
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for listener in self._listeners.values():
            await listener.open()
            self._stack.push_async_callback(listener.close)
        self.world.listeners.append(self._pushes.tell)
        self._stack.callback(self.world.listeners.remove, self._pushes.tell)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def pem(self) -> str:
        """The RSA key that clients must know."""
        return self._key.pem

    @property
    def crashes(self) -> list[BaseException]:
        """Defects of the sandbox's own methods; a test wants none."""
        return self._dispatcher.crashes

    @property
    def clock_skew(self) -> timedelta:
        """How far the servers' clock runs ahead of ours."""
        return self._clock.skew

    @clock_skew.setter
    def clock_skew(self, skew: timedelta) -> None:
        self._clock.skew = skew

    @property
    def cdn(self) -> Cdn:
        """What lies in the CDN; nothing, until a test puts it there."""
        return self._telegram.cdn

    @property
    def hashes_at_once(self) -> int:
        """How many pieces' hashes come in one answer."""
        return self._telegram.hashes_at_once

    @hashes_at_once.setter
    def hashes_at_once(self, count: int) -> None:
        self._telegram.hashes_at_once = count

    def address(self, dc: int = 2) -> tuple[str, int]:
        return self._centres[dc].address

    def mint_key(self, user: User, dc: int = 2) -> bytes:
        """Sign a user in without any key exchange; the key is what an app would have stored."""
        key = b"\x01" + os.urandom(255)
        self._centres[dc].register(Device(key, dc, user, home=True))
        return key

    def mint_session(self, user: User, dc: int = 2) -> str:
        """Sign a user in and return it as Telethon's StringSession."""
        session = StringSession()
        session.set_dc(dc, *self.address(dc))
        session.auth_key = AuthKey(self.mint_key(user, dc))
        text: str = session.save()
        return text

    @property
    def qr_tokens(self) -> list[bytes]:
        """The tokens of the QR codes that are waiting to be scanned."""
        return list(self._telegram.tokens)

    def approve_qr(self, token: bytes, user: User, dc: int | None = None) -> None:
        """Scan a QR code with the phone of `user`, whose account may live in another centre."""
        qr.approve(self._telegram, token, user, dc)

    def revoke(self, user: User) -> None:
        """End all logins of a user, as when somebody presses "terminate all other sessions"."""
        for device in self._devices():
            if device.user is user:
                device.user, device.home = None, False

    def forget_keys(self, dc: int | None = None) -> None:
        """Lose all authorization keys: clients get transport error -404."""
        for centre in self._chosen(dc):
            centre.devices.clear()

    def end_takeouts(self) -> None:
        """Forget every export, as after some days."""
        self._telegram.takeouts.clear()

    def rotate_salts(self, dc: int | None = None) -> None:
        for centre in self._chosen(dc):
            for device in centre.devices.values():
                device.salts.rotate()

    def drop_connections(self, dc: int | None = None) -> None:
        """Break every open connection; clients may come back at once."""
        for visitor in list(self._visitors):
            if dc in {None, visitor.dc}:
                visitor.drop()

    def push(self, chat: Chat, change: Change) -> None:
        """Tell the members of a change once more (a duplicate), or at last (a late one)."""
        self._pushes.tell(chat, change)

    @asynccontextmanager
    async def offline(self, dc: int | None = None) -> AsyncIterator[None]:
        """Refuse connections for as long as the context lasts; the ports stay the same."""
        chosen = [one for number, one in self._listeners.items() if dc in {None, number}]
        for listener in chosen:
            await listener.close()
        try:
            yield
        finally:
            for listener in chosen:
                await listener.open()

    def devices(self, dc: int) -> list[Device]:
        """Return the authorization keys made or minted for a data centre."""
        return list(self._centres[dc].devices.values())

    def _centre(self, dc: int) -> Centre:
        key = cdn_key() if dc == CDN_DC else self._key
        return Centre(
            dc, key, self._clock, self.counters, self.faults, self._visitors,
            self._dispatcher.take,
        )  # fmt: skip

    def _chosen(self, dc: int | None) -> Iterable[Centre]:
        return self._centres.values() if dc is None else [self._centres[dc]]

    def _addresses(self) -> dict[int, tuple[str, int]]:
        return {dc: centre.address for dc, centre in self._centres.items() if dc != CDN_DC}

    def _devices(self) -> list[Device]:
        return [one for centre in self._centres.values() for one in centre.devices.values()]
