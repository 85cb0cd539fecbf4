"""What one data centre knows, whatever connections it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.faults import Faults
from sandbox.mtproto.cipher import key_id
from sandbox.mtproto.clock import MessageClock
from sandbox.mtproto.counters import Counters
from sandbox.mtproto.keys import Device, Session
from sandbox.mtproto.rsa_key import ServerKey
from sandbox.world import User

LOOPBACK = "127.0.0.1"


class Caller(Protocol):
    """The connection a request came on, which its answer leaves by."""

    def reply(self, session: Session, message_id: int, answer: Any, *, half: bool) -> None: ...

    def acknowledge(self, session: Session, message_id: int) -> None: ...

    def drop(self) -> None:
        """Break the connection: what is not yet sent is lost."""
        ...

    def close(self) -> None:
        """Send what was written, then close."""
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A method call as it came off the wire, wrappers removed."""

    caller: Caller
    session: Session
    message_id: int
    request: Any
    takeout: int | None = None


class Visitor(Protocol):
    """An open connection, as its centre sees it."""

    @property
    def dc(self) -> int: ...

    @property
    def user(self) -> User | None: ...

    def drop(self) -> None: ...

    async def gone(self) -> None:
        """Wait until the connection is closed."""
        ...


@dataclass(slots=True, eq=False)
class Centre:
    """One data centre. `visitors` is shared by all centres: an account's limit counts them all."""

    id: int
    server_key: ServerKey
    clock: MessageClock
    counters: Counters
    faults: Faults
    visitors: set[Visitor]
    dispatch: Callable[[Incoming], None]
    devices: dict[bytes, Device] = field(default_factory=dict)
    address: tuple[str, int] = (LOOPBACK, 0)

    def register(self, device: Device) -> None:
        self.devices[key_id(device.key)] = device

    def may_visit(self, visitor: Visitor) -> bool:
        """Tell whether the visitor's account has a connection left for it."""
        limit = self.faults.wire.connections_per_account
        if limit is None or visitor.user is None:
            return True
        others = sum(other.user is visitor.user for other in self.visitors if other is not visitor)
        return others < limit
