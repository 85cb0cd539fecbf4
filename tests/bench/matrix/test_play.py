"""The fault matrix bites: what goes wrong is found, and a seed is played the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.matrix.faults.damage import damaged_source
from bench.matrix.methods import PART
from bench.matrix.outlook import Outlook
from bench.matrix.play import Run, play
from bench.matrix.scene import Scene
from bench.matrix.table import FAULTS
from downloader.proof import CheckBytes
from sandbox.faults import Rule
from storage.models import Reason


@dataclass(frozen=True)
class Made:
    """A fault of a test's own."""

    arm: Callable[[Scene], Outlook]
    name: str = "made"


def played(folder: Path, *arms: Callable[[Scene], Outlook], seed: int = 1) -> Run:
    [run] = play([([Made(arm) for arm in arms], seed)], folder / "run")
    return run


def nothing(_: Scene) -> Outlook:
    return Outlook()


def unchecked(scene: Scene) -> Outlook:
    damaged_source(scene)
    scene.check_bytes = CheckBytes.OFF
    return Outlook()


def unanswered(scene: Scene) -> Outlook:
    scene.tape.add(Rule(PART, error=(-503, "TIMEOUT"), times=None))
    return Outlook(told=frozenset({Reason.SERVER_TROUBLE}))


def untold(scene: Scene) -> Outlook:
    scene.tape.add(Rule(PART, error=(420, "FLOOD_WAIT_40")))
    return Outlook()


def unheard(scene: Scene) -> Outlook:
    scene.tape.add(Rule(PART, error=(420, "FLOOD_WAIT_1")))
    return Outlook(must_tell=frozenset({Reason.TAMPERED}), told=frozenset({Reason.FLOOD}))


def unforeseen(scene: Scene) -> Outlook:
    scene.tape.add(Rule(PART, error=(400, "LIMIT_INVALID"), times=None))
    return Outlook(told=frozenset({Reason.REFUSED}), tries=True)


def test_where_nothing_goes_wrong_nothing_is_found(tmp_path: Path) -> None:
    assert [] == played(tmp_path, nothing).wrong


@pytest.mark.parametrize(
    ("arm", "finding"),
    [
        (unchecked, "corrupt: track"),
        (unanswered, "stuck: not over"),
        (untold, "notice: told"),
        (unheard, "notice: did not tell"),
        (unforeseen, "lost: item"),
    ],
)
def test_what_goes_wrong_is_found(
    tmp_path: Path, arm: Callable[[Scene], Outlook], finding: str
) -> None:
    found = played(tmp_path, arm).wrong

    assert any(line.startswith(finding) for line in found), found


@pytest.mark.parametrize("number", ["F05", "F24", "F38"])
def test_a_seed_is_played_the_same_again(tmp_path: Path, number: str) -> None:
    [fault] = [one for one in FAULTS if one.number == number]
    first, second = (played(tmp_path / str(once), fault.arm, seed=7) for once in (1, 2))

    assert first == second
    assert first.seconds > 0
