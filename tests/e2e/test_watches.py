"""A chat that is followed, from the sentence to the file of a track that was posted then."""

from __future__ import annotations

import asyncio

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.stage import Stage
from sandbox.world import Chat, ChatKind, World
from storage.action import ActionKind, DeedState
from storage.watch import Seen, Watch, WatchState
from tests.e2e.journey import Journey, add_jazz


def is_listening(stage: Stage) -> bool:
    """Tell whether an account has a line on which news come."""
    return any(
        session.wants_updates
        for centre in stage.cluster._centres.values()
        for device in centre.devices.values()
        for session in device.sessions.values()
    )


def post(world: World, chat: Chat, number: int, *, quiet: bool = True) -> None:
    tune = Format.MP3.file(Melody(number, 1), Tags(f"Tune {number}", "Trio"))
    document = world.add_document(body=tune, name=f"{number}.mp3", title=f"Tune {number}")
    world.post(chat, "", document, quiet=quiet)


async def the_watch(journey: Journey) -> Watch:
    [watch] = await journey.app.store.watches.every()
    return watch


async def press(journey: Journey, label: str) -> None:
    shown = await journey.until(lambda message: label in message.buttons)
    await journey.person.press(shown, label)


async def test_what_is_posted_while_a_chat_is_followed_comes_once(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 3)
    await journey.ask("/watch @jazz every 6h backfill 1")
    await journey.shows("Now I would fetch 1 track")
    await press(journey, "Follow it")
    await journey.shows("Jazz", "1 downloaded")
    for number in (4, 5):
        post(world, jazz, number)
    before = await the_watch(journey)
    await press(journey, "↻ Look now")
    await journey.shows("Jazz", "2 downloaded")
    await press(journey, "↻ Look now")
    await journey.shows("nothing new")
    jobs = await journey.app.store.jobs.every()

    assert 3 == len(journey.files())
    assert [1, 2] == [job.id for job in jobs]
    assert before.seen is not None
    assert 3 == before.seen.message_id


async def test_a_chat_that_was_renamed_is_followed_still(journey: Journey, world: World) -> None:
    jazz = add_jazz(world, 2)
    await journey.ask("/watch @jazz")
    await press(journey, "Follow it")
    await journey.shows("Next look")
    jazz.username = "cool_jazz"
    post(world, jazz, 3)
    await press(journey, "↻ Look now")
    await journey.shows("Jazz", "1 downloaded")
    watch = await the_watch(journey)

    assert WatchState.ACTIVE is watch.state
    assert isinstance(watch.seen, Seen)
    assert 3 == watch.seen.message_id


async def test_what_is_posted_in_a_chat_that_is_followed_live_comes_by_itself(
    journey: Journey, world: World
) -> None:
    jazz = add_jazz(world, 2)
    jazz.members.add(journey.cast.owner.id)
    await journey.ask("/watch @jazz live")
    await press(journey, "Follow it")
    await journey.shows("Next look")
    while not is_listening(journey.stage):  # noqa: ASYNC110  # no event tells
        await asyncio.sleep(0.01)
    post(world, jazz, 3, quiet=False)
    await journey.shows("Jazz", "1 downloaded")
    watch = await the_watch(journey)

    assert watch.seen is not None
    assert 3 == watch.seen.message_id


async def test_what_a_watch_brings_is_filed_listed_and_sent_on_in_order(
    journey: Journey, world: World
) -> None:
    add_jazz(world, 3)
    club = world.add_chat("Club", username="club", members=(journey.person.bot,))
    actions = 'to @club into "Friday Jazz" folder "{chat}/{artist}/{title}"'
    await journey.ask(f"/watch @jazz backfill 3 {actions}")
    await journey.shows("A file would be called Jazz/Trio/Tune 3.mp3.")
    await press(journey, "Follow it")
    await journey.shows("Jazz", "3 downloaded")
    store, watch = journey.app.store, await the_watch(journey)
    while (await store.deeds.counts(watch.id))[ActionKind.SEND, DeedState.DONE] < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    [playlist] = await store.playlists.of_person(journey.person.user.id)
    listed = await store.catalog.many(await store.playlists.tracks(playlist.id))
    sent = [post.document for post in club.posts.values()]
    tunes = ["Tune 1", "Tune 2", "Tune 3"]

    assert [f"Jazz/Trio/{tune}.mp3" for tune in tunes] == sorted(journey.files())
    assert tunes == [track.title for track in listed]
    assert tunes == [document and document.title for document in sent]


async def test_a_topic_is_asked_for_by_its_name_before_it_is_followed(
    journey: Journey, world: World
) -> None:
    add_jazz(world, 2)
    vinyl = world.add_chat("Vinyl", ChatKind.GROUP, username="vinyl")
    vinyl.topics = {1000: "Bebop"}
    post(world, vinyl, 1)
    await journey.ask("/watch @jazz topic 5")
    await journey.shows("“Jazz” is no forum, so it has no topics.")
    await journey.ask("/watch @vinyl topic 5")
    await journey.shows("There is no topic 5 in “Vinyl”.")
    await journey.ask("/watch @vinyl every 6h topic 1000")
    await journey.shows("Follow Vinyl: every 6 hours, only the topic “Bebop”.")
    await press(journey, "Follow it")
    await journey.shows("only the topic “Bebop”.", "Next look")
    watch = await the_watch(journey)

    assert (1000, "Bebop") == (watch.rules.topic, watch.rules.topic_title)
