from __future__ import annotations

import asyncio
from pathlib import Path

from storage.models import Track
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.rig import Product, Rig, shelf
from tests.downloader.scripted import JAZZ


async def downloaded(rig: Rig, product: Product, count: int = 3) -> list[Track]:
    rig.owner.send(f"/download @jazz {count}")
    await rig.hears(f"{count} downloaded")
    return await product.store.catalog.every()


async def audited(rig: Rig, text: str = "/audit @jazz") -> list[str]:
    rig.owner.send(text)
    return (await rig.hears("posted,")).text.splitlines()


def file_of(rig: Rig, track: Track) -> Path:
    assert track.path is not None
    return rig.folder / "music" / track.path


def trash(rig: Rig) -> list[Path]:
    return list((rig.folder / "music" / ".tad" / "trash").glob("*"))


async def test_what_is_here_and_what_nobody_asked_for_is_told(rig: Rig) -> None:
    async with rig.running() as product:
        await downloaded(rig, product)
        told = await audited(rig)

    assert [
        "Jazz: 12 tracks posted, 120 kB.",
        "✅ 3 fetched and in the library",
        "▫️ 9 never asked for: /download @jazz all would bring them",
        "Nothing that was asked for is missing.",
    ] == told


async def test_what_is_missing_or_damaged_is_fetched_anew_under_its_name(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await downloaded(rig, product)
        whole = {file_of(rig, one): file_of(rig, one).read_bytes() for one in tracks}
        file_of(rig, tracks[0]).unlink()
        file_of(rig, tracks[1]).write_bytes(b"a stump")
        rig.owner.send("/audit @jazz")
        shown = await rig.hears("posted,")
        await rig.owner.press(shown, "Fetch what is missing (2)")
        await rig.hears("2 downloaded")
        told = await audited(rig)
        now = {path: path.read_bytes() for path in whole}
        late = await rig.owner.press(shown, data=shown.button("Fetch what is missing (2)").data)

    assert "❗️ 1 missing: the file is not there any more" in shown.text
    assert "❗️ 1 damaged: the file is not as it was saved" in shown.text
    assert f"   {tracks[0].path}" in shown.text.splitlines()
    assert "“Fetch what is missing” brings it" in shown.text
    assert (whole, "Nothing that was asked for is missing.") == (now, told[-1])
    assert [b"a stump"] == [one.read_bytes() for one in trash(rig)]
    assert "out of date" in (late.text or "")


async def test_bytes_are_compared_only_when_that_is_asked_for(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await downloaded(rig, product, 1)
        path, whole = file_of(rig, track), file_of(rig, track).read_bytes()
        path.write_bytes(b"\0" + whole[1:])
        quick = await audited(rig)
        rig.owner.send("/audit @jazz deep")
        shown = await rig.hears("1 damaged")
        before = path.read_bytes()
        await rig.owner.press(shown, "Fetch what is missing (1)")
        await rig.hears("✅ Jazz", "1 downloaded")
        while path.read_bytes() != whole:  # noqa: ASYNC110  # the board told of the first job, too
            await asyncio.sleep(0.01)
        kept = trash(rig)

    assert "Nothing that was asked for is missing." == quick[-1]
    assert before[:1] == b"\0", "it stays until the new one is there"
    assert 1 == len(kept)


async def test_what_was_removed_stays_away_and_what_was_deleted_is_told_of(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source) as product:
        tracks = await downloaded(rig, product)
        await product.app.engine.merger.remove([tracks[0].id])
        source.songs = [one for one in source.songs if one.document_id != tracks[1].document_id]
        told = await audited(rig)
        fates = await product.store.fates.of_chat(JAZZ.id)
        again = await audited(rig)

    assert [
        "Jazz: 2 tracks posted, 20 kB.",
        "✅ 1 fetched and in the library",
        "🗑 1 removed on purpose",
        "👻 1 deleted in the chat since; what came of them stays",
        "Nothing is missing.",
    ] == told
    assert told == again
    assert 1 == sum(one.gone_at is not None for one in fates.values())


async def test_what_did_not_fit_is_told_with_the_reason(rig: Rig) -> None:
    async with rig.running(shelf(3)):
        rig.owner.send('/download @jazz 3 -"song 2"')
        await rig.hears("2 downloaded")
        told = await audited(rig)

    assert '➖ 1 passed over: 1 not -"song 2"' in told


async def test_a_chat_that_cannot_be_read_says_why(rig: Rig) -> None:
    async with rig.running(working=False):
        rig.owner.send("/audit @nobody")
        await rig.hears("@nobody", "there is no such chat")


async def test_what_is_asked_anew_ends_what_was_asked_before(rig: Rig) -> None:
    source, reading = shelf(3), asyncio.Event()
    held = source.script("audio", hold=reading)
    async with rig.running(source, working=False):
        first = await rig.ask("/audit @jazz")
        await held.reached.wait()
        rig.owner.send("/audit @JAZZ")
        await rig.hears("posted,")
        shown = rig.owner.dialog.messages[first.id]

    assert "You have asked for this anew; see below." == shown.text


async def test_many_that_are_missing_are_named_in_a_file(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await downloaded(rig, product, 5)
        for one in tracks:
            file_of(rig, one).unlink()
        rig.owner.send("/audit @jazz")
        told = await rig.hears("posted,")
        sent = await rig.owner.reply()
        _, after = await pressed(rig, told, "Fetch what is missing (5)")
    assert sent.media is not None
    assert sent.document is not None
    listed = bytes(sent.document.read(0, sent.document.size)).decode()

    assert "   … and 2 more" in told.text
    assert "The list of all 5 is below." in told.text
    assert "missing_jazz.txt" == sent.document.name
    assert all(f"missing\t{one.path}\thttps://t.me/jazz/" in listed for one in tracks)
    assert "press “Fetch what is missing (5)” below the audit" in listed
    assert "⬇️ What is missing is being fetched." in after.text


async def test_what_is_asked_for_again_was_still_fetched_by_this_posting(rig: Rig) -> None:
    async with rig.running(shelf(2)) as product:
        await downloaded(rig, product, 2)
        rig.owner.send("/download @jazz 2")
        await rig.hears("2 already in the library")
        told = await audited(rig)

    assert [
        "Jazz: 2 tracks posted, 20 kB.",
        "✅ 2 fetched and in the library",
        "Nothing is missing.",
    ] == told
