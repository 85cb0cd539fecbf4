from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User, World
from tests.sandbox.botapi.rig import button, updates


@pytest.fixture
async def browser(api: BotApi, ann_user: User) -> AsyncIterator[aiohttp.ClientSession]:
    """What a browser does, without one."""
    async with aiohttp.ClientSession(api.url) as session:
        yield session


async def news(events: aiohttp.ClientResponse) -> tuple[str, Any]:
    """Return the next event of the page's stream."""
    kind = (await events.content.readline()).decode().removeprefix("event: ").strip()
    data = (await events.content.readline()).decode().removeprefix("data: ")
    await events.content.readline()
    return kind, json.loads(data)


async def test_the_page_and_its_parts_come_from_here_alone(browser: aiohttp.ClientSession) -> None:
    for path in ("/", "/static/app.js", "/static/style.css", "/static/icon.svg"):
        async with browser.get(path) as reply:
            assert 200 == reply.status
            assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    for path in ("/static/nothing.js", "/static/..%2fpage.py"):
        async with browser.get(path) as reply:
            assert 404 == reply.status


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
async def test_other_sites_are_kept_out(
    browser: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with browser.post("/page/send", json={"text": "x"}, headers=headers) as reply:
        assert 421 == reply.status


async def test_the_stream_begins_with_everything(
    browser: aiohttp.ClientSession, bot: Bot, ann: Person, world: World, channel: Chat
) -> None:
    song = world.add_document(body=b"ID3", title="T", duration=timedelta(seconds=1), cover=b"\xff")
    world.post(channel, "listen", song)
    sent = await bot.send_message(ann.user.id, "hello")
    await bot.pin_chat_message(ann.user.id, sent.message_id)
    async with browser.get("/page/events") as events:
        kind, state = await news(events)

    assert ("state", True, False) == (kind, state["started"], state["scans"])
    assert ("Ann", "Loader") == (state["user"]["first_name"], state["bot"]["first_name"])
    assert [("/start", True), ("hello", False)] == [
        (message["text"], message["out"]) for message in state["messages"]
    ]
    assert "hello" == state["pinned"]["text"]
    [jazz] = state["chats"]
    assert ("Jazz", 1, "T") == (jazz["title"], jazz["count"], jazz["posts"][0]["audio"]["title"])


async def test_all_changes_follow(
    browser: aiohttp.ClientSession,
    bot: Bot,
    api: BotApi,
    ann: Person,
    world: World,
    channel: Chat,
) -> None:
    async with browser.get("/page/events") as events:
        await news(events)
        sent = await bot.send_message(ann.user.id, "one")
        await sent.edit_text("two")
        await sent.pin()
        await sent.delete()
        await bot.send_chat_action(ann.user.id, "typing")
        api.show_code(ann.user, "12345")
        world.post(channel, "news")
        heard = [await news(events) for _ in range(8)]

    kinds = ["message", "edit", "pinned", "pinned", "delete", "acting", "code", "chat"]
    assert kinds == [kind for kind, _ in heard]
    assert ("one", "two", "typing") == (heard[0][1]["text"], heard[1][1]["text"], heard[5][1])
    assert {"name": "Ann", "phone": "9996620001", "code": "12345"} == heard[6][1]
    assert "news" == heard[7][1]["posts"][0]["text"]


async def test_a_line_a_reply_and_a_delete_go_through(
    browser: aiohttp.ClientSession, bot: Bot, ann: Person
) -> None:
    async with browser.post("/page/send", json={"text": "x", "reply_to": ann.messages[0].id}):
        [update] = await updates(bot)
    assert update.message is not None
    assert update.message.reply_to_message is not None

    async with browser.post("/page/delete", json={"message_id": update.message.message_id}):
        assert ["/start"] == [message.text for message in ann.messages]
    async with browser.post("/page/delete", json={"message_id": 99}) as reply:
        assert 404 == reply.status


async def test_a_channels_post_is_forwarded(
    browser: aiohttp.ClientSession, bot: Bot, ann: Person, world: World, channel: Chat
) -> None:
    post = world.post(channel, "listen")
    place = {"chat_id": channel.marked_id, "post_id": post.id}
    async with browser.post("/page/forward", json=place):
        [update] = await updates(bot)
    assert update.message is not None
    assert update.message.forward_origin is not None

    async with browser.post("/page/forward", json=place | {"post_id": 9}) as reply:
        assert 404 == reply.status
    channel.protected = True
    async with browser.post("/page/forward", json=place) as reply:
        assert (403, "does not allow forwarding") == (reply.status, (await reply.text())[-25:])


async def test_a_file_is_uploaded_and_played(
    browser: aiohttp.ClientSession, bot: Bot, ann: Person
) -> None:
    form = aiohttp.FormData({"duration": "1.6"}, quote_fields=False)
    form.add_field("file", b"ID3", filename="../a.mp3")
    async with browser.post("/page/upload", data=form):
        [update] = await updates(bot)
    assert update.message is not None
    audio = update.message.audio
    assert audio is not None
    assert ("a.mp3", 2) == (audio.file_name, audio.duration)

    async with browser.get(f"/page/media/{audio.file_id}", headers={"Range": "bytes=0-1"}) as reply:
        assert (206, b"ID") == (reply.status, await reply.read())
    async with browser.get("/page/media/nothing") as reply:
        assert 404 == reply.status
    async with browser.post("/page/upload", data={"duration": "1"}) as reply:
        assert 400 == reply.status


async def test_the_menu_is_the_one_of_this_person(
    browser: aiohttp.ClientSession, bot: Bot, ann: Person
) -> None:
    async def menu() -> list[str]:
        async with browser.get("/page/commands") as reply:
            return [one["command"] for one in await reply.json()]

    seen = [await menu()]
    scopes = (None, BotCommandScopeAllPrivateChats(), BotCommandScopeChat(chat_id=ann.user.id))
    for number, scope in enumerate(scopes):
        command = BotCommand(command=f"c{number}", description="d")
        await bot.set_my_commands([command], scope=scope)
        seen.append(await menu())

    assert [[], ["c0"], ["c1"], ["c2"]] == seen


async def test_a_login_is_approved_by_its_link(
    browser: aiohttp.ClientSession, api: BotApi, ann: Person
) -> None:
    approved: list[bytes] = []
    link = {"link": "tg://login?token=QUJD"}
    async with browser.post("/page/scan", json=link) as reply:
        assert 400 == reply.status
    api.phone.approve = lambda token, user: approved.append(token)
    async with browser.post("/page/scan", json=link) as reply:
        assert 200 == reply.status

    assert [b"ABC"] == approved


async def test_a_result_that_was_never_offered_cannot_be_chosen(
    browser: aiohttp.ClientSession, ann: Person
) -> None:
    async with browser.post("/page/choose", json={"result_id": "x"}) as reply:
        assert 404 == reply.status


async def test_the_page_can_be_somebody_else(
    browser: aiohttp.ClientSession, api: BotApi, bot: Bot, ann: Person, world: World
) -> None:
    boris = world.add_user("Boris")
    async with browser.get(f"/page/events?user={boris.id}") as events:
        assert "Boris" == (await news(events))[1]["user"]["first_name"]
    api.page.owner = boris
    async with browser.post("/page/send", json={"text": "x"}):
        [update] = await updates(bot)

    assert update.message is not None
    assert boris.id == update.message.chat.id


async def test_a_press_without_an_answer_is_said_to_be_late(
    browser: aiohttp.ClientSession, api: BotApi, bot: Bot, ann: Person
) -> None:
    api.page.patience = timedelta(milliseconds=1)
    sent = await bot.send_message(ann.user.id, "x", reply_markup=button(callback_data="p"))
    press = {"message_id": sent.message_id, "data": "p"}
    async with browser.post("/page/press", json=press) as reply:
        assert {"late": True} == await reply.json()
    async with browser.post("/page/inline", json={"query": "x"}) as reply:
        assert (await reply.json())["late"]
