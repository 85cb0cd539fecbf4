from __future__ import annotations

import json
from pathlib import PurePosixPath

from bot.verbs import moves
from downloader.arrangement import Arrangement, Step
from downloader.refiling import Outcome, Refiled


def arranged(count: int, collisions: int = 0) -> Arrangement:
    steps = [
        Step(number, PurePosixPath(f"in/{number}.mp3"), PurePosixPath(f"Band/{number}.mp3"))
        for number in range(1, count + 1)
    ]
    return Arrangement(steps, 3, collisions)


def test_a_preview_tells_how_much_moves_and_the_first_of_it() -> None:
    assert [
        "1 of 4 files would move.",
        "1 of them with a number, because the name is taken.",
        "",
        "  in/1.mp3",
        "→ Band/1.mp3",
    ] == moves.preview(arranged(1, 1))
    assert "And 5 more; `tad library preview --json` names all." == moves.preview(arranged(25))[-1]


def test_where_nothing_moves_that_is_said() -> None:
    said = ["3 files: every one lies where the templates want it."]

    assert said == moves.preview(arranged(0)) == moves.nothing(arranged(0))
    assert ["Nothing was moved."] == moves.nothing(arranged(1))


def test_scripts_are_told_every_move() -> None:
    assert {
        "moving": 1,
        "staying": 3,
        "collisions": 0,
        "moves": [{"track": 1, "from": "in/1.mp3", "to": "Band/1.mp3"}],
    } == json.loads(moves.as_json(arranged(1)))


def test_a_report_names_what_is_not_where_it_should_be() -> None:
    outcome = Outcome()
    for step, refiled in zip(
        arranged(3).steps, (Refiled.MOVED, Refiled.VANISHED, Refiled.STUCK), strict=True
    ):
        outcome.add(step, refiled)

    assert [
        "1 file moved, 2 not.",
        "",
        "These are not there any more:",
        "  in/2.mp3",
        "",
        "These cannot be moved; give the user that runs this the right to:",
        "  in/3.mp3",
    ] == moves.report(outcome)
    assert moves.so_far(outcome, 4).endswith("75 % · 3 of 4 files")
    assert "Move 3 files?" == moves.question(arranged(3))
