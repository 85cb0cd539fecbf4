"""What is done with the tracks of a watch, through the whole bot."""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.world import ChatKind
from storage.action import ActionKind, DeedState
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.handlers.test_watches import followed, the_watch
from tests.bot.rig import Product, Rig, shelf
from tests.downloader.scripted import JAZZ

DONE = DeedState.DONE


async def done(product: Product, kind: ActionKind, count: int) -> None:
    """Wait until so much was done with the tracks of the watch."""
    watch = await the_watch(product)
    counts = await product.store.deeds.counts(watch.id)
    while counts[kind, DONE] < count:
        await asyncio.sleep(0.01)
        counts = await product.store.deeds.counts(watch.id)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """Give an address, and what is told to it: id and time, signature, and body."""
    heard: list[tuple[str, str, bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        head = request.headers
        meant = f"{head['webhook-id']}.{head['webhook-timestamp']}."
        heard.append((meant, head["webhook-signature"], await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), heard


def quick(rig: Rig) -> Rig:
    async def no_sleep(_seconds: float) -> None:
        await asyncio.sleep(0.01)

    rig.clock = replace(rig.clock, sleep=no_sleep)
    return rig


async def test_what_would_be_done_is_shown_first(rig: Rig) -> None:
    async with rig.running(working=False):
        words = 'to @club into "Friday Jazz" folder "{chat}/{title}" quiet'
        shown = await rig.ask(f"/watch @jazz {words}")

    assert shown.text.startswith(
        "Follow Jazz: every 6 hours, quietly, each track sent to @club, put into the playlist "
        "“Friday Jazz”, filed as {chat}/{title}."
    )
    assert "I see no channel or group @club, so I could send nothing there." in shown.text
    assert "A file would be called Jazz/Song 12.mp3." in shown.text


async def test_what_only_the_file_says_is_told_of_beside_the_example(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask('/watch @jazz folder "{chat}/[{year}/]{title}"')

    assert "A file would be called Jazz/Song 12.mp3. The year is read from the file" in shown.text


async def test_nobody_else_is_written_to_unasked(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz to 12345")

    assert "is no chat to which I could send tracks" in shown.text


@pytest.mark.parametrize("target", ["@Jazz", str(JAZZ.id)])
async def test_nothing_is_sent_to_where_it_came_from(rig: Rig, target: str) -> None:
    async with rig.running(working=False):
        shown = await rig.ask(f"/watch @jazz to {target}")

    assert "is the chat that the tracks come from" in shown.text


async def test_a_machine_at_home_is_not_told_unless_that_is_allowed(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz webhook http://nas/hook")

    assert "set WEBHOOK_ALLOW to its name" in shown.text


async def test_each_track_goes_to_the_channel_and_into_the_list_in_order(rig: Rig) -> None:
    club = rig.world.add_chat(
        "Club", username="club", kind=ChatKind.CHANNEL, members=(rig.bot_user,)
    )
    async with quick(rig).running(shelf(4)) as product:
        await followed(rig, product, '@jazz quiet backfill 3 to @club into "Friday Jazz"')
        await done(product, ActionKind.SEND, 3)
        await done(product, ActionKind.LIST, 3)
        [playlist] = await product.store.playlists.of_person(rig.owner.user.id)
        listed = await product.store.catalog.many(await product.store.playlists.tracks(playlist.id))
    passed = [one for one in rig.api.person(rig.owner.user, chat=club).messages if one.media]

    assert "Friday Jazz" == playlist.name
    titles = ["Song 2", "Song 3", "Song 4"]
    assert titles == [track.title for track in listed]
    assert titles == [one.document and one.document.title for one in passed]


async def test_a_channel_that_is_closed_is_told_of_once_and_served_later(rig: Rig) -> None:
    club = rig.world.add_chat("Club", username="club", kind=ChatKind.CHANNEL)
    async with rig.running(shelf(4)) as product:
        await followed(rig, product, "@jazz quiet backfill 2 to @club")
        await rig.shows("I may not write to @club, where Jazz is to go")
        club.members.add(rig.bot_user.id)
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        await rig.owner.press(shown, "↻ Look now")
        await done(product, ActionKind.SEND, 1)

    assert 1 == sum("I may not write to @club, where" in said for said in rig.said)


async def test_a_webhook_is_told_and_its_secret_shown_once(rig: Rig) -> None:
    rig.webhook_allow = "127.0.0.1"
    async with listening() as (url, heard), quick(rig).running(shelf(3)) as product:
        await followed(rig, product, f"@jazz quiet backfill 1 webhook {url}")
        shown = await rig.shows("is signed with this secret")
        await done(product, ActionKind.CALL, 1)
        rig.owner.send(f"/watch @jazz quiet webhook {url}")
        await pressed(rig, await rig.shows("Follow Jazz"), "Follow it")
        watch = await the_watch(product)
        counts = await product.store.deeds.counts(watch.id)
    secret = b64decode(next(word for word in shown.text.split() if "whsec_" in word)[6:])
    [(meant, signature, body)] = heard
    digest = hmac.digest(secret, meant.encode() + body, "sha256")

    assert f"v1,{b64encode(digest).decode()}" == signature
    assert 1 == sum("is signed with this secret" in said for said in rig.said)
    assert {(ActionKind.CALL, DONE): 1} == counts


async def test_the_history_tells_what_was_done_and_a_new_secret_can_be_had(rig: Rig) -> None:
    rig.webhook_allow = "127.0.0.1"
    url = "http://127.0.0.1:1/hook"
    async with rig.running(shelf(3)) as product:
        await followed(rig, product, f"@jazz quiet backfill 1 into Jazz webhook {url}")
        await done(product, ActionKind.LIST, 1)
        watch = await the_watch(product)
        while not await product.store.deeds.snagged(watch.id, 1):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        rig.owner.send("/watches")
        _, shown = await pressed(rig, await rig.shows("What I follow"), "1")
        _, shown = await pressed(rig, shown, "History")
        _, asked = await pressed(rig, shown, "🔑 New secret")
        before = list(rig.said)
        _, after = await pressed(rig, asked, "Yes, a new one")

    assert "Put into the playlist: 1 track" in shown.text
    assert f"told to {url}: 1 not yet (nobody answers there)" in shown.text
    assert f"Make a new secret for {url}?" in asked.text
    assert 1 == sum("is signed with this secret" in said for said in before)
    assert "I have sent you the secret in our private chat." == after.text
    assert 2 == sum("is signed with this secret" in said for said in rig.said)


async def test_with_the_watch_goes_what_was_still_to_be_done(rig: Rig) -> None:
    async with rig.running(shelf(4)) as product:
        await followed(rig, product, "@jazz quiet backfill 2 to @club")
        await rig.shows("I may not write to @club, where Jazz is to go")
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        _, shown = await pressed(rig, shown, "Remove")
        await pressed(rig, shown, "Yes, remove it")
        due = await product.store.deeds.next_due(ActionKind.SEND)

    assert due is None


async def test_what_was_still_to_be_done_is_done_by_the_next_run(rig: Rig) -> None:
    club = rig.world.add_chat("Club", username="club", kind=ChatKind.CHANNEL)
    async with rig.running(shelf(4)) as product:
        await followed(rig, product, "@jazz quiet backfill 2 to @club")
        await rig.shows("I may not write to @club, where Jazz is to go")
    club.members.add(rig.bot_user.id)
    async with quick(rig).running(shelf(4)) as product:
        rig.owner.send("/watches")
        _, shown = await pressed(rig, await rig.shows("What I follow"), "1")
        await rig.owner.press(shown, "↻ Look now")
        await done(product, ActionKind.SEND, 2)
    sent = [post.document for post in club.posts.values()]

    assert ["Song 3", "Song 4"] == [document and document.title for document in sent]
