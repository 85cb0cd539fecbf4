"""The phone of the sandbox's people: login codes arrive on it, and it approves QR logins."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from sandbox.world import User


@dataclass(frozen=True, slots=True)
class LoginCode:
    user: User
    code: str


class QrRefusedError(Exception):
    """The link is no login link, nobody can approve it here, or the server refused its token."""


@dataclass(slots=True, eq=False)
class Phone:
    """`approve` is the login server's: it is given the token of a QR link and who scans it."""

    codes: list[LoginCode] = field(default_factory=list)
    listeners: list[Callable[[LoginCode], None]] = field(default_factory=list)
    approve: Callable[[bytes, User], None] | None = None

    def show_code(self, user: User, code: str) -> None:
        shown = LoginCode(user, code)
        self.codes.append(shown)
        for listener in tuple(self.listeners):
            listener(shown)

    def scan(self, link: str, user: User) -> None:
        """Approve the login behind `tg://login?token=…`."""
        if self.approve is None:
            raise QrRefusedError("no login server is connected to this phone")
        try:
            self.approve(_token(link), user)
        except (ValueError, LookupError) as error:
            raise QrRefusedError(str(error) or "the login server refused it") from error


def _token(link: str) -> bytes:
    parts = urlsplit(link.strip())
    tokens = parse_qs(parts.query).get("token", [])
    if parts.scheme != "tg" or parts.netloc != "login" or not tokens:
        raise ValueError("not a login link")
    try:
        padded = tokens[0] + "=" * (-len(tokens[0]) % 4)
        return base64.b64decode(padded, b"-_", validate=True)
    except ValueError as error:  # not base64, or not even ASCII
        raise ValueError("not a login link") from error
