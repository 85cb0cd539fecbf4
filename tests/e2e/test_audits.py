"""What becomes of postings: looked at through an outage, edited, deleted, forwarded, damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.app import App
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import Chat, Document, World
from storage.models import ItemState
from storage.stretch import Stretch
from tests.e2e.journey import PATIENCE, Journey, add_jazz, files_below, hurried, running
from tests.e2e.test_watches import is_listening, post, press


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not await is_so():  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.02)


async def follow_live(journey: Journey, jazz: Chat) -> None:
    jazz.members.add(journey.cast.owner.id)
    await journey.ask("/watch @jazz live backfill 2")
    await press(journey, "Follow it")
    await journey.shows("Jazz", "2 downloaded")
    while not is_listening(journey.stage):  # noqa: ASYNC110  # no event tells
        await asyncio.sleep(0.01)


def tune(world: World, number: int) -> Document:
    return world.add_document(body=b"ID3" + bytes([number]) * 5000, name=f"other{number}.mp3")


@pytest.mark.usefixtures("account")
async def test_what_was_posted_in_an_outage_comes_by_itself_and_leaves_no_gap(
    stage: Stage, person: Person, cast: Cast, world: World, data: Path, music: Path
) -> None:
    jazz = add_jazz(world, 2)
    jazz.members.add(cast.owner.id)
    async with running(stage, data, music, clock=hurried()):
        person.send("/watch @jazz live")
        shown = await person.until(lambda one: "Follow it" in one.buttons, within=PATIENCE)
        await person.press(shown, "Follow it")
    album = world.new_album()
    for number in (3, 4, 5):
        post(world, jazz, number)
        jazz.posts[number].album = album
    world.delete(jazz, jazz.posts[4], quiet=True)
    async with running(stage, data, music, clock=hurried()) as app:
        await until(lambda: _saved(app, 2))
        while not is_listening(stage):  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.01)
        post(world, jazz, 6, quiet=False)
        await until(lambda: _saved(app, 3))
        stretches = await app.store.stretches.of(jazz.marked_id)
        items = await app.store.items.every()

    assert [Stretch(3, 6)] == stretches
    assert [3, 5, 6] == sorted(one.message_id for one in items if one.state is ItemState.SAVED)
    assert 3 == len(files_below(music))


async def _saved(app: App, count: int) -> bool:
    return len(await app.store.catalog.every()) == count


async def test_what_is_edited_or_deleted_while_it_is_followed_is_noticed(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 2)
    await follow_live(journey, jazz)
    fates = journey.app.store.fates
    world.delete(jazz, jazz.posts[1])

    async def is_gone() -> bool:
        fate = await fates.of(jazz.marked_id, 1)
        return fate is not None and fate.gone_at is not None

    await until(is_gone)
    world.edit(jazz, jazz.posts[2], document=tune(world, 9))
    await until(lambda: _saved(journey.app, 3))
    jobs = await journey.app.store.jobs.every()
    journey.person.send("/why https://t.me/jazz/1")
    await journey.shows("The message is not in the chat any more; the file stays.")

    assert (2,) == jobs[-1].request.message_ids
    assert 3 == len(journey.files())


async def test_where_a_posting_was_forwarded_from_is_told(journey: Journey, world: World) -> None:
    jazz = add_jazz(world, 1)
    blues = world.add_chat("Blues", username="blues")
    world.post(blues, "", tune(world, 1), quiet=True)
    world.forward(jazz, blues, blues.posts[1], quiet=True)
    await journey.ask("/download @jazz 2")
    await journey.shows("Jazz", "2 downloaded")
    told = await journey.ask("/why https://t.me/jazz/2")

    assert "It was forwarded from Blues." in told.text


async def test_an_audit_finds_what_is_not_whole_and_fetches_it(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 4)
    await journey.ask("/download @jazz 3")
    await journey.shows("Jazz", "3 downloaded")
    before = journey.files()
    missing, damaged = sorted(before)[:2]
    (journey.music / missing).unlink()
    (journey.music / damaged).write_bytes(b"")
    world.delete(jazz, jazz.posts[1])
    await journey.ask("/audit @jazz")
    shown = await journey.shows("posted,")
    label = "Fetch what is missing (2)"
    await journey.until(lambda one: label in one.buttons)
    await journey.person.press(shown, label)
    await journey.shows("2 downloaded")

    assert "❗️ 1 missing" in shown.text
    assert "❗️ 1 damaged" in shown.text
    assert before == journey.files()
