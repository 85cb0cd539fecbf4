from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.lookups import seeker_for
from bot.settings import Settings
from sandbox.stage import Stage
from tests.bot.test_app import first_words, running, settings_of, stage  # noqa: F401 - a fixture
from tests.bot.test_settings import made
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource

WANTED = {"lookups": "missing", "lookup_contact": "me@example.org"}


def looks_up(rig: Rig, settings: Settings) -> bool:
    return bool(seeker_for(settings, rig.store, rig.engine.editor, rig.time.clock, None))


async def test_nobody_looks_anything_up_unless_that_is_wanted(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        assert not looks_up(rig, made(acoustid_key="key", fingerprints=True))
        assert looks_up(rig, made(**WANTED))


@contextmanager
def reached() -> Iterator[set[str]]:
    """Note the hosts that are connected to, and the names that are looked for."""
    hosts: set[str] = set()
    listening = True

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event == "socket.connect" and isinstance(arguments[1], tuple):
            hosts.add(str(arguments[1][0]))
        if listening and event == "socket.getaddrinfo":
            hosts.add(str(arguments[0]))

    sys.addaudithook(heard)  # there is no way to take it away
    yield hosts
    listening = False


async def test_switched_off_nobody_else_is_reached(stage: Stage, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    person = stage.botapi.person(stage.owner)
    with reached() as hosts:
        async with running(settings_of(stage, tmp_path, FINGERPRINTS="true")) as app:
            assert app.dispatcher["unsought"] is None
            await first_words(person)

    assert {"127.0.0.1"} == hosts
