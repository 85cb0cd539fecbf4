"""Authorization keys and sessions: what a server remembers of an app between connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.mtproto.salts import Salts
from sandbox.world import User


class Link(Protocol):
    """The live connection of a session."""

    def push(self, session: Session, update: Any) -> None:
        """Send something the client did not ask for."""
        ...


@dataclass(slots=True, eq=False)
class Device:
    """One authorization key on one data centre: one app's login there.

    `user` is who is signed in. `home` marks the centre of the login itself; keys made for files in
    other centres import the login and get no updates. `layer` and `model` come from the app.
    """

    key: bytes
    dc: int
    user: User | None = None
    home: bool = False
    layer: int | None = None
    model: str = ""
    salts: Salts = field(default_factory=Salts)
    sessions: dict[int, Session] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Session:
    """A run of numbered messages under a key. A client starts a new one when it reconnects."""

    id: int
    device: Device
    link: Link | None = None
    sent: int = 0  # messages to be acknowledged, as sequence numbers count them
    wants_updates: bool = False

    def next_sequence(self, *, content: bool) -> int:
        number = self.sent * 2 + content
        self.sent += content
        return number

    def push(self, update: Any) -> None:
        """Send an update, if the client is there."""
        if self.link is not None:
            self.link.push(self, update)
