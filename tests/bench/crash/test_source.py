from __future__ import annotations

import asyncio

import pytest

from bench.crash.source import HOLLOW, JAZZ, ROCK, SteadySource, body, song
from downloader.errors import ChatUnavailableError
from storage.models import Request


def test_a_body_is_hollow_where_a_write_may_begin_and_always_the_same() -> None:
    made = body(7, 10_000)

    assert made == body(7, 10_000)
    assert made != body(8, 10_000)
    assert 10_000 == len(made)
    for start in (0, 4096, 8192):
        assert bytes(HOLLOW) == made[start : start + HOLLOW]
        assert any(made[start + HOLLOW : start + 4096])


async def test_it_answers_with_what_it_has() -> None:
    source = SteadySource((song(1, 5000), song(2, 5000), song(3, 10, chat=ROCK)))
    found = [audio async for audio in source.audio(JAZZ, Request("@jazz", 1))]
    file = await source.open(song(2, 5000))

    assert JAZZ == await source.chat("@jazz")
    assert [song(1, 5000)] == found
    assert 5000 == file.size
    turn = await file.turn(5000)
    assert body(102, 5000)[4096:] == await turn.part(4096, 4096)
    with pytest.raises(ChatUnavailableError):
        await source.chat("@soul")


async def test_two_parts_at_most_are_asked_for_at_once() -> None:
    file = await SteadySource((song(1, 5000),)).open(song(1, 5000))
    first, second = await file.turn(5000), await file.turn(5000)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(file.turn(5000), timeout=0)
    for _ in range(2):
        first.give_back()

    assert await file.turn(5000) is not second
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(file.turn(5000), timeout=0)
