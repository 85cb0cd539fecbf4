from __future__ import annotations

from collections.abc import Sequence

from bench.safety.mangling import Json
from bench.safety.smallest import Shrinking


def said(number: int, text: str) -> Json:
    return {"update_id": number, "message": {"text": text, "from": {"id": 1, "first_name": "Olga"}}}


def text_of(update: Json) -> str:
    return str(update.get("message", {}).get("text", ""))


async def test_what_is_wrong_by_itself_is_told_by_itself_and_without_what_is_not_needed() -> None:
    async def shows(row: Sequence[Json]) -> bool:
        return "!" in text_of(row[-1])

    row = [said(1, "a"), said(2, "b"), said(3, "long before ! and long behind")]
    [last] = await Shrinking(shows).smallest(row)

    assert 3 == last["update_id"]
    assert "!" == text_of(last)
    assert "from" not in last["message"]


async def test_what_needs_something_before_it_keeps_that_alone() -> None:
    async def shows(row: Sequence[Json]) -> bool:
        return text_of(row[-1]) == "b" and any(text_of(one) == "a" for one in row)

    row = [said(number, text) for number, text in enumerate("xxxaxxxxxb")]
    fewer = await Shrinking(shows).smallest(row)

    assert ["a", "b"] == [text_of(one) for one in fewer]


async def test_what_does_not_come_again_is_told_as_it_was() -> None:
    async def shows(_: Sequence[Json]) -> bool:
        return False

    row = [said(1, "a"), said(2, "b")]

    assert row == await Shrinking(shows).smallest(row)


async def test_no_more_is_played_for_it_than_was_agreed() -> None:
    tries = []

    async def shows(row: Sequence[Json]) -> bool:
        tries.append(len(row))
        return "a" in text_of(row[-1])

    await Shrinking(shows, work=50).smallest([said(1, "a" * 4000)])

    assert 5 == len(tries)
