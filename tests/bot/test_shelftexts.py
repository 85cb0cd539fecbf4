from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot import shelftexts
from bot.characters import columns
from bot.faces import bare
from storage.query.parser import parse
from tests.bot.library import a_track


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "3. Trio – Tune 1 <i>3:45</i>"),
        ({"format": "flac"}, "3. Trio – Tune 1 <i>3:45 · FLAC</i>"),
        ({"performer": ""}, "3. Tune 1 <i>3:45</i>"),
        ({"title": "", "performer": ""}, "3. 1 <i>3:45</i>"),
        ({"title": "", "performer": "", "name": ""}, "3. track 1 <i>3:45</i>"),
        ({"duration": timedelta(0)}, "3. Trio – Tune 1"),
        ({"duration": timedelta(0), "format": "wav"}, "3. Trio – Tune 1 <i>WAV</i>"),
        ({"title": "<i>&", "performer": "a\u202eb\n"}, "3. ab – &lt;i&gt;&amp; <i>3:45</i>"),
    ],
)
def test_a_line_tells_what_is_known(changes: dict[str, Any], line: str) -> None:
    assert line == shelftexts.line(3, a_track(**changes))


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (8, {"performer": "The Academy of Ancient Music", "title": "Symphony No. 41: IV. Finale"}),
        (120, {"performer": "x" * 90, "title": "y" * 90, "format": "flac"}),
        (8, {"performer": "", "title": "花様年華" * 9}),
        (30, {"performer": "👩\u200d🎤" * 30, "duration": timedelta(hours=30)}),
    ],
)
def test_a_line_is_short_enough_for_a_phone(number: int, changes: dict[str, Any]) -> None:
    assert columns(bare(shelftexts.line(number, a_track(**changes)))) <= 50


def test_a_long_title_keeps_its_end_and_most_of_the_room() -> None:
    track = a_track(performer="The Academy of Ancient Music", title="Symphony No. 41: IV. Finale")

    assert "8. The Academy… – Symphony No. 41:…. Finale <i>3:45</i>" == shelftexts.line(8, track)


def test_a_long_name_is_cut() -> None:
    assert len(shelftexts.name(a_track(title="x" * 500))) <= 60


def test_every_example_of_a_search_is_understood() -> None:
    examples = re.findall(r"<code>/search ([^<]*)</code>", shelftexts.SEARCH)

    assert 3 == len(examples)
    assert all(parse(example.replace("&gt;", ">")).node for example in examples)


def test_what_was_typed_is_quoted_safely() -> None:
    said = "<b>" + "x" * 100
    told = [
        shelftexts.nothing(said, can_be_fetched=True),
        shelftexts.instead(said, said),
        shelftexts.no_list(said),
    ]

    assert all("<b>" not in one for one in told)
    assert all(len(one) < 300 for one in told)


def test_a_list_says_how_many_tracks_it_has() -> None:
    assert "<b>A &amp; B</b> · 1 track" == shelftexts.of_list("A & B", 1)
    assert "<b>A</b> · 0 tracks" == shelftexts.of_list("A", 0)


def test_what_is_left_out_of_an_export_is_told_where_there_is_any() -> None:
    assert "" == shelftexts.left_out(0)
    assert "Left out 1 track without a file." == shelftexts.left_out(1)


def test_of_many_lists_the_menu_says_how_to_open_the_others() -> None:
    assert "<b>Your lists</b>" == shelftexts.menu(2, 2)
    assert shelftexts.menu(0, 0).startswith("You have no lists yet.")
    assert "the 40 newest of 41" in shelftexts.menu(40, 41)
