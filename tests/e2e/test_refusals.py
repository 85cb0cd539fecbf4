from __future__ import annotations

import pytest

from sandbox.botapi.server import BotApi
from sandbox.stage import Stage
from sandbox.world import Chat, World
from storage.models import JobState, Reason
from tests.e2e.journey import Journey, add_jazz


async def refused(journey: Journey, line: str, *words: str) -> None:
    """See that the job fails, is told in these words, and leaves nothing behind."""
    await journey.ask(line)
    await journey.shows("❌", *words)

    assert {} == journey.files()
    assert JobState.FAILED is (await journey.job()).state


async def test_f14_a_chat_that_does_not_exist_is_told_in_words(journey: Journey) -> None:
    await refused(journey, "/download @nowhere 10", "no such chat", "spelling")
    assert Reason.CHAT_NOT_FOUND is (await journey.job()).reason


async def test_f13_a_private_chat_is_told_with_what_to_do(journey: Journey, world: World) -> None:
    add_jazz(world).private = True
    await refused(journey, "/download @jazz 10", "private", "Join")


async def test_a_private_chat_known_only_by_its_number_is_told(
    journey: Journey, world: World
) -> None:
    closed = add_jazz(world)
    closed.username, closed.private = None, True
    await refused(journey, f"https://t.me/c/{closed.id}/1", "try again")


async def test_an_empty_chat_is_told(journey: Journey, world: World) -> None:
    world.add_chat("Silence", username="silence")
    await refused(journey, "/download @silence 10", "no audio")


async def test_a_chat_without_audio_is_told(journey: Journey, world: World) -> None:
    poems = world.add_chat("Poems", username="poems")
    world.post(poems, "The sea, the sea", quiet=True)
    await refused(journey, "/download @poems 10", "no audio")


async def test_a_person_is_no_chat(journey: Journey) -> None:
    await refused(journey, "/download @bob_the_stranger 10", "no such chat")


@pytest.mark.usefixtures("jazz")
async def test_filters_that_fit_nothing_are_told(journey: Journey) -> None:
    await refused(journey, "/download @jazz 10 until:2014-01-01", "fits")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("/download", "Example"),
        ("/download @jazz -1", "1 to"),
        ("/download @jazz ٣", "1 to"),
        ("/download @jazz 1e9", "1 to"),
        ("/download " + "x" * 4000, "not a chat or a link"),
        ("https://t.me/+AbCdEfGhIjK", "invitation"),
        ("http://169.254.169.254/latest", "only understand Telegram links"),
        ("https://t.mе/jazz/1", "looks like"),
        ("https://ann:secret@t.me/jazz/1", "password"),
        ("https://t.me/jazz/999999999999999999999", "not a message number"),
        ("https://t.me/jazz/0", "not a message number"),
        ("what?", "t.me link"),
        ("/dance", "do not know this command"),
    ],
)
async def test_what_cannot_be_understood_gets_one_clear_line_and_no_job(
    journey: Journey, line: str, word: str
) -> None:
    answer = await journey.ask(line)

    assert word in answer.text
    assert [] == await journey.app.store.jobs.every()


@pytest.mark.usefixtures("app", "jazz")
async def test_a_stranger_gets_one_line_and_starts_nothing(journey: Journey) -> None:
    bob = journey.stage.botapi.person(journey.cast.stranger, journey.stage.bot)
    bob.send("/start")
    answer = await bob.reply()
    bob.send("/download @jazz 10")
    await journey.ask("/status")  # handled after it

    assert "private bot" in answer.text
    assert [] == await journey.app.store.jobs.every()


async def test_titles_made_of_markup_are_shown_as_text(journey: Journey, world: World) -> None:
    evil = add_jazz(world, 1)
    evil.title = "<script>alert(1)</script> & <b>"
    await journey.ask("/download @jazz 1")
    await journey.shows("✅", "<script>alert(1)</script> & <b>")


async def test_the_bot_asks_nothing_that_the_server_does_not_know(
    journey: Journey, botapi: BotApi, jazz: Chat, stage: Stage
) -> None:
    await journey.ask("/start")
    await journey.ask("/help")
    await journey.ask("/download @jazz 3")
    await journey.shows("3 downloaded")

    assert [] == botapi.unknown_methods
    assert [] == stage.cluster.unknown_methods
