"""Tracks that a watch brought, with what is to be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from storage.action import Action
from storage.models import ItemState, JobState, Origin, Request, Track
from storage.store import Store
from storage.watch import Rhythm, Rules
from tests.downloader.scripted import JAZZ, START, song

ME = Origin(person_id=7, chat_id=70)
WATCH = 1


async def brought(
    store: Store, *numbers: int, actions: Sequence[Action], person: Origin = ME
) -> list[Track]:
    """Store tracks as if they had just been fetched for the first watch there is."""
    rules = Rules(Rhythm(is_live=True), actions=tuple(actions))
    if await store.watches.get(WATCH) is None:
        await store.watches.add("@jazz", rules, person, START, chat=JAZZ)
    request = Request("@jazz", 10, watch=WATCH, actions=tuple(actions))
    job = await store.jobs.add(request, person, START)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.items.add(job.id, [song(number) for number in numbers])
    await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)
    tracks = []
    for item in await store.items.of_job(job.id):
        for state in (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING):
            await store.items.move(item.id, state)
        track = await store.catalog.save(
            item,
            path=PurePosixPath(f"Jazz/{item.message_id}.mp3"),
            size=1000,
            mime="audio/mpeg",
            sha256_source="ab" * 32,
            sha256="cd" * 32,
            now=START,
        )
        tracks.append(track)
    return tracks
