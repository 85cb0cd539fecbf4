"""Says what would move in the library, how far that is, and what came of it. Pure."""

from __future__ import annotations

import json

from bot import texts
from bot.characters import cleaned
from bot.texts import files
from downloader.arrangement import Arrangement
from downloader.refiling import Outcome, Refiled

STOPPED = "Stopped. What was moved is in its place; the same command goes on from there."
_SHOWN = 20
_HEADINGS = {
    Refiled.VANISHED: "These are not there any more:",
    Refiled.STUCK: "These cannot be moved; give the user that runs this the right to:",
}


def preview(arrangement: Arrangement) -> list[str]:
    """Tell how much would move, and the first of it."""
    steps = arrangement.steps
    if not steps:
        return nothing(arrangement)
    lines = [f"{_of_all(arrangement)} would move."]
    if arrangement.collisions:
        lines.append(f"{arrangement.collisions} of them with a number, because the name is taken.")
    for step in steps[:_SHOWN]:
        old, new = cleaned(str(step.from_path)), cleaned(str(step.to_path))
        lines += ["", f"  {old}", f"→ {new}"]
    if len(steps) > _SHOWN:
        lines += ["", f"And {len(steps) - _SHOWN} more; `tad library preview --json` names all."]
    return lines


def nothing(arrangement: Arrangement) -> list[str]:
    if arrangement.steps:
        return ["Nothing was moved."]
    return [f"{files(arrangement.staying)}: every one lies where the templates want it."]


def question(arrangement: Arrangement) -> str:
    return f"Move {files(len(arrangement.steps))}?"


def as_json(arrangement: Arrangement) -> str:
    said = {
        "moving": len(arrangement.steps),
        "staying": arrangement.staying,
        "collisions": arrangement.collisions,
        "moves": [
            {"track": step.track_id, "from": str(step.from_path), "to": str(step.to_path)}
            for step in arrangement.steps
        ],
    }
    return json.dumps(said, ensure_ascii=False)


def so_far(outcome: Outcome, total: int) -> str:
    return f"{texts.bar(outcome.files / total)} · {outcome.files} of {files(total)}"


def report(outcome: Outcome) -> list[str]:
    """Say what came of it, and name the files that are not where they should be."""
    stayed = outcome.files - outcome.counts[Refiled.MOVED]
    lines = [f"{files(outcome.counts[Refiled.MOVED])} moved, {stayed} not."]
    for refiled, heading in _HEADINGS.items():
        named = [path for path, its in outcome.troubles.items() if its is refiled]
        if named:
            lines += ["", heading]
            lines += [f"  {cleaned(str(path))}" for path in named]
    return lines


def _of_all(arrangement: Arrangement) -> str:
    moving = len(arrangement.steps)
    return f"{moving} of {files(moving + arrangement.staying)}"
