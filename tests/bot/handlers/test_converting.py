from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import MediaKind, Message
from sandbox.faults import Rule
from storage.models import Track
from tests.bot.library import NOW, put
from tests.bot.rig import Product, Rig
from tests.downloader.metadata.files import frames_of_sound
from tests.downloader.metadata.songs import needs_ffmpeg
from tests.local_files import local_file

OWN = ["♡ Like", "＋ List", "Same artist", "✎ Edit", "⇄ Convert"]
CHOICES = ["MP3 128", "MP3 192", "MP3 320", "Opus 96", "Voice note"]


@dataclass(frozen=True)
class Program:
    """What the bot takes for ffmpeg. It waits for leave, where it is told to."""

    folder: Path

    def does(self, line: str, *, waits: bool = False) -> None:
        waiting = f"while [ ! -e {self.folder}/leave ]; do sleep 0.02; done" if waits else ":"
        lines = ("#!/bin/sh", "for word; do last=$word; done", waiting, line)
        (self.folder / "ffmpeg").write_text("\n".join(lines))
        (self.folder / "ffmpeg").chmod(0o755)

    def makes(self, *, waits: bool = False) -> None:
        self.does('echo "$@" > ${last#file:}', waits=waits)

    def leave(self) -> None:
        (self.folder / "leave").touch()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    program = Program(folder)
    program.makes()
    return program


async def a_track(rig: Rig, product: Product) -> tuple[Track, Message]:
    """Have a track sent that ffmpeg could read."""
    [track] = await put(product.store, rig.folder / "music", "So What.mp3")
    (rig.folder / "music" / "Trio" / "So What.mp3").write_bytes(frames_of_sound())
    shelf = await rig.ask("/recent")
    await rig.owner.press(shelf, "1")
    message = await rig.owner.until(lambda one: one.media is not None)
    await product.knows(track)
    return track, message


async def comes(rig: Rig, message: Message) -> Message:
    return await rig.owner.until(lambda one: one.media is not None and one.id > message.id)


def now(rig: Rig, message: Message) -> Message:
    return rig.owner.dialog.messages[message.id]


def left(rig: Rig) -> list[Path]:
    return list((rig.folder / "music" / ".tad").glob("outgoing-*"))


async def begun(rig: Rig) -> None:
    """Wait until something is being made, which only the disk tells."""
    while not left(rig):  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def test_an_answer_says_what_is_to_be_made(rig: Rig, program: Program) -> None:
    async with rig.running() as product:
        track, message = await a_track(rig, product)
        kept = await product.store.sent_files.of(product.app.bot.id, [track.id])
        rig.owner.send("/convert opus 64k 1:20-2:40", reply_to=message)
        note = await rig.hears("⏳ Converting “Trio – So What” to Opus, 64 kbit/s, 1:20–2:40…")
        sent = await comes(rig, message)
        await rig.gone(note)

        assert ["✖️ Cancel"] == note.buttons
        assert sent.document is not None
        assert "Trio – So What.opus" == sent.document.name
        said = bytes(sent.document.read(0, sent.document.size))
        assert b"-ss 80.000 -t 80.000" in said
        assert b"libopus -b:a 64000" in said
        assert kept == await product.store.sent_files.of(product.app.bot.id, [track.id])
        assert [] == left(rig)


async def test_a_voice_note_is_one(rig: Rig, program: Program) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert voice", reply_to=message)
        sent = await comes(rig, message)

        assert sent.media is not None
        assert MediaKind.VOICE is sent.media.kind
        assert timedelta(seconds=225) == sent.media.document.duration


async def test_the_choices_stand_in_place_of_the_buttons(rig: Rig, program: Program) -> None:
    program.makes(waits=True)
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        await rig.owner.press(message, "Convert")
        choices = now(rig, message)
        await rig.owner.press(choices, "Back")
        back = now(rig, message)
        await rig.owner.press(back, "Convert")
        taps = [rig.owner.tap(now(rig, message), "MP3 320") for _ in range(3)]
        answers = [(await tap.answer).text for tap in taps]
        program.leave()
        sent = await comes(rig, message)
        while len(rig.said) > 3:  # the note goes last
            await rig.owner.next()

        assert (OWN, [*CHOICES, "◀ Back"]) == (message.buttons, choices.buttons)
        assert OWN == back.buttons
        assert ["It comes…"] * 3 == answers
        assert sent.is_audio
        assert sent.document is not None
        assert ("So What", "Trio") == (sent.document.title, sent.document.performer)
        assert OWN == now(rig, message).buttons
        assert [message.id, sent.id] == [one.id for one in rig.owner.messages if one.media]


async def test_the_command_alone_asks_what_shall_be_made(rig: Rig, program: Program) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        how = await rig.ask("/convert")
        rig.owner.send("/convert", reply_to=message)
        question = await rig.hears("What shall I make of “Trio – So What”?")
        await rig.owner.press(question, "Opus 96")
        sent = await comes(rig, question)

        assert how.text.startswith("Answer a track that I sent with /convert mp3 192k")
        assert sent.document is not None
        assert sent.document.name == "Trio – So What.opus"
        assert CHOICES == now(rig, question).buttons


async def test_what_is_not_understood_is_told(rig: Rig, program: Program) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert flac", reply_to=message)
        word = await rig.owner.reply()
        rig.owner.send("/convert 9:00-10:00", reply_to=message)
        piece = await rig.owner.reply()

        assert word.text.startswith("I do not know “flac” here. Write mp3, opus or voice")
        assert "“Trio – So What” is over before that: it is 3:45 long." == piece.text


async def test_those_that_wait_say_how_many_are_before_them(rig: Rig, program: Program) -> None:
    program.makes(waits=True)
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        notes = []
        for what in ("mp3 64k", "mp3 96k", "voice"):
            rig.owner.send(f"/convert {what}", reply_to=message)
            notes.append(await rig.owner.reply())
        answer = await rig.owner.press(notes[1], "Cancel")
        last = await rig.hears("⏳ “Trio – So What” (a voice note) waits: one is before it.")
        program.leave()
        first, second = await comes(rig, message), await comes(rig, message)
        await rig.gone(notes[2])

        assert ["to MP3, 64 kbit/s…", "one is before it.", "2 are before it."] == [
            " ".join(note.text.split()[-4:]) for note in notes
        ]
        assert ("Cancelled.", notes[2].id) == (answer.text, last.id)
        assert first.id < second.id
        assert {note.id for note in notes}.isdisjoint(rig.owner.dialog.messages)


async def test_what_is_under_way_can_be_cancelled(rig: Rig, program: Program) -> None:
    program.makes(waits=True)
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert mp3", reply_to=message)
        note = await rig.owner.reply()
        await begun(rig)
        answer = await rig.owner.press(note, "Cancel")
        await rig.gone(note)

        assert ("Cancelled.", []) == (answer.text, left(rig))


async def test_of_one_person_only_some_may_wait(rig: Rig, program: Program) -> None:
    program.makes(waits=True)
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        told = []
        for number in range(6):
            rig.owner.send(f"/convert mp3 {64 + number}k", reply_to=message)
            told.append((await rig.owner.reply()).text)

        assert told[-1].startswith("You have enough on the way.")
        assert "⏳ “Trio – So What” (MP3, 68 kbit/s) waits: 4 are before it." == told[-2]


async def test_a_program_that_ends_says_so_and_leaves_nothing(rig: Rig, program: Program) -> None:
    program.makes(waits=True)
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        notes = []
        for what in ("mp3", "opus"):
            rig.owner.send(f"/convert {what}", reply_to=message)
            notes.append(await rig.owner.reply())
        await begun(rig)

    assert [] == left(rig)
    told = [now(rig, note).text for note in notes]
    assert ["The program was stopped before “Trio – So What” was ready."] * 2 == [
        text.removesuffix(" Please ask for it again.") for text in told
    ]


async def test_what_a_kill_has_left_is_removed_and_its_note_is_out_of_date(
    rig: Rig, program: Program
) -> None:
    async with rig.running():
        pass
    (rig.folder / "music" / ".tad" / "outgoing-1").touch()
    async with rig.running() as product:
        note = await rig.ask("/convert")
        seal = Seal(product.store.vault.sign)
        data = seal.pack(rig.owner.dialog.id, Press(Action.CANCEL_CONVERSION))
        answer = await rig.owner.press(note, data=data)

        assert "This button is out of date." == answer.text
        assert "This was cut off when the program ended. Please ask for it again." == (
            now(rig, note).text
        )
        assert [] == left(rig)


async def test_a_file_that_cannot_be_read_is_told(rig: Rig, program: Program) -> None:
    program.does("echo broken >&2; exit 1")
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert mp3", reply_to=message)
        told = await rig.hears("ffmpeg cannot read the file of “Trio – So What”")

        assert [] == told.buttons
        assert [] == left(rig)


async def test_who_takes_no_voice_notes_is_told(rig: Rig, program: Program) -> None:
    refused = (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    rig.api.faults.add(Rule("bot.sendVoice", error=refused))
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert voice", reply_to=message)
        told = await rig.hears("Telegram’s settings let nobody send voice notes here.")

        assert [] == told.buttons


async def test_what_would_be_too_large_is_told_with_what_has_room(
    rig: Rig, program: Program
) -> None:
    async with rig.running() as product:
        path = PurePosixPath("Mix.mp3")
        mix = local_file(path, 900, "5" * 64, title="Mix", duration=timedelta(hours=1))
        await product.store.imports.add([mix], NOW)
        (rig.folder / "music" / "Mix.mp3").write_bytes(frames_of_sound())
        shelf = await rig.ask("/recent")
        await rig.owner.press(shelf, "1")
        message = await rig.owner.until(lambda one: one.media is not None)
        rig.owner.send("/convert mp3 320k", reply_to=message)
        told = await rig.owner.reply()
        rig.owner.send("/convert mp3 100k", reply_to=message)
        sent = await comes(rig, told)

        assert (
            "“Mix” would become larger than the 50 MB that I may send. With 101k it has room."
            == told.text
        )
        assert sent.is_audio


async def test_a_file_that_is_gone_cannot_be_converted(rig: Rig, program: Program) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        (rig.folder / "music" / "Trio" / "So What.mp3").unlink()
        rig.owner.send("/convert mp3", reply_to=message)
        told = await rig.owner.reply()

        assert told.text.startswith("🗑 The file of “Trio – So What” is not in the library")


async def test_without_ffmpeg_it_is_said_how_to_get_it(rig: Rig, program: Program) -> None:
    (program.folder / "ffmpeg").unlink()
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        await rig.owner.press(message, "Convert")
        answer = await rig.owner.press(now(rig, message), "MP3 192")
        told = await rig.hears("Converting needs ffmpeg.")

        assert "" == answer.text
        assert "On the server, run sudo apt install ffmpeg and start me again" in told.text


@needs_ffmpeg
async def test_the_real_one_makes_music_of_it(rig: Rig) -> None:
    async with rig.running() as product:
        _, message = await a_track(rig, product)
        rig.owner.send("/convert opus", reply_to=message)
        sent = await comes(rig, message)

        assert sent.document is not None
        assert b"OggS" == bytes(sent.document.read(0, 4))
