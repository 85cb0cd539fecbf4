from __future__ import annotations

import errno
import socket

import pytest

from sandbox.botapi.server import BotApi
from sandbox.world import World


async def test_a_port_that_is_taken_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        api = BotApi(World(), port=other.getsockname()[1])
        with pytest.raises(OSError, match="in use") as refused:
            await api.__aenter__()

    assert errno.EADDRINUSE == refused.value.errno


async def test_what_goes_wrong_in_the_block_comes_out_as_itself() -> None:
    with pytest.raises(LookupError, match="mine"):
        async with BotApi(World()):
            raise LookupError("mine")


async def test_a_chosen_port_is_the_one_of_the_page() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    async with BotApi(World(), port=port) as api:
        assert f"http://127.0.0.1:{port}" == api.url
