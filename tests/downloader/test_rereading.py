from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path, PurePosixPath

import pytest

from downloader.editing import Editor
from downloader.events import Broadcast
from downloader.news import News, Touched
from downloader.refiling import Refiler
from downloader.rereading import Rereader, called_anew
from storage.action import Action, ActionKind
from storage.description import Description
from storage.fates import Edited
from storage.models import Audio, Chat, ItemState, Job, JobState, Origin, Request
from storage.paths import BY_CHAT
from storage.store import Store
from storage.watch import Notice, Rhythm, Rules, Seen
from tests.downloader.scripted import JAZZ, START, OwnedTime, ScriptedSource, song
from tests.stores import store_at

ME = Origin(person_id=7, chat_id=70)
RULES = Rules(Rhythm(every=timedelta(hours=1)), notice=Notice.QUIET)


@dataclass(slots=True)
class Rig:
    store: Store
    source: ScriptedSource
    time: OwnedTime = field(default_factory=OwnedTime)
    jobs: list[Job] = field(default_factory=list)
    news: News = field(default_factory=News)

    @property
    def rereader(self) -> Rereader:
        events = Broadcast()
        clock = self.time.clock
        editor = Editor(self.store, Refiler(self.store, BY_CHAT), clock, events)
        return Rereader(self.store, self.source, clock, editor, self.jobs.append, self.news)

    async def save(self, *audios: Audio, chat: Chat = JAZZ) -> None:
        job = await self.store.jobs.add(Request("@jazz", 9), ME, START)
        await self.store.jobs.move(job.id, JobState.PLANNING)
        await self.store.items.add(job.id, audios)
        await self.store.jobs.move(job.id, JobState.RUNNING, chat=chat)
        for item in await self.store.items.of_job(job.id):
            assert item.audio is not None
            await self._end(item.id, item.audio)

    async def _end(self, item_id: int, audio: Audio) -> None:
        for state in (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING):
            item = await self.store.items.move(item_id, state)
        path = PurePosixPath(f"{audio.message_id}-{audio.document_id}.mp3")
        await self.store.catalog.save(
            item, path=path, size=audio.size, mime="audio/mpeg", sha256_source="ab", sha256="ab",
            now=START,
        )  # fmt: skip

    async def follow(self, rules: Rules = RULES, seen: int = 9, since: datetime = START) -> None:
        mark = Seen(seen, song(seen).posted_at)
        await self.store.watches.add("@jazz", rules, ME, since, chat=JAZZ, seen=mark)

    async def touch(self, *numbers: int) -> None:
        self.news.touched(*[Touched(JAZZ.id, number, carries_audio=True) for number in numbers])
        async with asyncio.timeout(20):
            await self.rereader.step()

    def exchange(self, number: int, document: int = 777) -> None:
        self.source.songs = [one for one in self.source.songs if one.message_id != number]
        self.source.songs.append(song(number, document=document))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        rig = Rig(store, ScriptedSource(*[song(number) for number in range(1, 4)]))
        await rig.save(song(1), song(2))
        yield rig


async def test_what_was_deleted_is_known_as_gone(rig: Rig) -> None:
    rig.source.songs = [song(2)]
    await rig.touch(1, 2)
    fates = await rig.store.fates.of_chat(JAZZ.id)

    assert [True, False] == [one.gone_at is not None for one in fates.values()]
    assert [] == rig.jobs


async def test_a_document_that_was_exchanged_is_ordered_by_who_follows_the_chat(rig: Rig) -> None:
    await rig.follow()
    rig.exchange(1)
    await rig.touch(1)
    await rig.touch(1)
    [job] = rig.jobs

    assert ((1,), 1, True) == (job.request.message_ids, job.request.watch, job.request.is_quiet)
    assert ME == job.origin


async def test_where_nobody_follows_the_chat_nothing_is_ordered(rig: Rig) -> None:
    rig.exchange(1)
    await rig.touch(1)

    assert [] == rig.jobs


async def test_what_does_not_fit_is_not_ordered(rig: Rig) -> None:
    await rig.follow(replace(RULES, query='"song 9"'))
    rig.exchange(1)
    await rig.touch(1, 3)

    assert [] == rig.jobs


async def test_what_was_passed_over_and_fits_since_it_was_edited_is_ordered(rig: Rig) -> None:
    await rig.follow(seen=3)
    await rig.touch(3)
    rig.source.songs.append(song(4))
    await rig.touch(4)

    assert [(3,)] == [job.request.message_ids for job in rig.jobs], "the other is still to come"


async def test_what_is_heard_of_twice_before_anybody_could_plan_it_is_ordered_once(
    rig: Rig,
) -> None:
    await rig.follow(seen=3)
    await rig.touch(3)
    await rig.touch(3)
    [job] = rig.jobs
    [item] = await rig.store.items.of_job(job.id)

    assert (JAZZ, song(3)) == (job.chat, item.audio)


async def test_what_is_exchanged_before_it_was_fetched_is_ordered_as_it_is_now(rig: Rig) -> None:
    await rig.follow(seen=3)
    job = await rig.store.jobs.add(Request("@jazz", 1), ME, START)
    await rig.store.items.add(job.id, [song(3)])
    await rig.touch(3)
    same = list(rig.jobs)
    rig.exchange(3)
    await rig.touch(3)
    await rig.touch(3)
    [ordered] = rig.jobs
    [item] = await rig.store.items.of_job(ordered.id)

    assert [] == same
    assert item.audio is not None
    assert (3, 777) == (item.message_id, item.audio.document_id)


async def test_what_is_ordered_so_is_as_the_watch_has_everything(rig: Rig) -> None:
    rules = replace(
        RULES,
        notice=Notice.DIGEST,
        digest_at=time(20),
        actions=(Action(ActionKind.LIST, "Jazz"),),
        folder="{artist}",
    )
    await rig.follow(rules)
    rig.exchange(1)
    await rig.touch(1, 3)
    ordered = [(one.request.actions, one.request.folder, one.request.is_quiet) for one in rig.jobs]

    assert [(rules.actions, "{artist}", True)] * 2 == ordered


async def test_what_was_posted_before_the_chat_was_followed_is_not_ordered(rig: Rig) -> None:
    rig.time.seconds += timedelta(days=9).total_seconds()
    await rig.follow(since=rig.time.now())
    await rig.touch(3)

    assert [] == rig.jobs, "of that it wants only what was asked for"


async def test_what_was_removed_on_purpose_is_not_ordered(rig: Rig) -> None:
    await rig.save(song(5))
    rig.source.songs.append(song(5))
    [track] = (await rig.store.catalog.known([song(5).document_id])).values()
    ruling = await rig.store.rulings.remove([track.id], START, best_id=track.id)
    assert ruling is not None
    await rig.store.rulings.stand(ruling)
    await rig.follow()
    rig.exchange(1, song(5).document_id)
    await rig.touch(1)

    assert [] == rig.jobs


async def test_of_what_nobody_has_nothing_is_asked(rig: Rig) -> None:
    rig.news.touched(Touched(JAZZ.id, 3), Touched(JAZZ.id, 8, carries_audio=True))
    async with asyncio.timeout(20):
        await rig.rereader.step()

    assert 0 == rig.source.count("audio")


async def test_a_title_that_was_corrected_is_taken_over(rig: Rig) -> None:
    rig.source.songs[0] = replace(song(1), title="Song One", caption="corrected")
    await rig.touch(1)
    track = await rig.store.catalog.get(1)
    [found] = [one for one in await rig.store.items.of_job(1) if one.message_id == 1]

    assert track is not None
    assert "Song One" == track.title
    assert found.audio is not None
    assert "corrected" == found.audio.caption


@pytest.mark.parametrize(
    ("called", "title"), [("Song 1", "Song One"), ("So What", "So What"), ("", "")]
)
def test_what_was_known_better_stands(called: str, title: str) -> None:
    edited = Edited(1, song(1), replace(song(1), title="Song One"))

    assert title == called_anew(edited, Description(title=called)).title
