from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from downloader.errors import ChatUnavailableError, DownloaderError
from storage.models import Reason
from storage.retention import Retention
from storage.watch import Run, WatchState
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.handlers.test_watches import followed, the_watch
from tests.bot.rig import Product, Rig, shelf
from tests.bot.test_actions import quick
from tests.downloader.scripted import JAZZ, song

PRIVATE = ChatUnavailableError(Reason.CHAT_PRIVATE, "jazz")


async def lost(rig: Rig, product: Product) -> None:
    watch = await followed(rig, product)
    run = Run(watch.made_at, reason=Reason.CHAT_PRIVATE)
    await product.store.watches.put_off(watch, run, watch.made_at, state=WatchState.LOST)


async def test_a_backfill_is_told_of_in_the_card_and_in_the_history(rig: Rig) -> None:
    async with rig.running(shelf(4)) as product:
        await followed(rig, product, "@jazz every 6h backfill 3")
        await rig.hears("✅ Jazz", "3 downloaded")
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        _, history = await pressed(rig, card, "History")

    assert "From before: 3 tracks, 30 kB." in card.text
    assert "just now, from before: 3 tracks, 30 kB" in history.text


async def test_a_backfill_that_is_under_way_says_how_far_it_is(rig: Rig) -> None:
    source, held = shelf(3), asyncio.Event()
    source.script("part", hold=held, times=9)
    async with rig.running(source) as product:
        await followed(rig, product, "@jazz every 6h backfill 3")
        await rig.hears("Jazz", "of 3")  # the board
        _, card = await pressed(rig, await rig.ask("/watches"), "1")

    assert "From before: 3 on the way." in card.text


async def test_after_it_is_followed_the_card_says_when_it_really_looks_next(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        _, card = await pressed(rig, await rig.ask("/watch @jazz every 30m"), "Follow it")
        watch = await the_watch(product)

    assert watch.next_at > watch.made_at
    assert "Next look in 3" in card.text
    assert "Last: just now, nothing new." in card.text


async def test_each_press_on_a_broken_chat_is_answered_and_nobody_is_told_again(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        await lost(rig, product)
        source.script("chat", PRIVATE, times=99)
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        first = await rig.owner.press(card, "↻ Try again")
        second = await rig.owner.press(card, "↻ Try again")
        watch = await the_watch(product)
        await rig.ask("/watches")

    why = "This chat is private. Join it with the Telegram account that downloads, then try again."
    assert (why, why) == (first.text, second.text)
    assert WatchState.LOST is watch.state
    assert not [text for text in rig.said if "I cannot follow" in text]


async def test_a_press_tells_what_the_look_brought(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        await followed(rig, product)
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        nothing = await rig.owner.press(card, "↻ Look now")
        source.songs.append(song(4))
        some = await rig.owner.press(card, "↻ Look now")
        source.script("chat", DownloaderError(Reason.LOGIN), times=2)
        held = await rig.owner.press(card, "↻ Look now")
        again = await rig.owner.press(card, "↻ Look now")
        await rig.ask("/watches")

    assert ("Nothing new.", "1 track, 10 kB.") == (nothing.text, some.text)
    assert "no Telegram account is logged in" in (held.text or "")
    assert "no Telegram account is logged in" in (again.text or "")
    assert 1 == sum("I look at nothing that you follow" in text for text in rig.said)


async def test_a_paused_watch_offers_to_resume(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await followed(rig, product)
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        _, paused = await pressed(rig, card, "⏸ Pause")
        listed = await rig.ask("/watches")

    assert ["▶️ Resume", "✎ Edit", "History", "Remove", "◀ All"] == list(paused.buttons)
    assert "1. Jazz · every 6 hours · paused" in listed.text


async def test_looks_that_brought_nothing_are_one_line_of_the_history(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        await followed(rig, product)
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        for _ in range(3):
            await rig.owner.press(card, "↻ Look now")
        source.songs.append(song(4))
        await rig.owner.press(card, "↻ Look now")
        card = await rig.shows("Last: just now, 1 track")
        _, history = await pressed(rig, card, "History")

    lines = history.text.splitlines()
    assert ["Jazz", "· just now, 1 track, 10 kB"] == lines[:2]
    assert ["· just now and 3 times before, nothing new"] == lines[2:]


async def test_what_is_kept_stands_in_the_card_and_in_the_sentence(rig: Rig) -> None:
    async with rig.running() as product:
        await followed(rig, product, "@jazz every 6h backfill 1 keep 500,20GB")
        await rig.hears("✅ Jazz", "1 downloaded")
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        _, edit = await pressed(rig, card, "✎ Edit")
        kept = await product.store.retentions.every()

    assert "Jazz: every 6 hours, keeping the newest 500 tracks, within 20.0 GB." in card.text
    assert "/watch @jazz every 6h keep 500,20GB" in edit.text.splitlines()
    assert {JAZZ.id: Retention(500, 20 * 10**9)} == kept


async def test_a_live_watch_is_told_of_in_few_words(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz live")
        _, card = await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)
        listed = await rig.ask("/watches")

    assert watch.rules.rhythm.is_live
    assert "Where no account of mine is a member of the chat, I look every 10 min" in shown.text
    assert card.text.startswith("Jazz: as it is posted.\nNext look")
    assert "1. Jazz · as it is posted · next in" in listed.text


async def test_a_chat_without_a_readable_name_goes_by_its_address(rig: Rig) -> None:
    source = shelf(3)
    source.chats[0] = replace(JAZZ, title="\u202e\u200b")
    async with rig.running(source, working=False):
        shown = await rig.ask("/watch @jazz every 6h")

    assert shown.text.startswith("Follow @jazz: every 6 hours.")


async def test_a_chat_that_is_renamed_is_listed_under_its_new_name(rig: Rig) -> None:
    source = shelf(3)
    async with quick(rig).running(source) as product:
        await followed(rig, product, "@jazz every 6h backfill 1 quiet")
        lists = rig.folder / "music" / "Playlists" / "Chats"
        await listed(lists, "Jazz.m3u8")
        source.chats[0] = replace(JAZZ, title="Cool", username="cool")
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        await rig.owner.press(card, "↻ Look now")
        await listed(lists, "Cool.m3u8")
        await rig.hears("Jazz is called Cool now")
        known = await rig.ask("/watch @cool")
        other = await rig.ask("/watch @jazz")

    assert "Cool: every 6 hours, quietly." in known.text
    assert "there is no such chat" in other.text


async def listed(folder: Path, name: str) -> None:
    """Wait until this is the only list in a folder."""
    found: list[str] = []
    while found != [name]:
        await asyncio.sleep(0.01)
        found = [path.name for path in await asyncio.to_thread(lambda: [*folder.glob("*")])]
