"""Fixtures of the adapter's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import World
from storage.store import open_store
from tests.downloader.telegram.stand import Stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    world, faults = World(), Faults()
    async with (
        open_store(tmp_path / "data", tmp_path / "music") as store,
        Cluster(world, faults) as cluster,
    ):
        user = world.add_user("Ann", phone="9996620001")
        stand = Stand(world, faults, cluster, store, user)
        await stand.sign_in(user)
        yield stand
        assert cluster.crashes == []
        assert cluster.unknown_methods == []
