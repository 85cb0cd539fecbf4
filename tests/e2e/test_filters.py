"""Downloads of what fits a query, from the message to the library."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.world import Chat, World
from storage.models import JobState, Reason
from tests.e2e.journey import Journey

ARTISTS = ("Trio", "Quartet")
FORMATS = (Format.MP3, Format.FLAC)


@pytest.fixture
def mixed(world: World) -> Chat:
    """Twelve tunes: each second one by the quartet, each third one live, FLAC from the ninth on."""
    chat = world.add_chat("Mixed", username="mixed")
    for number in range(1, 13):
        title = f"Tune {number}" + " (Live)" * (number % 3 == 0)
        artist, kind = ARTISTS[number % 2 == 0], FORMATS[number >= 9]
        document = world.add_document(
            body=kind.file(Melody(number, 1), Tags(title, artist)),
            name=f"{number}.{kind.extension}",
            title=title,
            performer=artist,
            duration=timedelta(seconds=60 * number),
        )
        world.post(chat, "", document, quiet=True)
    return chat


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 live", ["12", "6", "9"]),
        ("3 -live artist:trio", ["11", "5", "7"]),
        ("1000 duration > 9m or title:1", ["1", "10", "11", "12"]),
        ("1000 format:flac lossless -(live or quartet)", ["11"]),
        ('2 from oldest "tune 3" or by:quartet', ["2", "3"]),
    ],
)
async def test_as_many_come_as_fit(
    journey: Journey, mixed: Chat, words: str, expected: list[str]
) -> None:
    await journey.ask(f"/download @mixed {words}")
    await journey.shows("✅")
    numbers = sorted(path.split("Tune ")[1].split(".")[0].split()[0] for path in journey.files())

    assert expected == numbers


async def test_the_board_says_when_nothing_fits(journey: Journey, mixed: Chat) -> None:
    await journey.ask("/download @mixed 5 duration>3h")
    await journey.shows("No audio fits these dates, numbers or words")
    job = await journey.job()

    assert (JobState.FAILED, Reason.NOTHING_MATCHES) == (job.state, job.reason)
    assert {} == journey.files()


async def test_a_filter_that_cannot_be_read_is_pointed_at(journey: Journey, mixed: Chat) -> None:
    answer = await journey.ask("/download @mixed 5 artst:trio live")

    assert answer.text.startswith("“artst:trio live”: I do not know “artst”.")
    assert {} == journey.files()
