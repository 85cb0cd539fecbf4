"""Values for the tests of storage, plain unless told otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from storage.models import (
    Audio,
    Chat,
    ChatKind,
    Item,
    ItemState,
    Job,
    JobState,
    LocalFile,
    Origin,
    Request,
)
from storage.store import Store
from tests.local_files import local_file, told

NOW = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWNER = Origin(person_id=7, chat_id=70)
JAZZ = Chat(-1001, "Jazz", "jazz", ChatKind.CHANNEL)

_AUDIO = Audio(
    chat_id=JAZZ.id,
    message_id=1,
    document_id=501,
    title="So What",
    performer="Miles Davis",
    duration=timedelta(seconds=545),
    size=1000,
    name="so_what.mp3",
    mime="audio/mpeg",
    posted_at=NOW - timedelta(days=1),
)


def an_audio(message_id: int = 1, **changes: Any) -> Audio:
    """Return the audio of a posting; its document is numbered 500 and the message id."""
    own = {"message_id": message_id, "document_id": 500 + message_id}
    return replace(_AUDIO, **{**own, **changes})


async def running_job(store: Store, *found: Audio, **request: Any) -> Job:
    """Store a job with these audios, planned and running."""
    job = await store.jobs.add(Request("@jazz", 10, **request), OWNER, NOW)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.items.add(job.id, found)
    return await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)


async def claimed(store: Store) -> Item:
    claim = await store.items.claim(NOW)
    assert claim is not None
    return claim.item


async def publishing(store: Store) -> Item:
    """Claim the next item and bring it to the point where its file gets a name."""
    item = await claimed(store)
    await store.items.move(item.id, ItemState.CHECKING)
    return await store.items.move(item.id, ItemState.PUBLISHING)


def a_file(title: str = "So What", artist: str = "Miles Davis", **changes: Any) -> LocalFile:
    """Return a file that lies in the library, named by its artist and title."""
    path = PurePosixPath(artist or "unknown") / f"{title}.mp3"
    known = {"title": title, "artist": artist, **changes}
    return told(local_file(path, 1000, "ab" * 32), **known)
