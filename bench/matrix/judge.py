"""Compares what a run has led to with what its faults may lead to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from bench.matrix.onlooker import Onlooker
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from storage.models import AccountState, Item, ItemState, Job, JobState, Track

_AT_REST = {ItemState.SAVED, ItemState.LINKED}
# So soon after an account is lost no more is asked of it; a call or two may be on its way then.
_SOON = 1.0
# That it is lost may be said to a request for which nobody waits any more; the next file asks for
# a few parts and their hashes at once.
_UNHEARD = 4
_CANCELLED = (ItemState.CANCELLED, None)
_READY = frozenset({AccountState.READY})


async def judged(
    scene: Scene, outlook: Outlook, onlooker: Onlooker, errors: list[str]
) -> list[str]:
    """Return what is wrong, in words; nothing if all is as it should be."""
    store = scene.store
    jobs, items = await store.jobs.every(), await store.items.every()
    tracks = await store.catalog.every()
    accounts = {one.id: one.state for one in await store.accounts.all()}
    left = await store.files.parts(), await store.transfers.documents()
    return [
        *_lost(scene, outlook, jobs, items),
        *_corrupt(scene, tracks),
        *_spent(outlook, items),
        *(f"left over: {number}" for kind in left for number in sorted(kind)),
        *_wrong_notices(outlook, onlooker, struck=scene.strikes > 0),
        *_wrong_accounts(outlook, accounts),
        *(f"called: {line}" for line in scene.tape.broken_windows()[:3]),
        *_calls_of_the_lost(scene),
        *_not_shared(scene, outlook, onlooker, jobs, items),
        *scene.complaints,
        *(f"log: {line}" for line in errors if not line.startswith(tuple(outlook.logged))),
        *(f"sandbox: {crash!r}" for crash in scene.cluster.crashes),
    ]


def _lost(scene: Scene, outlook: Outlook, jobs: list[Job], items: list[Item]) -> Iterator[str]:
    if outlook.refused is not None:
        for job in jobs:
            if job.state is JobState.FAILED and job.reason is outlook.refused:
                return
    wanted = {document.id for document in scene.documents}
    for missing in wanted - {item.audio.document_id for item in items if item.audio}:
        if _is_planless(jobs, items) and _CANCELLED in outlook.allowed(missing):
            continue
        yield f"lost: no item for {missing}"
    for item in items:
        assert item.audio is not None
        document = item.audio.document_id
        allowed = outlook.allowed(document)
        if (item.state, item.reason) not in allowed:
            yield f"lost: item {item.id} is {item.state} ({item.reason}: {item.detail})"
    states = {job.state for job in jobs}
    if states - {JobState.DONE} and not outlook.ends:
        yield f"lost: jobs are {sorted(states)}"
    twice = Counter((item.job_id, item.message_id) for item in items)
    yield from (f"twice: message {key}" for key, count in twice.items() if count > 1)


def _is_planless(jobs: list[Job], items: list[Item]) -> bool:
    """Tell whether a job was cancelled before anybody knew what is in it."""
    planned = {item.job_id for item in items}
    return any(job.state is JobState.CANCELLED and job.id not in planned for job in jobs)


def _corrupt(scene: Scene, tracks: list[Track]) -> Iterator[str]:
    truth = {document.id: document.digest() for document in scene.world.documents.values()}
    files = {
        PurePosixPath(path.relative_to(scene.music)): sha256(path.read_bytes()).hexdigest()
        for path in scene.music.rglob("*")
        if path.is_file() and ".tad" not in path.parts
    }
    for track in tracks:
        assert track.document_id is not None, "nothing was imported"
        digests = {track.sha256, track.sha256_source, track.path and files.get(track.path)}
        if digests != {truth[track.document_id]}:
            yield f"corrupt: track {track.id} at {track.path}"
    named = {track.path for track in tracks}
    yield from (f"stray: {path}" for path in files.keys() - named - scene.foreign)
    yield from (f"overwritten: {path}" for path in scene.foreign & named)


def _spent(outlook: Outlook, items: list[Item]) -> Iterator[str]:
    if not outlook.tries:
        for item in items:
            if item.attempts and item.audio and item.audio.document_id not in outlook.ends:
                yield f"spent: item {item.id} used up {item.attempts} tries"


def _wrong_notices(outlook: Outlook, onlooker: Onlooker, *, struck: bool) -> Iterator[str]:
    allowed = outlook.told | outlook.must_tell
    for reason in sorted(onlooker.read - allowed):
        yield f"notice: told {reason!r}, which is not so"
    for reason in sorted(outlook.must_tell - onlooker.read if struck else ()):
        yield f"notice: did not tell {reason!r}"
    for words in sorted(outlook.must_say if struck else ()):
        if not any(words in text for text in onlooker.faces):
            yield f"notice: never said {words!r}"


def _wrong_accounts(outlook: Outlook, accounts: dict[int, AccountState]) -> Iterator[str]:
    for number, state in accounts.items():
        if state not in outlook.accounts.get(number, _READY):
            yield f"account: {number} is {state}"


def _calls_of_the_lost(scene: Scene) -> Iterator[str]:
    for account, count in scene.tape.calls_of_the_lost(_SOON).items():
        if count > _UNHEARD:
            yield f"called: lost account {account} was used {count} times more"


def _not_shared(
    scene: Scene, outlook: Outlook, onlooker: Onlooker, jobs: list[Job], items: list[Item]
) -> Iterator[str]:
    """Tell of parts that were asked for twice, and of jobs that were never told of bytes."""
    if outlook.once:
        for (document, offset), count in scene.tape.parts.items():
            if count > 1:
                yield f"shared: {document} was asked for {count} times at {offset}"
        for job in jobs:
            if job.id not in onlooker.arrived and _could_see(onlooker, job, items):
                yield f"shared: job {job.id} saw no progress"


def _could_see(onlooker: Onlooker, job: Job, items: list[Item]) -> bool:
    """Tell whether something of the job came while it ran; it may all have been there before."""
    documents = {item.audio.document_id for item in items if item.job_id == job.id and item.audio}
    begun = onlooker.begun.get(job.id, math.inf)
    return any(onlooker.flowed.get(document, 0.0) > begun for document in documents)
