"""What stands behind links that open the bot: read and written. Pure.

A payload is at most 64 letters, digits, `_` and `-` (https://core.telegram.org/bots/features).
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot import links
from bot.errors import Usage, UsageError
from bot.links import Link

LONGEST = 64

_TRACK = re.compile(r"t(\d{1,18})", re.ASCII)
_PLAYLIST = re.compile(r"p(\d{1,18})-([\w-]{22})", re.ASCII)
_POSTING = re.compile(r"f(\w{1,32})-(\d{1,10})", re.ASCII)
_SEARCH = "s-"
_DOOR = re.compile(r"[ci]-[\w-]{22}", re.ASCII)  # a claim or an invite
_SEAL_BYTES = 16


class Greeting(StrEnum):
    """Payloads that say no more than the command of that name does."""

    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class ToTrack:
    track_id: int


@dataclass(frozen=True, slots=True)
class ToPlaylist:
    playlist_id: int


@dataclass(frozen=True, slots=True)
class ToPosting:
    """One posting that is to be fetched."""

    link: Link


@dataclass(frozen=True, slots=True)
class ToSearch:
    text: str


Goal = Greeting | ToTrack | ToPlaylist | ToPosting | ToSearch


def url(username: str, payload: str) -> str:
    """Return the link that opens the bot of this name."""
    return f"https://t.me/{username}?start={payload}"


def claim(code: str) -> str:
    """Return the payload of whoever is to become the owner; `bot.entrance` reads it."""
    return f"c-{code}"


def invite(token: str) -> str:
    """Return the payload of an invite; `bot.entrance` reads it."""
    return f"i-{token}"


def track(track_id: int) -> str:
    return f"t{track_id}"


def posting(link: Link) -> str | None:
    """Return None for what is not one message, or lies where no link leads."""
    if link.first is None or link.first != link.last:
        return None
    address = link.chat
    if not address.startswith("@"):
        address = (links.to_message(None, int(link.chat), link.first) or "").rpartition("/")[0]
    payload = f"f{address.rpartition('/')[2].removeprefix('@')}-{link.first}"
    return payload if _POSTING.fullmatch(payload) else None


def search(text: str) -> str | None:
    """Return None where the text is too long for a link."""
    packed = urlsafe_b64encode(text.encode(errors="replace")).decode().rstrip("=")
    return f"{_SEARCH}{packed}" if text and len(_SEARCH) + len(packed) <= LONGEST else None


class DeepLinks:
    """Signs the links to playlists: whoever has one was given it."""

    def __init__(
        self,
        sign: Callable[[bytes], bytes],
        signed_before: Callable[[bytes], Iterable[bytes]] = lambda _: (),
    ) -> None:
        """`signed_before` says how links were signed that shall go on to count."""
        self._sign = sign
        self._signed_before = signed_before

    def playlist(self, playlist_id: int) -> str:
        return f"p{playlist_id}-{_mark(self._sign(_meant(playlist_id)))}"

    def read(self, payload: str) -> Goal:
        """Raise `UsageError` where nothing of ours stands behind a link."""
        if payload in set(Greeting):
            return Greeting(payload)
        if match := _TRACK.fullmatch(payload):
            return ToTrack(int(match[1]))
        if match := _PLAYLIST.fullmatch(payload):
            return self._playlist(int(match[1]), match[2])
        if match := _POSTING.fullmatch(payload):
            return _posting(match[1], match[2])
        if payload.startswith(_SEARCH):
            return ToSearch(_text(payload.removeprefix(_SEARCH)))
        if _DOOR.fullmatch(payload):  # and `bot.entrance` did not open
            raise UsageError(Usage.USED_LINK)
        raise UsageError(Usage.STALE_LINK)

    def _playlist(self, playlist_id: int, mark: str) -> ToPlaylist:
        meant = _meant(playlist_id)
        marks = [_mark(one) for one in (self._sign(meant), *self._signed_before(meant))]
        if not any(hmac.compare_digest(mark, one) for one in marks):
            raise UsageError(Usage.STALE_LINK)
        return ToPlaylist(playlist_id)


def _meant(playlist_id: int) -> bytes:
    return f"playlist link 1 {playlist_id}".encode()


def _mark(signature: bytes) -> str:
    return urlsafe_b64encode(signature[:_SEAL_BYTES]).decode().rstrip("=")


def _posting(chat: str, message: str) -> ToPosting:
    try:
        place = f"c/{chat}" if chat.isdigit() else chat
        return ToPosting(links.read(f"https://t.me/{place}/{message}"))
    except UsageError as error:
        raise UsageError(Usage.STALE_LINK) from error


def _text(packed: str) -> str:
    try:
        text = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError as error:
        raise UsageError(Usage.STALE_LINK) from error
    if not text.strip():
        raise UsageError(Usage.STALE_LINK)
    return text
