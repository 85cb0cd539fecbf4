"""The same over MTProto, through the product's own adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chunks.faults import Fault
from bench.chunks.wire import Road
from downloader.proof import CheckBytes


@pytest.mark.parametrize("fault", [Fault.MISPLACED, Fault.CDN])
async def test_f09_f28_no_wrong_byte_comes_over_a_wire(fault: Fault, tmp_path: Path) -> None:
    passage = await Road(fault, range(2), CheckBytes.ALL).run(tmp_path)

    assert [] == passage.wrong + passage.lost
    assert passage.struck
    assert 6 == passage.ends.total()


async def test_without_the_hashes_it_would(tmp_path: Path) -> None:
    passage = await Road(Fault.FLIPPED, range(1), CheckBytes.OFF).run(tmp_path)

    assert passage.wrong
