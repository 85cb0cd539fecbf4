"""From a channel into any chat: fetched, found while one types, sent, and sent again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.botapi.inline import InlineResult
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import ChatKind
from tests.e2e.journey import PATIENCE, Journey, hurried, running

pytestmark = pytest.mark.usefixtures("jazz")


@pytest.fixture
def elsewhere(stage: Stage) -> Person:
    """The owner, in a chat with friends that knows no bot."""
    chat = stage.world.add_chat("Friends", ChatKind.GROUP, members=(stage.owner,))
    return stage.botapi.person(stage.owner, stage.bot, chat)


async def offered(person: Person, text: str) -> list[InlineResult]:
    """Return everything that is offered for a text, page after page."""
    answer = await person.inline(text)
    found = list(answer.results)
    while answer.next_offset:
        answer = await person.inline(text, answer.next_offset)
        found += answer.results
    return found


def uploads(journey: Journey) -> int:
    return sum(len(call.params.uploads) for call in journey.stage.botapi.calls)


async def follow(journey: Journey, link: str) -> None:
    """Press a button with a link to the bot, and then Start."""
    journey.person.send(f"/start {link.partition('?start=')[2]}")
    await journey.person.until(lambda shown: shown.is_audio)


async def test_a_track_is_found_anywhere_fetched_by_its_card_and_plays_from_then_on(
    journey: Journey, elsewhere: Person
) -> None:
    await journey.ask("/download @jazz 3 from oldest")
    await journey.shows("✅")
    [card] = await offered(elsewhere, 'title:"tune 2"')
    message = elsewhere.choose(card)
    await follow(journey, str(message.button("Get it").value))
    await follow(journey, str(message.button("Get it").value))
    [player] = await offered(elsewhere, 'title:"tune 2"')

    assert 1 == uploads(journey)
    assert ["article", "audio"] == [card.shown["type"], player.shown["type"]]
    sent = elsewhere.choose(player)
    assert sent.document is not None
    assert ("Tune 2", "Trio") == (sent.document.title, sent.document.performer)


async def test_a_file_that_was_taken_away_can_be_fetched_again(journey: Journey) -> None:
    await journey.ask("/download @jazz 1")
    await journey.shows("✅")
    [path] = journey.files()
    (journey.music / path).unlink()
    told = await journey.ask("/start t1")
    asked = await journey.ask("https://t.me/jazz/12")
    await journey.until(lambda shown: shown.id >= asked.id and "✅" in shown.text)
    assert path in journey.files()
    await follow(journey, "?start=t1")

    assert "“Trio – Tune 12” is not in the library any more" in told.text
    assert told.text.endswith("Send me https://t.me/jazz/12, and I fetch it again.")


async def test_a_stranger_is_offered_a_closed_door(journey: Journey, elsewhere: Person) -> None:
    await journey.ask("/download @jazz 1")
    await journey.shows("✅")
    eve = journey.stage.world.add_user("Eve")
    stranger = journey.stage.botapi.person(eve, journey.stage.bot, elsewhere.dialog.group)
    answer = await stranger.inline("tune")
    stranger.choose((await elsewhere.inline("tune")).results[0])

    assert () == answer.results
    assert {"text": "This is a private bot", "start_parameter": "start"} == answer.button
    assert [] == await journey.app.store.plays.last(10)


async def test_without_a_storage_chat_nothing_goes_up_by_itself(
    journey: Journey, elsewhere: Person
) -> None:
    await journey.ask("/download @jazz 12")
    await journey.shows("✅")
    kinds = [one.shown["type"] for one in await offered(elsewhere, "tune")]

    assert ["article"] * 12 == kinds
    assert 0 == uploads(journey)


@pytest.mark.usefixtures("account")
async def test_what_was_found_plays_once_the_storage_chat_has_it(
    stage: Stage, cast: Cast, data: Path, music: Path, person: Person, elsewhere: Person
) -> None:
    shed = stage.world.add_chat("Shed", private=True, members=(stage.bot,))
    keeper = stage.botapi.person(stage.owner, stage.bot, shed)
    chat = str(shed.marked_id)
    async with running(stage, data, music, clock=hurried(100), storage_chat=chat) as app:
        journey = Journey(stage, cast, data, music, person, app)
        await journey.ask("/download @jazz 3")
        await journey.shows("✅")
        before = await offered(elsewhere, "tune")
        kept = [await keeper.reply() for _ in before]
        # What Telegram knows it by is noted a moment after it was sent.
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while "audio" != (await offered(elsewhere, "tune"))[-1].shown["type"]:
                pass

        assert [True] * 3 == [message.is_audio for message in kept]
        assert 3 == uploads(journey)
