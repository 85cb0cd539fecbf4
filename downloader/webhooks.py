"""Tells others of tracks that were saved, signed as Standard Webhooks are.

https://github.com/standard-webhooks/standard-webhooks says how: headers `webhook-id`,
`webhook-timestamp` and `webhook-signature`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
from aiohttp.resolver import DefaultResolver
from yarl import URL

from downloader.addresses import Allowed, NotPublicError, PublicResolver
from downloader.clock import Clock
from downloader.doing import SnaggedError
from storage.action import Deed, Snag
from storage.errors import VaultError
from storage.models import Chat, Track
from storage.store import Store

_PATIENCE = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)  # of what they may ask for
_SECONDS = re.compile(r"[0-9]{1,6}")
_HAS_ENOUGH = frozenset({429, 502, 503, 504})  # whatever is sent
_NAME = "track.saved"

Link = Callable[[Chat | None, int, int], str | None]


class Webhook:
    """`link` makes the address of a message."""

    def __init__(
        self, store: Store, clock: Clock, allowed: Allowed, agent: str, link: Link
    ) -> None:
        self._store = store
        self._clock = clock
        self._allowed = allowed
        self._agent = agent
        self._link = link

    async def call(self, deed: Deed) -> None:
        """Tell of the track of a deed. Raises `SnaggedError`."""
        url = deed.action.target
        track = await self._store.catalog.get(deed.track_id)
        try:
            secret = await self._store.webhooks.secret(deed.person_id, url)
        except VaultError as error:
            raise SnaggedError(Snag.UNREADABLE) from error
        assert track is not None, "tracks are never forgotten"
        if secret is None or not self._allowed.admits(url):
            raise SnaggedError(Snag.NOT_PUBLIC, for_good=True)
        watch = await self._store.watches.get(deed.watch_id)
        chat = await self._store.chats.get(deed.chat_id)
        now = self._clock.on_the_wall()
        body = told(deed, track, chat, watch.name if watch else "", self._of(deed, chat))
        await self._post(url, body, signed(secret, deed.id, now, body))

    def _of(self, deed: Deed, chat: Chat | None) -> str | None:
        return self._link(chat, deed.chat_id, deed.message_id)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        try:
            async with (
                _session(self._agent, self._allowed) as session,
                session.post(
                    URL(url), data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                _check(response)
        except NotPublicError as error:
            raise SnaggedError(Snag.NOT_PUBLIC, error.host) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SnaggedError(Snag.UNREACHABLE, type(error).__name__) from error


def told(deed: Deed, track: Track, chat: Chat | None, watch: str, link: str | None) -> bytes:
    """Return what is told of a track: the same bytes at each try, unless it was changed."""
    about = {
        "watch": {"id": deed.watch_id, "name": watch},
        "chat": {"id": deed.chat_id, "title": chat.title if chat else ""},
        "message": {"id": deed.message_id, "link": link},
        "track": {
            "id": track.id,
            "title": track.title,
            "artist": track.performer,
            "album": track.album,
            "duration": round(track.duration.total_seconds()),
            "size": track.file_size,
            "sha256": track.sha256,
            "path": str(track.path) if track.path else None,
        },
    }
    posted = deed.posted_at.isoformat(timespec="seconds")
    values = {"type": _NAME, "timestamp": posted, "data": about}
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def signed(secret: bytes, deed_id: int, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that go with a body; the id is the same at each try."""
    number, at = f"track-{deed_id}", str(int(now.timestamp()))
    digest = hmac.digest(secret, f"{number}.{at}.".encode() + body, "sha256")
    return {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


@asynccontextmanager
async def _session(agent: str, allowed: Allowed) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a way out for one call: nothing of it is kept, and no proxy stands in between."""
    async with (
        asyncio.timeout(_PATIENCE.total_seconds()),
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(DefaultResolver(), allowed),
                use_dns_cache=False,
                force_close=True,
            ),
            headers={"user-agent": agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        ) as session,
    ):
        yield session


def _check(response: aiohttp.ClientResponse) -> None:
    """Raise `SnaggedError` unless they took it. What else they say is not even read."""
    status = response.status
    if 200 <= status < 300:
        return
    said = response.headers.get("Retry-After", "")
    wait = timedelta(seconds=int(said)) if _SECONDS.fullmatch(said) else timedelta(0)
    has_enough = status in _HAS_ENOUGH
    snag = Snag.SLOW if has_enough else Snag.REFUSED
    raise SnaggedError(snag, str(status), min(wait, _LONGEST_WAIT), of_target=has_enough)
