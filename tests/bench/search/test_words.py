from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from bench.search.words import SIZES, Script, Vocabulary
from storage.search.folding import fold


@pytest.mark.parametrize("script", Script)
def test_the_words_of_a_vocabulary_differ(script: Script) -> None:
    words = Vocabulary(script, Random(1)).words

    assert SIZES[script] == len(words) == len(set(words))


def test_the_first_word_is_drawn_most_often_but_not_half_of_the_time() -> None:
    vocabulary = Vocabulary(Script.GREEK, Random(1))
    drawn = list(islice(vocabulary.draw(Random(2)), 10_000))

    first = drawn.count(vocabulary.words[0])
    assert drawn.count(vocabulary.words[50]) < first < 1000


def test_some_words_are_one_ending_away_from_another() -> None:
    words = set(Vocabulary(Script.LATIN, Random(1)).words)

    assert sum(f"{word}s" in words for word in words) > 100


def test_accents_are_in_words_that_are_folded_to_what_people_type() -> None:
    words = Vocabulary(Script.ACCENTED, Random(1)).words

    assert sum(not word.isascii() for word in words) > len(words) / 2
    assert all(fold(word).isascii() for word in words)
