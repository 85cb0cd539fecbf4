"""Which version of the program this is."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_NAME = "telegram-audio-downloader"


def own_version(root: Path = Path(__file__).parents[1]) -> str:
    """Read it beside the code in a checkout, which is not installed, else where it is."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])
    except OSError:
        pass
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "unknown"
