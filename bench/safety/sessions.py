"""Flips bits of a stored session, one at a time, and starts the accounts with it.

Each flip must be found out and told as a login that is needed; the other accounts go on, and no
new key is made.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from structlog.testing import capture_logs
from telethon.crypto import AuthKey

from bench import child
from bench.figure import Figure, Goal
from bench.scratch import scratch
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import User, World
from storage.errors import StorageError
from storage.models import Account, AccountState
from storage.store import DATABASE_NAME, KEY_NAME, Store, open_store

_FLIPS, _FLIPS_QUICK = 1000, 40
_SEED = 7
_TOLD = 10
_HEAD_BITS = 8 * 9  # version and key id, each bit of which is tried
_EVENT = "session cannot be opened; run tad login"
_HOME = 2


@dataclass(slots=True)
class Outcome:
    """How the starts ended, counted by what was wrong with them; `told` says which bits did it."""

    flips: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def note(self, what: str, bit: object) -> None:
        self.wrong[what] += 1
        self.told.append(f"{what}: {bit}")


@dataclass(frozen=True, slots=True)
class Installation:
    """Three accounts, of which `victim` has the session that is damaged."""

    folder: Path
    access: Access
    victim: int
    others: tuple[int, ...]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / DATABASE_NAME

    def sealed(self, account_id: int) -> bytes:
        with closing(sqlite3.connect(self.database)) as connection:
            row = connection.execute("select session from accounts where id = ?", [account_id])
            return bytes(row.fetchone()[0])

    def put(self, account_id: int, sealed: bytes) -> None:
        """Store a session as somebody would who has the file of the database."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            values = (sealed, AccountState.READY.value, account_id)
            connection.execute("update accounts set session = ?, state = ? where id = ?", values)

    def keys(self) -> set[str]:
        return {path.name for path in self.data.iterdir() if path.name.startswith(KEY_NAME)}


def measure(*, quick: bool) -> Iterator[Figure]:
    flips, folder = _FLIPS_QUICK if quick else _FLIPS, scratch("tad-sessions-")
    try:
        outcome, refused = asyncio.run(_measured(folder, flips))
    finally:
        shutil.rmtree(folder)
    about: dict[str, object] = {"seed": _SEED, "load": child.load()}
    yield Figure("safety.flips", outcome.flips, "bits", Goal(at_least=flips), about)
    yield Figure(
        "safety.sessions", outcome.wrong.total(), "wrong", Goal(at_most=0),
        {**outcome.wrong, "told": outcome.told[:_TOLD]},
    )  # fmt: skip
    yield Figure("safety.swapped", refused, "refused", Goal(at_least=2))


async def _measured(folder: Path, flips: int) -> tuple[Outcome, int]:
    world = World()
    async with Cluster(world, Faults()) as cluster:
        home = DataCentre(_HOME, *cluster.address(_HOME))
        access = Access(1, "hash", home, cluster.pem, None)
        users = [world.add_user(name) for name in ("Ann", "Bob", "Eve")]
        async with open_store(folder / "data", folder / "music") as store:
            for user in users:
                await _sign_in(store, cluster, user)
        ann, bob, eve = (user.id for user in users)
        place = Installation(folder, access, bob, (ann, eve))
        outcome = await flipped(place, flips)
        return outcome, await swapped(place)


async def _sign_in(store: Store, cluster: Cluster, user: User) -> None:
    session = Session()
    session.set_dc(_HOME, *cluster.address(_HOME))
    session.auth_key = AuthKey(cluster.mint_key(user))
    account = Account(user.id, user.first_name, AccountState.READY)
    await store.accounts.save(account, session.dump())


async def flipped(place: Installation, flips: int) -> Outcome:
    """Start once for each flip; of the bits of the head each is tried, of the rest some."""
    chance, outcome = random.Random(_SEED), Outcome()  # which bit is no secret
    sealed, keys = await asyncio.to_thread(place.sealed, place.victim), place.keys()
    for number in range(flips):
        bit = number if number < _HEAD_BITS else chance.randrange(_HEAD_BITS, 8 * len(sealed))
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        await asyncio.to_thread(place.put, place.victim, bytes(damaged))
        await _start(place, bit, outcome)
        if place.keys() != keys:
            outcome.note("new key", bit)
        outcome.flips += 1
    await asyncio.to_thread(place.put, place.victim, sealed)
    return outcome


async def _start(place: Installation, bit: int, outcome: Outcome) -> None:
    with capture_logs() as lines:
        try:
            opened, states = await _opened(place)
        except* StorageError as errors:
            outcome.note(f"not started ({type(errors.exceptions[0]).__name__})", bit)
        else:
            _judge(place, bit, outcome, opened, states)
    if [place.victim] != [line["account"] for line in lines if line["event"] == _EVENT]:
        outcome.note("not told once", bit)


def _judge(
    place: Installation,
    bit: int,
    outcome: Outcome,
    opened: set[int],
    states: dict[int, AccountState],
) -> None:
    if place.victim in opened:
        outcome.note("opened", bit)
    if not opened.issuperset(place.others):
        outcome.note("others stopped", bit)
    if states[place.victim] is not AccountState.NEEDS_LOGIN:
        outcome.note("no login needed", bit)


async def _opened(place: Installation) -> tuple[set[int], dict[int, AccountState]]:
    """Start as the product does; return who is there, and how each account stands."""
    async with (
        open_store(place.data, place.folder / "music") as store,
        open_sources(place.access, store) as sources,
    ):
        states = {account.id: account.state for account in await store.accounts.all()}
        return {source.account_id for source in sources}, states


async def swapped(place: Installation) -> int:
    """Have two sessions change places; return how many of them are refused."""
    pair = place.victim, place.others[0]
    first, second = [await asyncio.to_thread(place.sealed, number) for number in pair]
    await asyncio.to_thread(place.put, pair[0], second)
    await asyncio.to_thread(place.put, pair[1], first)
    opened, states = await _opened(place)
    return sum(
        number not in opened and states[number] is AccountState.NEEDS_LOGIN for number in pair
    )
