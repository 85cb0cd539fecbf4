"""The three public databases on loopback: real HTTP, and answers in the shapes of theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from downloader.lookup.services import Service, Services

RECORDING = "4f4ce3a4-1a4f-4c5b-9b36-1b4f9bd6a001"
OTHER = "4f4ce3a4-1a4f-4c5b-9b36-1b4f9bd6a002"
RELEASE = "7a1f1d5e-2f5c-4c69-8f3b-3a7d6f0e0001"
ARTIST = "561d854a-6a28-4aa7-8c99-323e6ce46c2a"
KEY = "a-key"
JPEG = b"\xff\xd8\xff\xe0" + bytes(500)
AGENT = "tad/1 ( me@example.org )"

CREDIT = [{"name": "Miles Davis", "joinphrase": "", "artist": {"id": ARTIST}}]
GROUP = {
    "id": ARTIST,
    "title": "Kind of Blue",
    "primary-type": "Album",
    "secondary-types": [],
    "first-release-date": "1959-08-17",
    "genres": [{"name": "modal jazz", "count": 9}, {"name": "jazz", "count": 21}],
}
EDITION: dict[str, Any] = {
    "id": RELEASE,
    "title": "Kind of Blue",
    "status": "Official",
    "date": "1997-03-25",
    "artist-credit": CREDIT,
    "release-group": GROUP,
}
SO_WHAT: dict[str, Any] = {
    "id": RECORDING,
    "title": "So What",
    "length": 545_000,
    "artist-credit": CREDIT,
    "releases": [EDITION],
}
WHOLE_EDITION: dict[str, Any] = {
    **EDITION,
    "cover-art-archive": {"artwork": True, "front": True, "count": 2},
    "media": [
        {
            "position": 1,
            "track-count": 5,
            "tracks": [
                {"position": 1, "number": "1", "title": "So What", "recording": {"id": RECORDING}},
                {"position": 2, "number": "2", "title": "Else", "recording": {"id": OTHER}},
            ],
        }
    ],
}
HEARD = {
    "status": "ok",
    "results": [
        {
            "id": ARTIST,
            "score": 0.98,
            "recordings": [
                {
                    "id": RECORDING,
                    "title": "So What",
                    "duration": 545,
                    "artists": [{"id": ARTIST, "name": "Miles Davis"}],
                    "sources": 400,
                }
            ],
        }
    ],
}
WRONG_KEY = {"status": "error", "error": {"code": 4, "message": "invalid API key"}}


@dataclass(slots=True)
class Said:
    """An answer, `held` back until somebody lets it go."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: asyncio.Event | None = None


def found(*recordings: Mapping[str, Any], score: int = 100) -> dict[str, Any]:
    return {"count": len(recordings), "recordings": [{**one, "score": score} for one in recordings]}


class Databases:
    """Answers by path, each answer in its turn and the last one for ever; records questions."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.forms: list[Mapping[str, str]] = []
        self._answers: dict[str, list[Said]] = {}
        self._server = TestServer(self._app())

    @property
    def origin(self) -> str:
        return str(self._server.make_url("/")).rstrip("/")

    @property
    def services(self) -> Services:
        return Services(*(Service(self.origin) for _ in range(3)))

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def say(self, path: str, *answers: Said | Mapping[str, Any]) -> None:
        self._answers[path] = [
            one if isinstance(one, Said) else Said(json.dumps(one).encode()) for one in answers
        ]

    def know(self) -> None:
        """Know one recording on one release, with its picture."""
        self.say("/v2/lookup", HEARD)
        self.say("/ws/2/recording", found(SO_WHAT))
        self.say(f"/ws/2/recording/{RECORDING}", SO_WHAT)
        self.say(f"/ws/2/release/{RELEASE}", WHOLE_EDITION)
        self.say(f"/release/{RELEASE}/front-1200", Said(JPEG))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Databases]:
        async with self._server:
            yield self

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        turns = self._answers.get(request.path, [Said(status=404)])
        said = turns.pop(0) if len(turns) > 1 else turns[0]
        if said.held is not None:
            await said.held.wait()
        return web.Response(body=said.body, status=said.status, headers=said.headers)
