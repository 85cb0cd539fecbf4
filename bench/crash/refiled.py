"""Moves and rewrites the files of a library, as edits do."""

from __future__ import annotations

from pathlib import Path

from bench.crash.shapes import ADDED
from downloader.refiling import Refiler
from storage.paths import Templates
from storage.store import Store
from storage.templates import parse

_TEMPLATES = Templates(*[parse("{artist}/Edited/{title}")] * 3)


async def refile(store: Store) -> None:
    """Do all of it that is not done yet."""
    refiler = Refiler(store, _TEMPLATES)
    await refiler.take_up()
    for track in await store.catalog.every():
        await refiler.refile(track.id)
        await refiler.rewrite(track.id, _write)


async def _write(copy: Path) -> None:
    body = copy.read_bytes()  # noqa: ASYNC240 - a life makes its calls in one row
    if not body.endswith(ADDED):
        copy.write_bytes(body + ADDED)  # noqa: ASYNC240
