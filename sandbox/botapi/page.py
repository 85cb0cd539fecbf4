"""The chat page."""

from __future__ import annotations

from aiohttp import web

from sandbox.botapi.hub import Hub
from sandbox.botapi.phone import Phone


class ChatPage:
    def __init__(self, hub: Hub, phone: Phone) -> None:
        self.hub = hub
        self.phone = phone

    def add_to(self, application: web.Application) -> None:
        pass

    def close(self) -> None:
        pass
