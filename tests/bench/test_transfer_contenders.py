"""Each client against the race's own server, in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bench.transfer import client
from bench.transfer.cases import BARE, EVERYBODY, OURS
from bench.transfer.contender import HOME, Shelf, Site
from bench.transfer.server import Host, Track, Trouble
from sandbox.faults import Faults
from sandbox.world import World
from tests.sandbox.mtproto.kurigram import aes

SIZE = (1 << 20) + 4321


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    world, faults = World(), Faults()
    async with Track(world, faults, centres=(HOME, 4)) as track:
        host = Host(world, faults, track)
        yield host
        assert [] == track.crashes


@pytest.fixture
def site(host: Host, tmp_path: Path) -> Site:
    account = host.carry_out({"do": "account", "name": "racer"})
    return Site.read(host.greeting() | account, tmp_path)


@pytest.fixture(autouse=True)
def no_trace() -> Iterator[None]:
    """Take back the cipher that kurigram is given."""
    before = dict(vars(aes))
    yield
    vars(aes).update(before)


def order(files: dict[str, Any], **more: Any) -> dict[str, Any]:
    asked = {"messages": files["messages"], "size": SIZE, "at_once": 2, "keep": True, "within": 30}
    return asked | more


@pytest.mark.parametrize("name", EVERYBODY)
async def test_every_client_brings_the_same_bytes(host: Host, site: Site, name: str) -> None:
    files = host.carry_out({"do": "files", "size": SIZE, "count": 2})
    async with client.opener(name)(site) as contender:
        host.carry_out({"do": "begin", "name": "racer"})
        kept = await client.run(contender, order(files, at_once=1))
        # One at a time: with two, kurigram forgets to close one of its connections.
        dropped = await client.run(contender, order(files, at_once=1, keep=False))
    told = host.carry_out({"do": "tell"})

    assert files["digests"] == kept["digests"]
    assert [] == dropped["digests"]
    assert 2 == len(kept["finishes"])
    assert told["sent"] > 4 * SIZE


async def test_the_bare_reader_reads_everything(host: Host, site: Site) -> None:
    files = host.carry_out({"do": "files", "size": SIZE, "count": 1})
    async with client.opener(BARE)(site) as contender:
        host.carry_out({"do": "begin", "name": "racer"})
        await client.run(contender, order(files, at_once=1))
    told = host.carry_out({"do": "tell"})

    assert told["sent"] > SIZE
    assert 5 == told["requests"]


async def test_more_connections_than_allowed_are_refused(host: Host, site: Site) -> None:
    host.carry_out({"do": "wire", "rtt": 0.0, "rate": None, "connections": 3})
    files = host.carry_out({"do": "files", "size": SIZE, "count": 1})
    async with client.opener(BARE)(site) as contender:
        host.carry_out({"do": "begin", "name": "racer"})
        with pytest.raises(ExceptionGroup):
            await client.run(contender, order(files, at_once=1))

    assert host.carry_out({"do": "tell"})["refused"] > 0


@pytest.mark.parametrize("trouble", Trouble)
async def test_ours_survives_each_trouble(host: Host, site: Site, trouble: Trouble) -> None:
    files = host.carry_out({"do": "files", "size": SIZE, "count": 1})
    message = files["messages"][0]
    host.carry_out({"do": "trouble", "kind": trouble.value, "skip": 0, "message": message})
    async with client.opener(OURS)(site) as contender:
        words = await client.run(contender, order(files, at_once=1))

    assert files["digests"] == words["digests"]


def test_an_unknown_order_is_a_mistake(host: Host) -> None:
    with pytest.raises(ValueError, match="dance"):
        host.carry_out({"do": "dance"})


def test_a_file_on_the_shelf_is_hashed_and_removed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.path(7, keep=True).write_bytes(b"music")

    assert sha256(b"music").hexdigest() == shelf.digest(7)
    assert [] == list(tmp_path.iterdir())
