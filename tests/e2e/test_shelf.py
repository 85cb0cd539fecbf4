"""The library in the chat: what was downloaded is found, played, liked and kept in lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.botapi.dialogs import Message
from sandbox.stage import Stage
from tests.e2e.journey import Journey, hurried, running


async def downloaded(journey: Journey) -> None:
    await journey.ask("/download @jazz 10")
    await journey.shows("✅", "10 downloaded")


def now(journey: Journey, message: Message) -> Message:
    return journey.person.dialog.messages[message.id]


@pytest.mark.usefixtures("jazz")
async def test_what_was_downloaded_is_found_and_played(journey: Journey) -> None:
    await downloaded(journey)
    shelf = await journey.ask("/search tune 7")
    await journey.person.press(shelf, "1")
    track = await journey.until(lambda one: one.media is not None)

    assert shelf.text.startswith("1. Trio – Tune 7 ")
    assert track.document is not None
    assert ("Tune 7", "Trio") == (track.document.title, track.document.performer)
    assert "https://t.me/jazz/7" == track.button("Source").value


@pytest.mark.usefixtures("jazz")
async def test_a_track_is_liked_put_into_a_new_list_and_found_in_both(journey: Journey) -> None:
    await downloaded(journey)
    await journey.person.press(await journey.ask("/search tune 5"), "1")
    track = await journey.until(lambda one: one.media is not None)
    await journey.person.press(track, "Like")
    await journey.person.press(track, "＋ List")
    question = await journey.shows("➕")
    journey.person.send("Morning", reply_to=question)
    await journey.shows("✓ Trio – Tune 5 is in “Morning”.")
    journey.person.send("/favorites")
    favorites = await journey.shows("Favorites")
    journey.person.send("/playlist mor")
    morning = await journey.shows("Morning · 1 track")

    assert "1. Trio – Tune 5 " in favorites.text
    assert "1. Trio – Tune 5 " in morning.text


@pytest.mark.usefixtures("jazz", "account")
async def test_a_shelf_is_turned_after_a_restart(stage: Stage, data: Path, music: Path) -> None:
    person = stage.botapi.person(stage.owner, stage.bot)
    async with running(stage, data, music, clock=hurried()):
        person.send("/download @jazz 10")
        await person.until(lambda one: "10 downloaded" in one.text)
        person.send("/search tune")
        shelf = await person.until(lambda one: "▶" in one.buttons)
    async with running(stage, data, music, clock=hurried()):
        answer = await person.press(shelf, "▶")

    assert "" == answer.text
    assert person.dialog.messages[shelf.id].text.startswith("9. Trio – Tune ")
