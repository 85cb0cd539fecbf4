"""The script of faults, and what clients are said to have made of it."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from bench.transfer.arena import Fate, _fate
from bench.transfer.script import Fault, rule_of, script
from sandbox.faults import Faults
from sandbox.world import World

SIZE = 1_000_000


def test_each_fault_comes_equally_often_and_every_time_the_same() -> None:
    once = list(script(70, 3))

    assert once == list(script(70, 3))
    assert {5} == set(Counter(fault for fault, _ in once).values())
    assert set(Fault) == {fault for fault, _ in once}
    assert all(0 <= where < 1 for _, where in once)


@pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.NOTHING])
@pytest.mark.parametrize("part", [4096, 128 << 10, 1 << 20])
def test_a_fault_strikes_the_request_for_its_place_once_whatever_the_parts(
    fault: Fault, part: int
) -> None:
    document = World().add_document(size=SIZE, name="x.mp3")
    faults = Faults()
    rule = rule_of(fault, document, 0.5)
    assert rule is not None
    faults.add(rule)

    def struck(document_id: int) -> list[int]:
        requests = [
            SimpleNamespace(location=SimpleNamespace(id=document_id), offset=at, limit=part)
            for at in range(0, SIZE, part)
        ]
        return [one.offset for one in requests if faults.pick("upload.getFile", one)]

    assert [] == struck(document.id + 1)
    assert [int(0.5 * (SIZE - 1)) // part * part] == struck(document.id)
    assert [] == struck(document.id)


@pytest.mark.parametrize(
    ("end", "fate"),
    [
        ("abc", Fate.WHOLE),
        ("other", Fate.CORRUPT),
        ("nothing", Fate.LOST),
        ("failed: RPCError", Fate.LOST),
        ("hung", Fate.HUNG),
    ],
)
def test_how_a_file_ended_is_told_by_its_bytes(end: str, fate: Fate) -> None:
    assert fate is _fate(end, "abc")
