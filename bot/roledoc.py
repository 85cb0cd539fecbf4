"""Writes what docs/roles.md tells of the registry: `python -m bot.roledoc` prints it."""

from __future__ import annotations

import sys
from collections import defaultdict

from bot.permissions import RANKS, Permission, may
from bot.routes import ALONE, COMMANDS


def table() -> str:
    """Return a line for each permission: its commands, and which roles have it."""
    commands: dict[Permission, list[str]] = defaultdict(list)
    for names, (_, permission) in COMMANDS.items():
        commands[permission].append(f"`/{names[0]}`")
    for name, (_, permission) in ALONE.items():
        commands[permission].append(f"`/{name}` alone")
    head = ["To", "By", *(role.value for role in RANKS), "stranger"]
    rows = [[one.value, " ".join(commands[one]), *_marks(one), "–"] for one in Permission]
    return "\n".join(map(_line, (head, ["---"] * len(head), *rows)))


def _marks(permission: Permission) -> list[str]:
    return ["✓" if may(role, permission) else "–" for role in RANKS]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
