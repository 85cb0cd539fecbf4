from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.imports import Imports
from storage.search.index import leave
from storage.search.spelling import LONGEST, Term, corrections, forms, is_kept, known
from tests.storage.values import NOW, a_file


async def learn(database: Database, *titles: str) -> None:
    await Imports(database).add([a_file(title, "") for title in titles], NOW)


async def corrected(database: Database, word: str) -> list[str]:
    return [term.text for term in await terms(database, word)]


async def terms(database: Database, word: str) -> list[Term]:
    return await database.errands.run(lambda connection: corrections(connection.cursor(), word))


@pytest.mark.parametrize(
    "typed", ["metalica", "metalllica", "metallicu", "metallcia", "emtallica", "etallica"]
)
async def test_one_wrong_letter_is_forgiven(database: Database, typed: str) -> None:
    await learn(database, "Metallica", "Slayer")

    assert await corrected(database, typed) == ["metallica"]


async def test_two_wrong_letters_short_words_and_numbers_are_not(database: Database) -> None:
    await learn(database, "Metallica", "one", "1984")

    assert await corrected(database, "metalico") == []
    assert await corrected(database, "ono") == []
    assert await corrected(database, "1985") == []
    assert await corrected(database, "metallica") == []


async def test_row83_a_word_that_nobody_would_type_is_kept_without_what_may_be_meant_by_it(
    database: Database,
) -> None:
    """Its forms would be as many as its letters, each as long as itself."""
    await learn(database, "a" * LONGEST, "b" * (LONGEST + 1), "c" * 100_000)

    assert await corrected(database, "a" * (LONGEST - 1)) == ["a" * LONGEST]
    assert await corrected(database, "b" * LONGEST) == []
    assert not is_kept("c" * 100_000)


async def test_the_first_letter_is_trusted_and_then_what_many_tracks_have(
    database: Database,
) -> None:
    await learn(database, "bite", "site", "site two", "side", "side b", "side c")

    assert await corrected(database, "sine") == ["side", "site"]
    assert await corrected(database, "sits") == ["site"]


async def test_a_word_that_no_track_has_any_more_is_no_word(database: Database) -> None:
    await learn(database, "Metallica", "Slayer")
    async with database.write() as connection:
        await leave(connection, [1])

    assert await corrected(database, "metalica") == []
    found = await database.errands.run(
        lambda connection: known(connection.cursor(), ["metallica", "slayer"])
    )
    assert found == {"slayer": 1}


@given(st.text(min_size=1, max_size=12), st.data())
def test_a_word_shares_a_form_with_what_it_is_with_a_letter_less(
    word: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(word) - 1))

    assert set(forms(word)) & set(forms(word[:place] + word[place + 1 :]))
