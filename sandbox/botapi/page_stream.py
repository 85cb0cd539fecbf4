"""The page's live side: server-sent events, first the whole state and then every change of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from aiohttp import web

from sandbox.botapi.dialogs import Acting, Dialog, Event, HeardKind, Pinned
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.page_views import (
    chat_view,
    code_view,
    message_view,
    pinned_view,
    state_view,
)
from sandbox.botapi.phone import LoginCode, Phone
from sandbox.world import Change, Chat

News = tuple[str, Any]
_ALIVE = 15.0  # seconds between comments that find out if the page is still there


class Stream:
    """One open page. `close` ends it."""

    def __init__(self, hub: Hub, phone: Phone, bot: BotState, dialog: Dialog) -> None:
        self._hub = hub
        self._phone = phone
        self._dialog = dialog
        self._news: asyncio.Queue[News | None] = asyncio.Queue()
        self._news.put_nowait(("state", state_view(hub, phone, bot, dialog)))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        reply = web.StreamResponse(headers=headers)
        with self._listening(), contextlib.suppress(ConnectionError):  # the page was closed
            await reply.prepare(request)
            async for line in self._lines():
                await reply.write(line)
        return reply

    def close(self) -> None:
        self._news.put_nowait(None)

    def show_chats(self) -> None:
        """Show all channels and groups as they are now, whether or not anybody was told."""
        self._tell("chats", [chat_view(chat) for chat in self._hub.world.chats.values()])

    async def _lines(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async with asyncio.timeout(_ALIVE):
                    news = await self._news.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if news is None:
                return
            kind, subject = news
            yield f"event: {kind}\ndata: {json.dumps(subject)}\n\n".encode()

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        places: list[tuple[list[Any], Any]] = [
            (self._dialog.listeners, self._on_event),
            (self._phone.listeners, self._on_code),
            (self._hub.world.listeners, self._on_change),
        ]
        for listeners, listener in places:
            listeners.append(listener)
        try:
            yield
        finally:
            for listeners, listener in places:
                listeners.remove(listener)

    def _tell(self, kind: str, subject: Any) -> None:
        self._news.put_nowait((kind, subject))

    def _on_event(self, event: Event) -> None:
        match event:
            case Acting(action):
                self._tell("acting", action)
            case Pinned():
                self._tell("pinned", pinned_view(self._dialog))
            case _ if event.kind is not HeardKind.ANSWER:  # whoever pressed has the answer
                self._tell(event.kind, message_view(self._dialog, event.message))

    def _on_code(self, code: LoginCode) -> None:
        self._tell("code", code_view(code))

    def _on_change(self, chat: Chat, _: Change) -> None:
        self._tell("chat", chat_view(chat))
