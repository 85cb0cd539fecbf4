"""The one way out to the public databases: slowly, to fixed hosts, for answers of bounded size."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import structlog
from yarl import URL

from downloader.bucket import Bucket, Rate
from downloader.clock import Clock
from downloader.lookup.errors import NonsenseError, RefusedError, UnreachableError
from downloader.lookup.services import Service, secured

log = structlog.get_logger(__name__)

JSON_BYTES = 2 << 20
PICTURE_BYTES = 20 << 20
_PATIENCE = timedelta(seconds=30)
_RATE = Rate(most=1.0, least=0.1)  # what MusicBrainz allows; to the others we are as polite
_PAUSES = (2.0, 10.0)  # seconds, before it is asked once more
_LONGEST_PAUSE = timedelta(minutes=1)  # of what they may ask for, before all of it waits
_MOST_HOPS = 5
_PIECE = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOTHING = frozenset({404, 410})
_SECONDS = re.compile(r"[0-9]{1,5}")
_PLAIN = "identity"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a service; with a `form` it is posted, and never sent on."""

    path: str
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    most: int = JSON_BYTES


@asynccontextmanager
async def open_outside(
    agent: str, clock: Clock, patience: timedelta = _PATIENCE
) -> AsyncIterator[Outside]:
    """Be ready to ask; nothing is connected to until something is asked.

    What the environment says of proxies does not count, nothing is unpacked that was packed to be
    large, and cookies are not kept.
    """
    async with aiohttp.ClientSession(
        headers={"User-Agent": agent, "Accept-Encoding": _PLAIN},
        timeout=aiohttp.ClientTimeout(total=patience.total_seconds()),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    ) as session:
        yield Outside(session, clock)


class Outside:
    def __init__(self, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    async def ask(self, service: Service, question: Question) -> bytes | None:
        """Return the answer, None where there is none; raises `LookupFailedError`."""
        for pause in _PAUSES:
            try:
                return await self._followed(service, question)
            except UnreachableError as error:
                if error.wait > _LONGEST_PAUSE:
                    raise
                wait = max(pause, error.wait.total_seconds())
                log.debug("asked again later", host=error.host, detail=error.detail, wait=wait)
                await self._clock.sleep(wait)
        return await self._followed(service, question)

    async def _followed(self, service: Service, question: Question) -> bytes | None:
        url = URL(service.origin).with_path(question.path).with_query(question.query)
        for _ in range(_MOST_HOPS):
            place = service.place_of(url)
            if place is None:
                raise NonsenseError(service.origin, "leads elsewhere")
            answer = await self._answered(place, url, question)
            if not isinstance(answer, URL):
                return answer
            url = secured(answer) if service.place_of(answer) is None else answer
        raise NonsenseError(service.origin, "leads nowhere")

    async def _answered(self, place: str, url: URL, question: Question) -> bytes | URL | None:
        """Return what comes from there, or where it leads."""
        bucket = self._bucket(place)
        await bucket.take()
        try:
            async with self._session.request(
                "GET" if question.form is None else "POST",
                url,
                data=question.form,
                allow_redirects=False,
            ) as response:
                return await _understood(response, question)
        except UnreachableError:
            bucket.slow_down()
            raise
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(place, type(error).__name__) from error

    def _bucket(self, place: str) -> Bucket:
        if place not in self._buckets:
            self._buckets[place] = Bucket(_RATE, self._clock)
        return self._buckets[place]


async def _understood(response: aiohttp.ClientResponse, question: Question) -> bytes | URL | None:
    host = response.url.host or ""
    match response.status:
        case 200:
            return await _body(response, question.most)
        case status if status in _NOTHING:
            return None
        case status if status in _REDIRECTS and question.form is None:
            return _onward(response)
        case 400:
            raise RefusedError(host, await _body(response, question.most))
        case status:
            raise UnreachableError(host, str(status), _wait(response))


def _onward(response: aiohttp.ClientResponse) -> URL:
    try:
        return response.url.join(URL(response.headers.get("Location", "")))
    except ValueError as error:
        raise NonsenseError(response.url.host or "", "leads nowhere") from error


def _wait(response: aiohttp.ClientResponse) -> timedelta:
    said = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(said)) if _SECONDS.fullmatch(said) else timedelta(0)


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    host = response.url.host or ""
    if response.headers.get("Content-Encoding", _PLAIN).lower() != _PLAIN:
        raise NonsenseError(host, "packed")
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > most:
            raise NonsenseError(host, "too large")
    return bytes(body)
