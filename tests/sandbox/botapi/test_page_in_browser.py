"""The chat page as a person sees it, in headless Chromium."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)

from sandbox.botapi.server import BotApi
from sandbox.world import Chat, User, World
from tests.sandbox.botapi.rig import button, polling

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PLAYS = """sound => new Promise((done) => {
  sound.addEventListener("timeupdate", () => sound.currentTime > 0 && done(true));
})"""

playwright_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
if not CHROMIUM.exists():
    pytest.skip(f"{CHROMIUM} is not installed", allow_module_level=True)

from playwright.async_api import Page, async_playwright, expect  # noqa: E402


def tone(seconds: int) -> bytes:
    """Return a WAV file that every browser plays."""
    rate = 8000
    samples = (round(9000 * math.sin(index / 4)) for index in range(rate * seconds))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def loader() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message) -> None:
        await message.answer("<b>Hello</b>, <i>Ann</i>", reply_markup=button(callback_data="go"))

    @dispatcher.message(Command("song"))
    async def song(message: Message) -> None:
        file = BufferedInputFile(tone(2), "tone.wav")
        await message.answer_audio(file, title="So What", performer="Miles", duration=2)

    @dispatcher.message(F.forward_origin)
    async def forwarded(message: Message) -> None:
        await message.reply("got your forward")

    @dispatcher.message(Command("vanish"))
    async def vanish(message: Message) -> None:
        await (await message.answer("now you see me")).delete()
        await message.answer("gone <tg-spoiler>really</tg-spoiler>")

    @dispatcher.callback_query()
    async def go(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.answer("Working on it")
        await query.message.edit_text("All done")

    @dispatcher.inline_query()
    async def search(query: InlineQuery) -> None:
        text = InputTextMessageContent(message_text=f"chose {query.query}")
        article = InlineQueryResultArticle(id="1", title="Take Five", input_message_content=text)
        await query.answer([article])

    return dispatcher


@pytest.fixture
async def page(
    api: BotApi, bot: Bot, ann_user: User, world: World, channel: Chat
) -> AsyncIterator[Page]:
    """The page, open in a window of a phone's size, with a bot that answers."""
    song = world.add_document(body=tone(1), title="Blue", duration=timedelta(seconds=1))
    world.post(channel, "", song)
    async with async_playwright() as playwright, polling(bot, loader()):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 800})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console", lambda line: troubles.append(line.text) if line.type == "error" else None
        )
        await page.goto(api.url)
        yield page
        await browser.close()
    assert [] == troubles


async def say(page: Page, line: str) -> None:
    await page.fill("#text", line)
    await page.keyboard.press("Enter")


async def test_a_person_talks_to_the_bot(page: Page) -> None:
    await page.click("#start")
    hello = page.locator(".row.in").first
    await expect(hello.locator("b")).to_have_text("Hello")
    await expect(page.locator(".row.out .text")).to_have_text("/start")

    await hello.get_by_role("button", name="Go").click()
    await expect(page.locator("#toast")).to_have_text("Working on it")
    await expect(hello.locator(".text")).to_have_text("All done")
    await expect(hello.locator(".buttons")).to_have_count(0)

    await say(page, "/vanish")
    await expect(page.locator(".row.in .text").last).to_have_text("gone really")
    await expect(page.get_by_text("now you see me")).to_have_count(0)


async def test_the_line_to_write_in_is_whole_as_soon_as_it_is_seen(page: Page) -> None:
    await expect(page.locator("#text")).to_be_hidden()
    await page.click("#start")
    line = page.locator("#text")
    await expect(line).to_be_visible()
    at_first = await line.bounding_box()
    hidden = await line.evaluate("text => text.scrollHeight - text.clientHeight")
    await page.type("#text", "a")

    assert at_first is not None
    assert at_first["height"] >= 40
    assert 0 == hidden
    assert at_first == await line.bounding_box()


async def test_audio_plays_is_forwarded_and_found(page: Page, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="song", description="Hear something")])
    await page.click("#start")
    await page.type("#text", "/s")
    await expect(page.locator("#menu .option")).to_have_text("/songHear something")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    player = page.locator(".player")
    await expect(player.locator("strong")).to_have_text("So What")
    await expect(player.locator(".time")).to_have_text("0:02")
    await player.get_by_role("button", name="Play").click()
    assert await player.locator("audio").evaluate(PLAYS)
    assert 2 == await player.locator("audio").evaluate("sound => sound.duration")

    await page.get_by_role("button", name="Channels").click()
    await page.locator(".channel summary", has_text="Jazz").click()
    await page.get_by_role("button", name="Forward Blue").click()
    await expect(page.locator(".row.out .head")).to_have_text("Forwarded from Jazz")
    await expect(page.locator(".row.in .text").last).to_have_text("got your forward")

    await page.type("#text", "@loader_bot jazz")
    await page.locator("#menu .option", has_text="Take Five").click()
    sent = page.locator(".row.out").last
    await expect(sent.locator(".text")).to_have_text("chose jazz")
    await expect(sent.locator(".head")).to_have_text("via @loader_bot")


async def test_a_page_opened_early_shows_the_channels_that_are_made_later(
    page: Page, api: BotApi, world: World
) -> None:
    await expect(page.locator("#start")).to_be_visible()
    late = world.add_chat("Late Show", username="late")
    world.post(late, "Hello", quiet=True)
    api.page.show_chats()
    await page.get_by_role("button", name="Channels").click()

    await expect(page.locator(".channel summary", has_text="Late Show")).to_be_visible()


async def test_login_codes_and_qr_links_come_to_the_phone(
    page: Page, api: BotApi, ann_user: User
) -> None:
    approved: list[bytes] = []
    api.phone.approve = lambda token, user: approved.append(token)
    await expect(page.locator("#start")).to_be_visible()
    api.show_code(ann_user, "48213")
    await expect(page.locator("#code-dot")).to_be_visible()
    await page.get_by_role("button", name="Phone").click()
    await expect(page.locator(".code")).to_have_text("48213")

    await page.fill("#link", "tg://login?token=QUJD")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("#toast")).to_have_text("Login approved")
    assert [b"ABC"] == approved
