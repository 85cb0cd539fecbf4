"""What every method is given: the caller, the request, and the state that all centres share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from sandbox.cdn import Cdn
from sandbox.faults import RpcFailure
from sandbox.methods.matching import Searches
from sandbox.methods.pending import Code, Token
from sandbox.methods.srp import Challenge
from sandbox.mtproto.keys import Device, Session
from sandbox.uploads import Upload
from sandbox.world import User, World


@dataclass(slots=True)
class Telegram:
    """The state behind all data centres. What is begun by one call and ended by another is here."""

    world: World
    now: Callable[[], datetime]
    addresses: Callable[[], dict[int, tuple[str, int]]]  # of the data centres, without the CDN
    cdn_address: Callable[[], tuple[str, int]]
    cdn_pem: str
    devices: Callable[[], list[Device]]
    on_code: list[Callable[[User, str], None]]
    unknown_methods: list[str]
    codes: dict[str, Code] = field(default_factory=dict)  # by phone_code_hash
    tokens: dict[bytes, Token] = field(default_factory=dict)  # QR logins
    exports: dict[bytes, User] = field(default_factory=dict)  # logins on their way to a centre
    half_in: dict[Device, User] = field(default_factory=dict)  # the password is still missing
    challenges: dict[Device, Challenge] = field(default_factory=dict)
    takeouts: dict[int, User] = field(default_factory=dict)
    cdn: Cdn = field(default_factory=Cdn)
    # How many hashes the real server puts into one answer is not documented.
    hashes_at_once: int = 8
    digests: dict[tuple[int, int], bytes] = field(default_factory=dict)  # by document and offset
    searches: Searches = field(default_factory=Searches)
    uploads: dict[tuple[int, int], Upload] = field(default_factory=dict)  # by user and file
    sent: set[tuple[int, int]] = field(default_factory=set)  # by user and random id

    def everyone_home(self, user: User) -> list[Device]:
        """Return the devices this user is signed in on."""
        return [one for one in self.devices() if one.home and one.user is user]


@dataclass(frozen=True, slots=True)
class Call:
    telegram: Telegram
    session: Session
    request: Any
    takeout: int | None = None

    @property
    def world(self) -> World:
        return self.telegram.world

    @property
    def device(self) -> Device:
        return self.session.device

    @property
    def me(self) -> User:
        """Who calls. Whoever is not signed in is refused."""
        if self.device.user is None:
            refuse("AUTH_KEY_UNREGISTERED", 401)
        return self.device.user


def refuse(message: str, code: int = 400) -> NoReturn:
    raise RpcFailure(code, message)
