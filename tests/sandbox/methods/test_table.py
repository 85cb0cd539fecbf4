from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions
from telethon.tl import TLRequest

from sandbox.methods.table import METHODS, NOT_FOR_BOTS
from sandbox.mtproto.cluster import Cluster
from sandbox.mtproto.dispatch import method_name


def test_every_method_is_one_of_telegrams() -> None:
    known = set()
    for space in {name.split(".")[0] for name in METHODS}:
        module = getattr(functions, space)
        known |= {
            method_name(kind) for name, kind in vars(module).items() if name.endswith("Request")
        }

    assert set(METHODS) <= known
    assert set(METHODS) >= NOT_FOR_BOTS


async def test_an_unknown_method_is_refused_and_remembered(ann: Any, cluster: Cluster) -> None:
    with pytest.raises(errors.BadRequestError, match="METHOD_NOT_IMPLEMENTED"):
        await ann(functions.messages.GetAllDraftsRequest())

    assert ["messages.getAllDrafts"] == cluster.unknown_methods
    cluster.unknown_methods.clear()


class FromTheFuture(TLRequest):  # type: ignore[misc]  # Telethon has no types
    def _bytes(self) -> bytes:
        return b"\xef\xbe\xad\xde"


async def test_a_request_of_a_newer_layer_is_refused_too(ann: Any, cluster: Cluster) -> None:
    with pytest.raises(errors.BadRequestError, match="METHOD_NOT_IMPLEMENTED"):
        await ann(FromTheFuture())

    assert ["0xdeadbeef"] == cluster.unknown_methods
    cluster.unknown_methods.clear()
