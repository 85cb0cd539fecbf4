from __future__ import annotations

from datetime import timedelta
from pathlib import Path, PurePosixPath

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from storage.models import LocalFile
from tests.bot.library import NOW
from tests.bot.rig import Product, Rig
from tests.local_files import local_file


async def put(rig: Rig, product: Product, *titles: str) -> None:
    """Enter each title twice: a small file in one folder, a large one in another."""
    music = rig.folder / "music"
    for title in titles:
        await product.store.imports.add(
            [file(music, "small", title, 1000, 128), file(music, "large", title, 3000, 320)], NOW
        )


def file(music: Path, folder: str, title: str, size: int, kilobits: int) -> LocalFile:
    path = PurePosixPath(folder) / f"{title}.mp3"
    place = music / path
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(bytes(size))
    return local_file(
        path, size, f"{folder}{title}", title=title, artist="Trio", bitrate=kilobits * 1000,
        duration=timedelta(seconds=225),
    )  # fmt: skip


def files_of(rig: Rig) -> list[str]:
    music = rig.folder / "music"
    return sorted(str(path.relative_to(music)) for path in music.glob("*/*.mp3"))


async def pressed(rig: Rig, message: Message, label: str) -> tuple[str, Message]:
    """Press; return what the press is answered with, and the message as it is then."""
    answer = await rig.owner.press(message, label)
    while (shown := rig.owner.dialog.messages[message.id]) is message or shown == message:
        await rig.owner.next()
    return answer.text or "", shown


async def test_what_is_there_more_than_once_is_shown_the_best_first(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "Blue")
        shown = await rig.ask("/duplicates")

    assert "1 recording more than once. Without the others, 1 file and 1.0 kB less." in shown.text
    assert [
        "1. Trio – Blue · 3:45",
        "   ✓ a. mp3, 320 kbit/s, 3.0 kB, imported",
        "       large/Blue.mp3",
        "   · b. mp3, 128 kbit/s, 1.0 kB, imported",
        "       small/Blue.mp3",
    ] == shown.text.splitlines()[-5:]
    expected = ["▶ 1a", "▶ 1b", "1: keep the best", "1: they differ", "Merge all"]
    assert expected == list(shown.buttons)


async def test_each_file_can_be_heard_before_one_is_kept(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "Blue")
        shown = await rig.ask("/duplicates")
        for label in ("▶ 1b", "▶ 1a"):
            await rig.owner.press(shown, label)
        sizes = [one.document.size for one in rig.owner.messages if one.document]

        assert [1000, 3000] == sizes
        assert [] == await product.store.plays.last(10)


async def test_without_duplicates_it_says_so(rig: Rig) -> None:
    async with rig.running(working=False):
        assert "Nothing is there more than once." == (await rig.ask("/duplicates")).text
        assert "There is nothing to take back." == (await rig.ask("/duplicates undo")).text
        assert "/duplicates undo" in (await rig.ask("/duplicates never")).text


async def test_keeping_the_best_moves_the_others_and_can_be_taken_back(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "Blue")
        shown = await rig.ask("/duplicates")
        answer, shown = await pressed(rig, shown, "1: keep the best")
        kept = files_of(rig)
        asked = await rig.ask("/duplicates undo")
        _, undone = await pressed(rig, asked, "↩ 1")

    assert ("1 file (1.0 kB) moved into the trash.", ["large/Blue.mp3"]) == (answer, kept)
    assert "Nothing is there more than once." == shown.text
    assert "1. Merged: “Trio – Blue”, 1 file, 1.0 kB, just now" in asked.text
    assert undone.text.startswith("Taken back.")
    assert ["large/Blue.mp3", "small/Blue.mp3"] == files_of(rig)


async def test_what_differs_is_shown_no_more(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "Blue")
        answer, shown = await pressed(rig, await rig.ask("/duplicates"), "1: they differ")
        asked = await rig.ask("/duplicates undo")

    assert "All right: different recordings." == answer
    assert "Nothing is there more than once." == shown.text
    assert "1. Kept apart: “Trio – Blue”, just now" in asked.text
    assert 2 == len(files_of(rig))


async def test_pages_follow_each_other(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "A1", "B2", "C3", "D4")
        first = await rig.ask("/duplicates")
        _, second = await pressed(rig, first, "▶ More")
        _, again = await pressed(rig, second, "⏮ From the start")

    assert ["A1", "B2", "C3"] == [name for name in ("A1", "B2", "C3", "D4") if name in first.text]
    assert "D4" in second.text
    assert "A1" not in second.text
    assert first.text == again.text


async def test_all_are_merged_after_a_question_that_names_them(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "A1", "B2")
        _, asked = await pressed(rig, await rig.ask("/duplicates"), "Merge all")
        before = files_of(rig)
        _, told = await pressed(rig, asked, "Merge them")
        after = files_of(rig)
        await pressed(rig, told, "↩ Take it back")

    assert "best of 2 recordings and move 2 files (2.0 kB) into the trash?" in asked.text
    assert "2 files (2.0 kB) moved into the trash." == told.text
    assert ["large/A1.mp3", "large/B2.mp3"] == after
    assert before == files_of(rig)


async def test_a_second_press_does_not_hide_what_the_first_has_done(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "A1")
        _, asked = await pressed(rig, await rig.ask("/duplicates"), "Merge all")
        _, told = await pressed(rig, asked, "Merge them")
        again = await rig.owner.press(asked, data=asked.button("Merge them").data)
        merged = rig.owner.dialog.messages[told.id]
        _, asked = await pressed(rig, await rig.ask("/trash"), "Empty it")
        _, emptied = await pressed(rig, asked, "Delete them for good")
        await rig.owner.press(asked, data=asked.button("Delete them for good").data)

    assert "This button is out of date." == again.text
    assert ["↩ Take it back"] == list(merged.buttons)
    assert "1 file deleted, 1.0 kB freed." == rig.owner.dialog.messages[emptied.id].text


async def test_nothing_moves_when_the_best_file_is_gone(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "A1")
        shown = await rig.ask("/duplicates")
        (rig.folder / "music" / "large" / "A1.mp3").unlink()
        answer = await rig.owner.press(shown, "1: keep the best")

    assert "The best file is not there any more, so I moved nothing." == answer.text
    assert ["small/A1.mp3"] == files_of(rig)


async def test_what_was_said_already_is_out_of_date(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await put(rig, product, "A1")
        shown = await rig.ask("/duplicates")
        seal = Seal(product.store.vault.sign)
        answers = [
            await rig.owner.press(shown, data=seal.pack(rig.owner.dialog.id, press))
            for press in (
                Press(Action.KEEP_BEST, 1, (0,)),
                Press(Action.KEEP_APART, 1, (0,)),
                Press(Action.UNDO, 9),
            )
        ]

    assert {"This button is out of date."} == {answer.text for answer in answers}
