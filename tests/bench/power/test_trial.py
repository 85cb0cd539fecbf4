"""The proof in short: the first of the lives, recorded, and the power cut off at some moments."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bench.power.effects import Record, Synced
from bench.power.recording import Naming, recorded
from bench.power.replay import Finding
from bench.power.trial import drawn, tried

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")

STATES = 8


@pytest.fixture(scope="module")
def first_life(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return recorded(tmp_path_factory.mktemp("record"), Naming.LINK, lives=1)


def test_f40_no_state_of_the_disk_loses_or_damages_anything(
    first_life: Record, tmp_path: Path
) -> None:
    trial = tried("short", first_life, first_life.cuts(), 1, STATES, tmp_path / "state")

    assert [] == trial.found
    assert STATES == trial.tried.total()


def test_f40_on_a_disk_that_lies_about_syncs_the_proof_fails(
    first_life: Record, tmp_path: Path
) -> None:
    lying = replace(
        first_life, effects=[one for one in first_life.effects if not isinstance(one, Synced)]
    )
    trial = tried("lying", lying, first_life.cuts()[-200:], 1, STATES, tmp_path / "state")

    assert trial.of(Finding.BROKEN)


def test_the_same_seed_draws_the_same_states(first_life: Record) -> None:
    cuts = first_life.cuts()
    ones, again = ([drawn(first_life, cuts, seed, n) for n in range(9)] for seed in (1, 1))

    assert [one.fingerprint() for one in ones] == [one.fingerprint() for one in again]
    assert 1 < len({one.way for one in ones})
    assert {drawn(first_life, cuts, 2, 0).fingerprint()} != {ones[0].fingerprint()}
