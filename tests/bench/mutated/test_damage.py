from __future__ import annotations

import random

import pytest

from bench.mutated.damage import damaged

SEED = bytes(range(256)) * 40
OTHERS = [b"OggS" * 500, SEED]


def made(number: int) -> bytes:
    return damaged(SEED, OTHERS, random.Random(number))


def test_the_same_chance_does_the_same_damage() -> None:
    assert [made(number) for number in range(50)] == [made(number) for number in range(50)]


def test_no_two_are_alike_and_hardly_any_is_whole() -> None:
    bodies = [made(number) for number in range(300)]

    assert len(set(bodies)) > 280
    assert bodies.count(SEED) < 10


def test_there_is_damage_of_every_kind() -> None:
    bodies = [made(number) for number in range(300)]

    assert any(len(body) < len(SEED) for body in bodies)
    assert any(len(body) > len(SEED) for body in bodies)
    assert any(len(body) == len(SEED) and body != SEED for body in bodies)
    assert any(b"OggSOggS" in body for body in bodies)


@pytest.mark.parametrize("seed", [b"", b"x", b"fLaC"])
def test_little_can_be_damaged_too(seed: bytes) -> None:
    for number in range(100):
        damaged(seed, OTHERS, random.Random(number))
