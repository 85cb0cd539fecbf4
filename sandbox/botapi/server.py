"""The server's life: opens the Bot API and the chat page on loopback, and closes them."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from sandbox.botapi.delivery import deliver
from sandbox.botapi.files import MAX_UPLOAD, MAX_UPLOAD_LOCAL
from sandbox.botapi.gateway import FORM_OVERHEAD, Gateway, Recorded
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.page import ChatPage
from sandbox.botapi.person import Person
from sandbox.botapi.phone import Phone
from sandbox.faults import Faults
from sandbox.world import Chat, User, World


class BotApi:
    """Open it as an async context manager; `url` is then the base URL for its bots, and the page.

    `local` is a folder: with it this acts as a Bot API server of one's own (2 GB, paths on disk).
    `limits` turns the natural rate limits on.
    """

    def __init__(
        self,
        world: World,
        faults: Faults | None = None,
        *,
        port: int = 0,
        local: Path | None = None,
        limits: bool = False,
    ) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.hub = Hub(world, local=local, limits=limits)
        self.gateway = Gateway(self.hub, self.faults)
        self.phone = Phone()
        self.page = ChatPage(self.hub, self.phone)
        self.url = ""
        self._port = port
        self._stack = AsyncExitStack()

    @property
    def calls(self) -> list[Recorded]:
        """Every call but getUpdates, in order."""
        return self.gateway.calls

    @property
    def unknown_methods(self) -> list[str]:
        return self.gateway.unknown_methods

    def person(self, user: User, bot: User | None = None, chat: Chat | None = None) -> Person:
        """Return `user` as somebody who writes to `bot` (the first one), or into a group."""
        state = self.hub.state(bot) if bot else self.hub.bots[0]
        return Person(self.hub, state, user, chat)

    async def polled(self, bot: User | None = None) -> None:
        """Wait until a bot (the first one) waits for updates."""
        state = self.hub.state(bot) if bot else self.hub.bots[0]
        await state.mailbox.polled.wait()

    def show_code(self, user: User, code: str) -> None:
        """Show a login code on the person's phone; made for `Cluster.on_code`."""
        self.phone.show_code(user, code)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            # First of all: a port that is taken is an OSError and nothing else.
            plug = stack.enter_context(socket.create_server(("127.0.0.1", self._port)))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="botapi-"))
            self.gateway.uploads = Path(folder)
            await self._open_deliveries(stack)
            self.world.listeners.append(self.hub.follow)
            stack.callback(self.world.listeners.remove, self.hub.follow)
            self.world.postmen.append(self.hub.accept)
            stack.callback(self.world.postmen.remove, self.hub.accept)
            await self._open_site(stack, plug)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What went wrong in the block is none of the deliveries' business: it comes out as itself.
        await self._stack.aclose()

    async def _open_deliveries(self, stack: AsyncExitStack) -> None:
        """Start a carrier for each bot the first time that it has a webhook."""
        session = await stack.enter_async_context(aiohttp.ClientSession())
        group = await stack.enter_async_context(asyncio.TaskGroup())
        carriers: dict[int, asyncio.Task[None]] = {}

        def ensure(bot: BotState) -> None:
            if bot.mailbox.webhook and bot.user.id not in carriers:
                carriers[bot.user.id] = group.create_task(
                    deliver(self.hub, bot, session, self.gateway.act)
                )

        def stop() -> None:
            for carrier in carriers.values():
                carrier.cancel()

        self.gateway.served = ensure
        stack.callback(stop)

    async def _open_site(self, stack: AsyncExitStack, plug: socket.socket) -> None:
        largest = MAX_UPLOAD if self.hub.local is None else MAX_UPLOAD_LOCAL
        # Far above the limit: the gateway itself answers what is too large, in the right words.
        application = web.Application(client_max_size=2 * largest + FORM_OVERHEAD)
        self.gateway.add_to(application)
        self.page.add_to(application)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.callback(self._let_go)
        await web.SockSite(runner, plug).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    def _let_go(self) -> None:
        """End what waits: polls, muted replies and the page's streams."""
        self.gateway.closing.set()
        self.page.close()
        for bot in self.hub.bots:
            bot.mailbox.close()
