from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.verbs.checks import Finding, Mark
from bot.verbs.databases import databases
from downloader.clock import Clock
from downloader.lookup.services import Service, Services
from storage.description import Reach
from tests.downloader.lookup.databases import WRONG_KEY, Databases, Said

WRONG_PRINT = {"status": "error", "error": {"code": 3, "message": "invalid fingerprint"}}


@pytest.fixture
async def world() -> AsyncIterator[Databases]:
    async with Databases().open() as world:
        yield world


def wanting(key: str | None = None, reach: Reach = Reach.MISSING) -> Settings:
    values: dict[str, Any] = {"lookups": reach, "lookup_contact": "me@example.org"}
    secret = SecretStr(key) if key else None
    return Settings.model_construct(**values, acoustid_key=secret)


async def found(settings: Settings, services: Services) -> list[Finding]:
    async def at_once(_seconds: float) -> None:
        pass

    return [one async for one in databases(settings, Clock(sleep=at_once), services)]


async def test_nobody_is_asked_where_nothing_is_looked_up(world: Databases) -> None:
    assert [] == await found(wanting(reach=Reach.OFF), world.services)
    assert [] == world.asked


async def test_musicbrainz_is_asked_once_and_by_name(world: Databases) -> None:
    world.say("/ws/2/genre/all", {"genres": []})
    [one] = await found(wanting(), world.services)

    assert ("MusicBrainz", "answers") == (one.what, one.hint)
    [asked] = world.asked
    assert "me@example.org" in asked.headers["User-Agent"]


async def test_a_database_that_is_away_is_only_a_warning() -> None:
    nowhere = Services(*(Service("http://127.0.0.1:1") for _ in range(3)))
    away = await found(wanting("key"), nowhere)

    assert ["MusicBrainz", "AcoustID"] == [one.what for one in away]
    assert {Mark.WARNING} == {one.mark for one in away}
    assert all("cannot be asked" in one.hint for one in away)


@pytest.mark.parametrize(
    ("answer", "mark"), [(WRONG_KEY, Mark.WRONG), (WRONG_PRINT, Mark.FINE)], ids=str
)
async def test_a_key_that_acoustid_refuses_is_told(
    world: Databases, answer: dict[str, Any], mark: Mark
) -> None:
    world.say("/v2/lookup", Said(json.dumps(answer).encode(), status=400))
    _, one = await found(wanting("key"), world.services)

    assert mark is one.mark
    assert ["key"] == [form["client"] for form in world.forms if form]
