from __future__ import annotations

import pytest

from bot import edittexts
from bot.editing import Mistake, Wrong
from bot.faces import bare
from storage.description import Provenance
from storage.sound import Flaw, Grade
from tests.bot.library import a_track


def test_each_field_tells_what_it_says_and_why() -> None:
    track = a_track(
        title="A <b>", track_number=3, track_total=12, date="1959-08-17", is_compilation=True,
        provenance={"title": Provenance.CAPTION, "track_total": Provenance.TAGS},
    )  # fmt: skip
    lines = bare(edittexts.label("x", track)).splitlines()

    assert "title: A <b> – from the caption" in lines
    assert "track: 3/12 – from its tags" in lines
    assert "year: 1959-08-17" in lines
    assert "compilation: yes" in lines
    assert "genre: " in lines


@pytest.mark.parametrize(
    ("grade", "flaws", "words"),
    [
        (None, set(), "Nobody has listened to it yet: 256 kb/s mp3."),
        (Grade.GOOD, set(), "Good: 256 kb/s mp3."),
        (Grade.BROKEN, {Flaw.TRUNCATED}, "Broken: 256 kb/s mp3; it ends early."),
    ],
)
def test_how_good_a_file_is_comes_with_the_reason(
    grade: Grade | None, flaws: set[Flaw], words: str
) -> None:
    track = a_track(grade=grade, flaws=frozenset(flaws), bitrate=256_000, codec="mp3")

    assert words == edittexts.sound(track)


@pytest.mark.parametrize("provenance", Provenance)
def test_every_provenance_has_words(provenance: Provenance) -> None:
    track = a_track(provenance={"title": provenance})

    assert "title: Tune 1</code> – <i>" in edittexts.label("x", track)


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_words(flaw: Flaw) -> None:
    track = a_track(grade=Grade.POOR, flaws=frozenset({flaw}))

    assert "; " in edittexts.sound(track)


@pytest.mark.parametrize("wrong", Wrong)
def test_every_mistake_is_told_in_a_line_that_shows_what_is_meant(wrong: Wrong) -> None:
    told = edittexts.mistakes([Mistake(wrong, "<x>", "track")])

    assert 2 == len(told.splitlines())
    assert "track" in told or "&lt;x&gt;" in told


def test_of_many_mistakes_each_is_told_once_and_of_very_many_the_first() -> None:
    same = [Mistake(Wrong.UNKNOWN_FIELD, "https", "") for _ in range(80)]
    many = [Mistake(Wrong.UNKNOWN_FIELD, f"field {number}", "") for number in range(8)]

    assert 2 == len(edittexts.mistakes(same).splitlines())
    assert ["And 3 more.", "I have changed nothing."] == edittexts.mistakes(many).splitlines()[-2:]
