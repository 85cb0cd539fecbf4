"""The proof in short: a few seeds of each fault, and none gets a wrong byte into the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chunks.faults import SHOW_BY_LENGTH, Course, Fault, Mishap
from bench.chunks.gauntlet import HASHED, Gauntlet, files_of
from downloader.proof import CheckBytes

SEEDS = range(3)


@pytest.mark.parametrize("fault", Fault)
async def test_f11_f27_f28_f29_no_wrong_byte_is_published(fault: Fault, tmp_path: Path) -> None:
    passage = await Gauntlet(fault, SEEDS, CheckBytes.ALL).run(tmp_path)

    assert [] == passage.wrong
    assert [] == passage.lost
    assert 2 * len(SEEDS) == passage.files == passage.ends.total()
    assert passage.struck or fault is Fault.LYING


@pytest.mark.parametrize("fault", [Fault.FLIPPED, Fault.SWAPPED])
async def test_without_the_hashes_it_would_be(fault: Fault, tmp_path: Path) -> None:
    passage = await Gauntlet(fault, SEEDS, CheckBytes.OFF).run(tmp_path)

    assert passage.wrong


@pytest.mark.parametrize("fault", sorted(SHOW_BY_LENGTH))
async def test_what_shows_by_its_length_needs_no_hashes(fault: Fault, tmp_path: Path) -> None:
    passage = await Gauntlet(fault, SEEDS, CheckBytes.OFF).run(tmp_path)

    assert [] == passage.wrong + passage.lost


def test_each_seed_has_a_file_of_one_answer_and_one_of_several() -> None:
    files = [files_of(Fault.SHORT, seed) for seed in range(60)]
    small, large = ([pair[index].size for pair in files] for index in (0, 1))

    assert max(small) <= HASHED <= min(large)
    assert any(size % HASHED == 0 for size in large)
    assert files[3] == files_of(Fault.SHORT, 3)
    assert Course.PASSING is Mishap(Fault.SHORT, SEEDS[0]).course
