from __future__ import annotations

from datetime import timedelta

from storage.retention import Retention
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.rig import Product, Rig
from tests.downloader.scripted import JAZZ


async def downloaded(rig: Rig, product: Product, count: int = 4) -> list[int]:
    """Download from @jazz; return the tracks, the newest posting first."""
    rig.owner.send(f"/download @jazz {count}")
    await rig.hears(f"{count} downloaded")
    tracks = await product.store.chats.tracks(JAZZ.id)
    return tracks[::-1]


async def here(product: Product) -> list[int]:
    return [one.id for one in await product.store.catalog.every() if one.path]


async def test_what_would_go_is_shown_before_it_goes(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await downloaded(rig, product)
        await product.store.favorites.add(7, tracks[3], rig.clock.now())
        asked = await rig.ask("/retention @jazz keep 2")
        before = await here(product), await product.store.retentions.every()
        _, told = await pressed(rig, asked, "Keep only that")
        after = await here(product)
        listed = await rig.ask("/retention")
        _, undone = await pressed(rig, told, "↩ Take it back")

        assert "Jazz: keep only the newest 2 tracks?\n1 track would go, 10 kB." in asked.text
        assert "These stay besides: 1 among somebody’s favorites." in asked.text
        assert (sorted(tracks), {}) == (sorted(before[0]), before[1])
        assert {*tracks} - {tracks[2]} == {*after}
        assert told.text.startswith("Jazz: the newest 2 tracks will be kept. 1 file moved")
        assert listed.text.endswith("· Jazz: the newest 2 tracks")
        assert undone.text.startswith("Taken back.")
        assert {*tracks} == {*await here(product)}


async def test_what_was_removed_is_told_of_and_left_out(rig: Rig) -> None:
    async with rig.running() as product:
        await downloaded(rig, product)
        await pressed(rig, await rig.ask("/retention @jazz keep 2"), "Keep only that")
        rig.owner.send("/download @jazz 4")
        await rig.shows("2 already in the library", "2 removed before")
        told = await rig.ask("/why https://t.me/jazz/9")
        fresh = await rig.ask("/why https://t.me/jazz/12")
        rig.owner.send("/retry 2")
        await rig.shows("2 downloaded", "2 already in the library")

        assert "🗑 It was removed just now: it was more than is kept of Jazz" in told.text
        assert "✅" in fresh.text
        assert 4 == len(await here(product))


async def test_everything_is_kept_again(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await product.store.chats.save(JAZZ)
        await product.store.retentions.put(JAZZ.id, Retention(count=2), rig.clock.now())
        first, second = [await rig.ask("/retention @jazz off") for _ in range(2)]
        listed = await rig.ask("/retention")

        assert "Jazz: everything is kept from now on." == first.text
        assert "Jazz: everything is kept already." == second.text
        assert "Of every chat, everything is kept." in listed.text
        assert {} == await product.store.retentions.every()


async def test_a_question_may_be_left(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await product.store.chats.save(JAZZ)
        asked = await rig.ask("/retention @jazz keep 20GB 90d")
        _, left = await pressed(rig, asked, "Never mind")
        _, told = await pressed(rig, await rig.ask("/retention @jazz 5 20GB 90d"), "Keep only that")

        assert "Nothing has to go for it now." in asked.text
        assert "Of every chat, everything is kept." in left.text
        assert told.text.startswith("Jazz: the newest 5 tracks, within 20.0 GB, none older than")
        kept = Retention(5, 20 * 10**9, timedelta(days=90))
        assert {JAZZ.id: kept} == await product.store.retentions.every()


async def test_what_is_not_understood_is_told(rig: Rig) -> None:
    async with rig.running(working=False):
        assert "How much is to be kept?" in (await rig.ask("/retention @jazz keep many")).text
        assert "nothing of this chat yet" in (await rig.ask("/retention @jazz keep 5")).text
        assert "nothing of this chat yet" in (await rig.ask("/retention -1001234 keep 5")).text
