from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.world import Chat, World
from storage.models import ItemState, JobState, Reason
from tests.e2e.journey import Journey, add_jazz, digests, documents, parts_below


async def test_download_saves_the_ten_newest_byte_for_byte(journey: Journey, jazz: Chat) -> None:
    first = await journey.ask("/download @jazz 10")
    await journey.shows("✅", "Jazz", "10 downloaded")

    assert "@jazz" in first.text
    assert digests(documents(jazz)[-10:]) == sorted(journey.files().values())
    assert "Trio/Singles/Tune 12.mp3" in journey.files()
    assert [] == parts_below(journey.music)
    assert JobState.DONE is (await journey.job()).state


async def test_asking_again_links_and_downloads_nothing(journey: Journey, jazz: Chat) -> None:
    await journey.ask("/download @jazz 10")
    await journey.shows("10 downloaded")
    files, fetched = journey.files(), journey.parts_fetched
    await journey.ask("/download @jazz 10")
    await journey.shows("10 already in the library")

    assert (files, fetched) == (journey.files(), journey.parts_fetched)
    assert {ItemState.LINKED} == {item.state for item in await journey.items(2)}


async def test_the_whole_job_is_told_in_one_message(journey: Journey, jazz: Chat) -> None:
    await journey.ask("/download @jazz 10")
    await journey.shows("10 downloaded")
    said = [one for one in journey.person.messages if one.sender is journey.person.bot]

    assert 1 == len(said)


async def test_ten_is_the_usual_number(journey: Journey, jazz: Chat) -> None:
    await journey.ask("/download @jazz")
    await journey.shows("10 downloaded")

    assert 10 == len(journey.files())


async def test_a_link_brings_one_track(journey: Journey, jazz: Chat) -> None:
    await journey.ask("https://t.me/jazz/3")
    await journey.shows("✅")

    assert ["Trio/Singles/Tune 3.mp3"] == list(journey.files())


async def test_a_range_of_links_brings_all_of_it(journey: Journey, jazz: Chat) -> None:
    await journey.ask("t.me/jazz/4-6")
    await journey.shows("✅", "3 downloaded")

    assert digests(documents(jazz)[3:6]) == sorted(journey.files().values())


async def test_a_forwarded_post_brings_its_track(journey: Journey, jazz: Chat) -> None:
    journey.person.forward(jazz, jazz.posts[5])
    await journey.shows("✅")

    assert digests([documents(jazz)[4]]) == list(journey.files().values())


async def test_the_oldest_can_be_asked_for(journey: Journey, jazz: Chat) -> None:
    await journey.ask("/download @jazz 2 from oldest")
    await journey.shows("2 downloaded")

    assert digests(documents(jazz)[:2]) == sorted(journey.files().values())


async def test_dates_choose_the_tracks(journey: Journey, world: World) -> None:
    january = datetime(2026, 1, 1, tzinfo=UTC)
    chat = add_jazz(world)
    for number, post in enumerate(chat.posts.values()):
        post.date = january + timedelta(days=10 * number)
    await journey.ask("/download @jazz 100 since:2026-02-01 until:2026-03-01")
    await journey.shows("✅")

    assert digests(documents(chat)[4:6]) == sorted(journey.files().values())


async def test_a_private_chat_of_the_account_works_by_link(journey: Journey, world: World) -> None:
    tapes = add_jazz(world, 3)
    tapes.username, tapes.private, tapes.title = None, True, "Tapes"
    tapes.members.add(journey.cast.owner.id)
    await journey.ask(f"https://t.me/c/{tapes.id}/1-3")
    await journey.shows("✅", "3 downloaded")

    assert digests(documents(tapes)) == sorted(journey.files().values())


async def test_audio_sent_as_a_document_counts_and_other_files_do_not(
    journey: Journey, world: World, jazz: Chat
) -> None:
    tape = world.add_document(body=bytes(documents(jazz)[0].read(0, 9999)), name="tape.mp3")
    picture = world.add_document(body=b"\xff\xd8\xff", name="cover.jpg", mime="image/jpeg")
    for document in (tape, picture):
        world.post(jazz, "", document, quiet=True)
    await journey.ask("/download @jazz 1")
    await journey.shows("✅")

    assert ["Trio/Singles/Tune 1.mp3"] == list(journey.files())


@pytest.mark.parametrize(("words", "count"), [("", 1), (" voice", 2)])
async def test_voice_notes_come_only_when_asked_for(
    journey: Journey, world: World, words: str, count: int
) -> None:
    chat = add_jazz(world, 1)
    note = world.add_document(
        body=bytes(documents(chat)[0].read(0, 5000)),
        mime="audio/ogg",
        duration=timedelta(seconds=2),
        voice=True,
    )
    world.post(chat, "", note, quiet=True)
    await journey.ask(f"/download @jazz 10{words}")
    await journey.shows("✅")

    assert count == len(journey.files())


async def test_a_document_posted_twice_is_one_file_with_two_postings(
    journey: Journey, world: World
) -> None:
    chat = add_jazz(world, 2)
    world.post(chat, "again", documents(chat)[0], quiet=True)
    await journey.ask("/download @jazz 10")
    await journey.shows("✅", "2 downloaded", "1 already")
    states = sorted(item.state for item in await journey.items())

    assert [ItemState.LINKED, ItemState.SAVED, ItemState.SAVED] == states
    assert 2 == len(journey.files())


async def test_a_post_without_audio_is_skipped_with_its_reason(
    journey: Journey, world: World, jazz: Chat
) -> None:
    talk = world.post(jazz, "just words", quiet=True)
    await journey.ask(f"https://t.me/jazz/{talk.id}")
    await journey.until(lambda shown: "no audio" in shown.text)
    job = await journey.job()

    assert {} == journey.files()
    assert JobState.FAILED is job.state
    assert Reason.NO_AUDIO is job.reason


async def test_f60_an_empty_file_is_told_and_not_published(journey: Journey, world: World) -> None:
    chat = add_jazz(world, 1)
    nothing = world.add_document(body=b"", name="nothing.mp3", duration=timedelta(seconds=1))
    world.post(chat, "", nothing, quiet=True)
    await journey.ask("/download @jazz 10")
    await journey.shows("1 downloaded", "empty file")

    assert 1 == len(journey.files())
    assert JobState.PARTLY_DONE is (await journey.job()).state
