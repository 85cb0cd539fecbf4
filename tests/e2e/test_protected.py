"""Tracks of chats whose owners do not want their posts passed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import deeplinks
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import Chat, World
from tests.e2e.journey import Journey, add_jazz, documents, hurried, running


@pytest.fixture
def jazz(world: World) -> Chat:
    jazz = add_jazz(world, 1)
    jazz.protected = True
    return jazz


async def play(journey: Journey) -> Message:
    [track] = await journey.app.store.catalog.every()
    journey.person.send(f"/start {deeplinks.track(track.id)}")
    return await journey.person.until(lambda one: one.sender is journey.person.bot)


@pytest.mark.usefixtures("account")
async def test_f15_they_are_fetched_but_sent_only_by_who_says_that_he_may(
    stage: Stage, cast: Cast, data: Path, music: Path, person: Person, jazz: Chat
) -> None:
    async with running(stage, data, music, clock=hurried()) as app:
        journey = Journey(stage, cast, data, music, person, app)
        await journey.ask("/download @jazz 1")
        await journey.shows("✅")
        refused = await play(journey)
    async with running(stage, data, music, clock=hurried(), send_protected="true") as app:
        sent = await play(Journey(stage, cast, data, music, person, app))

    assert refused.document is None
    assert "comes from “Jazz”" in refused.text
    assert "SEND_PROTECTED=true" in refused.text
    assert sent.document is not None
    assert documents(jazz)[0].digest() == sent.document.digest()
