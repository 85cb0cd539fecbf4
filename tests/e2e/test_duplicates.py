"""One recording, many postings: what the library has is linked, merged, and fetched elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.faults import Rule
from sandbox.world import Chat, Document, World
from storage.models import ItemState, Reason, Sameness
from tests.e2e.journey import Journey

PART = "upload.getFile"


@pytest.fixture
def blues(world: World) -> Chat:
    return world.add_chat("Blues", username="blues")


@pytest.fixture
def soul(world: World) -> Chat:
    return world.add_chat("Soul", username="soul")


def tune(world: World, title: str, *, bare: bool = False, longer: int = 0) -> Document:
    """Upload one melody; `bare` has it without tags in its bytes, `longer` adds zeros."""
    tags = Tags() if bare else Tags("Tune", "Trio")
    body = Format.MP3.file(Melody(1, 3), tags)
    return world.add_document(
        body=body + bytes(longer),
        name="tune.mp3",
        title=title,
        performer="Trio",
        duration=timedelta(seconds=3),
    )


async def test_the_same_bytes_posted_anew_are_one_file(
    journey: Journey, world: World, blues: Chat, soul: Chat
) -> None:
    world.post(blues, "", tune(world, "Tune"), quiet=True)
    world.post(soul, "", tune(world, "Another name"), quiet=True)
    await journey.ask("/download @blues")
    await journey.shows("1 downloaded")
    await journey.ask("/download @soul")
    await journey.shows("1 already in the library")
    [item] = await journey.items(2)

    assert (ItemState.LINKED, Sameness.BYTES) == (item.state, item.detail)
    assert ["Trio/Singles/Tune.mp3"] == list(journey.files())
    told = await journey.ask("/why https://t.me/soul/1")
    assert "It has the same bytes as “Trio – Tune”" in told.text


async def test_the_best_of_one_recording_is_kept_and_the_other_comes_back(
    journey: Journey, world: World, blues: Chat
) -> None:
    world.post(blues, "", tune(world, "Tune", bare=True), quiet=True)
    world.post(blues, "", tune(world, "Tune (Official Audio)", longer=90_000), quiet=True)
    await journey.ask("/download @blues")
    await journey.shows("2 downloaded")
    before = journey.files()
    shown = await journey.ask("/duplicates")
    await journey.person.press(shown, "1: keep the best")
    await journey.shows("Nothing is there more than once.")
    kept = journey.files()
    asked = await journey.ask("/duplicates undo")
    await journey.person.press(asked, "↩ 1")
    await journey.shows("Taken back.")

    assert "1 recording more than once." in shown.text
    assert 1 == len(kept)
    assert kept.items() < before.items()
    assert before == journey.files()


async def test_f12_what_is_deleted_here_is_fetched_from_where_it_was_seen(
    journey: Journey, world: World, blues: Chat, soul: Chat
) -> None:
    document = tune(world, "Tune")
    here = world.post(blues, "", document, quiet=True)
    world.post(soul, "", document, quiet=True)
    refused = journey.stage.faults.add(Rule(PART, error=(400, "FILE_ID_INVALID"), times=None))
    await journey.ask("/download @soul")
    await journey.shows("1 failed")
    refused.times = 0

    def delete_first(_: object) -> bool:
        if here.id in blues.posts:
            world.delete(blues, here)
        return False

    journey.stage.faults.add(Rule(PART, when=delete_first))
    journey.stage.faults.add(Rule(PART, error=(400, "FILE_REFERENCE_EXPIRED")))
    await journey.ask("/download @blues")
    await journey.shows("Blues", "1 downloaded")
    [failed], [saved] = await journey.items(1), await journey.items(2)
    told = await journey.ask("/why 2")

    assert Reason.REFUSED is failed.reason
    assert ItemState.SAVED is saved.state
    assert saved.detail.endswith("/1")
    assert ["Trio/Singles/Tune.mp3"] == list(journey.files())
    assert "Nothing went wrong." in told.text
