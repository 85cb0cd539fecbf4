"""A library whose files are to be moved, and kills at every step of that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from downloader.refiling import Refiler
from storage.database import Database
from storage.keyring import Keyring
from storage.models import Track
from storage.moves import Moves, Refiling
from storage.moving import Copied, Mover
from storage.paths import Templates
from storage.store import Store
from storage.templates import parse
from tests.local_files import local_file, told

TEMPLATES = Templates(
    parse("{albumartist}/{album}/{title}"),
    parse("{artist}/Singles/{title}"),
    parse("Compilations/{album}/{title}"),
)
NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
Value = TypeVar("Value")


class StruckError(Exception):
    """Stands for a kill."""


@dataclass
class Strikes:
    """Ends everything at the call of this number, each counted once before and once after it."""

    left: int = -1

    async def around(self, work: Awaitable[Value]) -> Value:
        try:
            self._count()
        except StruckError:
            work.close()  # type: ignore[attr-defined]  # it is a coroutine
            raise
        value = await work
        self._count()
        return value

    def _count(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise StruckError


class StruckMover(Mover):
    strikes: Strikes

    async def name(self, own: PurePosixPath, path: PurePosixPath, size: int) -> bool:
        return await self.strikes.around(super().name(own, path, size))

    async def take_away(self, old: PurePosixPath, path: PurePosixPath) -> None:
        await self.strikes.around(super().take_away(old, path))

    async def settled(self, track_id: int) -> tuple[str, int] | None:
        return await self.strikes.around(super().settled(track_id))

    async def replace(self, path: PurePosixPath, copied: Copied) -> bool:
        return await self.strikes.around(super().replace(path, copied))


class StruckMoves(Moves):
    def __init__(self, database: Database, strikes: Strikes) -> None:
        super().__init__(database)
        self.strikes = strikes

    async def begin(self, refiling: Refiling) -> None:
        await self.strikes.around(super().begin(refiling))

    async def switch(self, refiling: Refiling) -> bool:
        return await self.strikes.around(super().switch(refiling))

    async def end(self, refiling: Refiling) -> None:
        await self.strikes.around(super().end(refiling))


class Library:
    """Real storage with files in it; `struck` is the same, but that kills happen."""

    def __init__(self, store: Store, music: Path) -> None:
        self.store = store
        self.music = music
        self.refiler = Refiler(store, TEMPLATES, imported=True)
        self._mover = store.files.mover

    def struck(self, at: int) -> Refiler:
        strikes = Strikes(at)
        files = self.store.files
        mover = StruckMover(
            self.music, self.music / ".tad", files.mover._names, files.mover._placing, Keyring()
        )
        mover.strikes = strikes
        files.mover = mover
        moves = StruckMoves(self.store.moves._database, strikes)
        return Refiler(replace(self.store, moves=moves), TEMPLATES, imported=True)

    def healed(self) -> Refiler:
        """Return that of the next run."""
        self.store.files.mover = self._mover
        return Refiler(self.store, TEMPLATES, imported=True)

    async def lay(self, place: str, body: str = "song", **about: Any) -> int:
        """Put a file into the library and the catalogue; it is called as its place is."""
        path = PurePosixPath(place)
        file = self.music / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
        digest = sha256(body.encode()).hexdigest()
        entry = local_file(path, len(body), digest, title=path.stem, artist="Band", album="Blue")
        [track_id] = await self.store.imports.add([told(entry, **about)], NOW)
        return track_id

    async def track(self, track_id: int) -> Track:
        track = await self.store.catalog.get(track_id)
        assert track is not None
        return track

    async def path(self, track_id: int) -> str:
        return str((await self.track(track_id)).path)

    def there(self) -> dict[str, str]:
        """Return what is in the library, by its path; folders end with a slash."""
        found = {}
        for path in sorted(self.music.rglob("*")):
            name = str(path.relative_to(self.music))
            if ".tad" in path.parts:
                continue
            if path.is_file():
                found[name] = path.read_text()
            elif not any(path.iterdir()):
                found[f"{name}/"] = ""
        return found

    def write(self, body: str) -> Callable[[Path], Awaitable[None]]:
        async def written(path: Path) -> None:
            path.write_text(body)  # noqa: ASYNC240  # nobody waits

        return written
