from __future__ import annotations

import asyncio

import pytest

from tests.bot.library import put
from tests.bot.rig import Rig


async def test_row38_a_query_of_256_letters_is_answered(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3")
        for query in ("a" * 256, "tune " * 51, "(" * 256, '"' * 256, "漢" * 256):
            answer = await rig.owner.inline(query)

            assert len(answer.results) <= 1


@pytest.mark.parametrize("sign", ["%", "_", '"', "*", "NEAR(", "')--", "^", "-"])
async def test_row39_signs_of_a_query_language_are_searched_for_as_they_are(
    rig: Rig, sign: str
) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3", "Other.mp3")
        answer = await rig.owner.inline(f"zzz{sign}")

        assert () == tuple(answer.results)


@pytest.mark.parametrize("offset", ["x", "-1", "f", "c1", "9" * 60, "\0", "f1.5", "٣"])
async def test_row40_an_offset_that_is_none_is_the_first_page(rig: Rig, offset: str) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3")
        first = await rig.owner.inline("tune")
        answer = await rig.owner.inline("tune", offset)

        assert [one.id for one in first.results] == [one.id for one in answer.results]


async def test_row41_fifty_queries_at_once_are_all_answered(rig: Rig) -> None:
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune.mp3")
        asked = [rig.owner.ask("tune"[: 2 + number % 3]) for number in range(50)]
        async with asyncio.timeout(20):
            answers = [await one.answer for one in asked]

        assert [1] * 50 == [len(answer.results) for answer in answers]
        assert {(5, True)} == {(one.cache_time, one.is_personal) for one in answers}
