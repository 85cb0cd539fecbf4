from __future__ import annotations

import pytest

from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import World


@pytest.mark.parametrize("host", ["0.0.0.0", "::1", "localhost", "192.168.0.1", ""])
def test_only_the_loopback_address_is_listened_on(host: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        Cluster(World(), Faults(), host=host)


async def test_a_port_may_be_chosen(cluster: Cluster, unused_tcp_port: int) -> None:
    async with Cluster(World(), Faults(), ports={4: unused_tcp_port}) as other:
        assert other.address(4) == ("127.0.0.1", unused_tcp_port)
        assert other.address(2) != other.address(4)
