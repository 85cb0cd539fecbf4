"""What a client in the race must be able to do, and what it is told of the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from bench.transfer.child import Words

HOME, FILES = 2, 4  # most files lie in another data centre than the account
CHAT = "race"


@dataclass(frozen=True, slots=True)
class Site:
    """The servers and the account; `key_there` is one for the centre where the files lie."""

    addresses: dict[int, tuple[str, int]]
    pem: str
    user: int
    key: bytes
    key_there: bytes
    salt_there: int
    folder: Path

    @classmethod
    def read(cls, words: Words, folder: Path) -> Site:
        return cls(
            {int(dc): (host, port) for dc, (host, port) in words["addresses"].items()},
            words["pem"],
            words["user"],
            bytes.fromhex(words["key"]),
            bytes.fromhex(words["key_there"]),
            words["salt_there"],
            folder,
        )


class Contender(Protocol):
    """One client, signed in."""

    async def look_up(self, messages: Sequence[int]) -> None:
        """Find the files of these messages of the chat; this is not timed."""
        ...

    async def fetch(self, message: int, *, keep: bool) -> None:
        """Bring one file, to the disk if it is to be kept, else to nowhere."""
        ...

    async def digest(self, message: int) -> str | None:
        """Return the SHA-256 of what was kept, and remove it; None of a client that keeps none."""
        ...

    def facts(self, size: int) -> Words:
        """Tell the part size and the requests in flight for a file of `size` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a client without a place of its own puts its files."""

    folder: Path

    def path(self, message: int, *, keep: bool) -> Path:
        return self.folder / f"{message}.mp3" if keep else Path("/dev/null")

    def digest(self, message: int) -> str:
        path = self.path(message, keep=True)
        with path.open("rb") as file:
            total = sha256()
            while piece := file.read(1 << 20):
                total.update(piece)
        path.unlink()
        return total.hexdigest()
