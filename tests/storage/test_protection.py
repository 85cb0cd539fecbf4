from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from storage.models import Chat, ChatKind, Sameness, Track
from storage.store import Store
from tests.local_files import local_file
from tests.storage.test_retentions import saved
from tests.storage.values import JAZZ, NOW, an_audio, claimed, running_job

VAULT = replace(JAZZ, title="Vault FM", is_protected=True)
ROCK = Chat(-1002, "Rock", "rock", ChatKind.CHANNEL)


async def posted_too(store: Store, track: Track) -> None:
    """Let a posting in @rock be known to carry a track."""
    await running_job(store, an_audio(3, chat_id=ROCK.id))
    await store.catalog.link(await claimed(store), track, Sameness.FILE)


async def test_f15_what_came_out_of_a_protected_chat_only_is_protected(store: Store) -> None:
    track = await saved(store)
    before = await store.protection.among([track.id])
    await store.chats.save(VAULT)

    assert {} == before
    assert {track.id: "Vault FM"} == await store.protection.among([track.id, 99])
    assert {} == await store.protection.among([])


async def test_f15_what_was_posted_elsewhere_as_well_is_free(store: Store) -> None:
    track = await saved(store)
    await store.chats.save(VAULT)
    await posted_too(store, track)

    assert {} == await store.protection.among([track.id])


async def test_f15_what_people_have_brought_themselves_is_theirs(store: Store) -> None:
    file = local_file(PurePosixPath("own.mp3"), 1000, "ab" * 32)
    [number] = await store.imports.add([file], NOW)
    [track] = await store.catalog.many([number])
    await posted_too(store, track)
    await store.chats.save(replace(ROCK, is_protected=True))

    assert {} == await store.protection.among([track.id])
