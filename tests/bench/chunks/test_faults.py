from __future__ import annotations

import pytest

from bench.chunks.faults import SHOW_BY_LENGTH, Course, Fault, Mishap
from bench.noise import Ask

BODY = bytes(range(256)) * 2000  # 512,000 bytes
KIB = 1 << 10
STRUCK = [fault for fault in Fault if fault is not Fault.LYING]


def ask(offset: int, limit: int) -> Ask:
    return Ask(1, 7, offset, limit)


def answers(fault: Fault, *, offset: int = 128 * KIB, limit: int = 128 * KIB) -> list[bytes]:
    right = BODY[offset : offset + limit]
    return [Mishap(fault, seed).answer(ask(offset, limit), 1, right, BODY) for seed in range(40)]


@pytest.mark.parametrize("fault", STRUCK)
@pytest.mark.parametrize(("offset", "limit"), [(0, 4 * KIB), (128 * KIB, 128 * KIB), (511_999, 4)])
def test_the_answer_is_never_the_right_one(fault: Fault, offset: int, limit: int) -> None:
    assert BODY[offset : offset + limit] not in answers(fault, offset=offset, limit=limit)


@pytest.mark.parametrize("fault", STRUCK)
def test_only_some_faults_show_by_the_length(fault: Fault) -> None:
    lengths = {len(answer) for answer in answers(fault)}

    assert (fault in SHOW_BY_LENGTH) == (128 * KIB not in lengths)


def test_a_duplicate_is_the_part_before_and_a_swapped_one_the_neighbour() -> None:
    first, second = BODY[: 128 * KIB], BODY[128 * KIB : 256 * KIB]
    shifted = bytes([1]) + BODY  # neighbouring parts of the other body are all the same

    mishap = Mishap(Fault.DUPLICATE, 1)
    assert shifted[:KIB] == mishap.answer(ask(KIB + 1, KIB), 1, b"x" * (KIB + 1), shifted)[:KIB]
    assert first == second
    assert b"b" * 4 == Mishap(Fault.SWAPPED, 1).answer(ask(0, 4), 1, b"a" * 4, b"a" * 4 + b"b" * 4)
    assert b"a" * 4 == Mishap(Fault.SWAPPED, 1).answer(ask(4, 4), 1, b"b" * 4, b"a" * 4 + b"b" * 4)


@pytest.mark.parametrize("fault", STRUCK)
def test_each_course_is_met_and_the_passing_one_passes(fault: Fault) -> None:
    mishaps = [Mishap(fault, seed) for seed in range(12)]
    passing = [one for one in mishaps if one.course is Course.PASSING]
    always = [one for one in mishaps if one.course is Course.ALWAYS]

    assert set(Course) == {one.course for one in mishaps}
    assert all(one.strikes(ask(0, 4), 1) for one in passing)
    assert not any(one.strikes(ask(0, 4), 3) for one in passing)
    assert all(one.strikes(ask(0, 4), nth) for one in always for nth in range(1, 9))


def test_the_same_seed_does_the_same() -> None:
    ones, again = (answers(Fault.FLIPPED) for _ in range(2))

    assert ones == again
    assert 30 < len(set(ones))


def test_only_a_lying_size_differs_and_always_does() -> None:
    assert 1000 == Mishap(Fault.SHORT, 1).true_size(1000)
    assert all(Mishap(Fault.LYING, seed).true_size(1000) < 1000 for seed in range(0, 50, 2))
    assert all(Mishap(Fault.LYING, seed).true_size(1000) > 1000 for seed in range(1, 50, 2))
    assert not Mishap(Fault.LYING, 1).strikes(ask(0, 4), 1)
