from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.ffmpeg.program import Cut, Ffmpeg, FfmpegFailedError, patience_for
from storage.errors import DiskFailure, DiskTrouble
from tests.downloader.metadata.files import frames_of_sound

SOON, LATER = timedelta(seconds=0.5), timedelta(minutes=2)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.mp3"
    path.write_bytes(frames_of_sound())
    return path


def played_by(folder: Path, *lines: str) -> Ffmpeg:
    """Return a program that does what the lines say in place of ffmpeg."""
    path = folder / "program"
    path.write_text("\n".join(("#!/bin/sh", *lines)))
    path.chmod(0o755)
    return Ffmpeg(path)


async def test_what_it_says_and_what_it_writes_are_told_apart(song: Path, tmp_path: Path) -> None:
    said = await played_by(tmp_path, "echo heard; echo noted >&2").hear(song, (), LATER)

    assert (b"heard\n", "noted\n") == (said.out, said.log)


async def test_row90_it_reads_the_file_in_our_hands_and_nothing_else(
    song: Path, tmp_path: Path
) -> None:
    program = played_by(tmp_path, 'echo "$@"; for word; do last=$word; done; cat "${last#file:}"')
    said = await program.hear(song, (), LATER)
    told, _, body = said.out.partition(b"\n")

    assert b"-protocol_whitelist file -format_whitelist mp3 -f mp3 -vn -sn -dn -i file:" in told
    assert bytes(song) not in told
    assert frames_of_sound() == body


async def test_each_cut_is_an_input(song: Path, tmp_path: Path) -> None:
    cuts = [Cut(timedelta(seconds=start), timedelta(seconds=10)) for start in (1, 90)]
    said = await played_by(tmp_path, 'echo "$@"').hear(song, ("-f", "null"), LATER, cuts)

    assert 2 == said.out.count(b" -i file:")
    assert b"-ss 1.000 -t 10.000 " in said.out
    assert b"-ss 90.000 -t 10.000 " in said.out
    assert said.out.endswith(b" -f null\n")


async def test_it_sees_neither_our_secrets_nor_our_folder(song: Path, tmp_path: Path) -> None:
    said = await played_by(tmp_path, "pwd; export").hear(song, (), LATER)

    assert b"/\n" == said.out[:2]
    assert b"HOME" not in said.out


async def test_it_works_behind_others_and_writes_no_files(song: Path, tmp_path: Path) -> None:
    said = await played_by(tmp_path, "sleep 0.5; nice; ulimit -f").hear(song, (), LATER)

    assert [str(min(os.nice(0) + 10, 19)).encode(), b"0"] == said.out.split()


async def test_its_last_words_tell_why_it_failed(song: Path, tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailedError) as failed:
        await played_by(tmp_path, "echo broken >&2; exit 69").hear(song, (), LATER)

    assert (69, "broken") == (failed.value.code, failed.value.detail)


MAKING = "for word; do last=$word; done; made=${last#file:}"


async def test_what_it_makes_is_the_file_in_our_hands(song: Path, tmp_path: Path) -> None:
    program = played_by(tmp_path, MAKING, 'echo "$@" > $made')
    made = tmp_path / "made"
    await program.make(song, made, ("-f", "opus"), LATER, 1000)
    told = await asyncio.to_thread(made.read_text)

    assert " -f opus -y file:/dev/fd/" in told


async def test_a_file_that_is_there_is_not_overwritten(song: Path, tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        await played_by(tmp_path, "exit 0").make(song, song, (), LATER, 1000)
    body = await asyncio.to_thread(song.read_bytes)

    assert frames_of_sound() == body


@pytest.mark.parametrize(
    ("line", "was_too_large"),
    [
        ("sleep 0.5; exec dd if=/dev/zero bs=9000 count=1 of=$made", True),
        ("echo half > $made; exit 1", False),
        ("echo 'Output file is empty, nothing was encoded' >&2", False),
    ],
)
async def test_of_what_fails_no_file_is_left(
    line: str, was_too_large: bool, song: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    with pytest.raises(FfmpegFailedError) as failed:
        await played_by(tmp_path, MAKING, line).make(song, made, (), LATER, 4000)

    assert was_too_large is failed.value.was_too_large
    assert not made.exists()


async def test_a_full_disk_is_no_fault_of_the_file(song: Path, tmp_path: Path) -> None:
    program = played_by(tmp_path, "echo 'error: No space left on device' >&2; exit 1")
    with pytest.raises(DiskFailure) as failed:
        await program.make(song, tmp_path / "made", (), LATER, 1000)

    assert DiskTrouble.FULL is failed.value.kind


@pytest.mark.parametrize("line", ["exec sleep 600", "exec yes", "exec yes >&2"])
async def test_what_takes_too_much_is_ended(line: str, song: Path, tmp_path: Path) -> None:
    patience = SOON if "sleep" in line else LATER
    with pytest.raises(FfmpegFailedError):
        await played_by(tmp_path, line).hear(song, (), patience)


async def test_whoever_gives_up_leaves_nothing_running(song: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    program = played_by(tmp_path, f"echo $$ > {told}", "exec sleep 600")
    async with asyncio.TaskGroup() as group:
        hearing = group.create_task(program.hear(song, (), LATER))
        number = int(await asyncio.to_thread(told.read_text))
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing

    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n",
        b"http://127.0.0.1/",
        b"RIFF\0\0\0\0AVI LIST",
        b"",
    ],
)
async def test_row90_what_is_no_audio_is_not_even_shown_to_it(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(body)
    with pytest.raises(FfmpegFailedError) as failed:
        await played_by(tmp_path, "exit 0").hear(path, (), LATER)

    assert (None, "no audio") == (failed.value.code, failed.value.detail)


async def test_a_link_is_not_followed(song: Path, tmp_path: Path) -> None:
    (tmp_path / "link.mp3").symlink_to(song)
    with pytest.raises(DiskFailure):
        await played_by(tmp_path, "exit 0").hear(tmp_path / "link.mp3", (), LATER)


def test_a_long_track_may_take_longer_but_not_for_ever() -> None:
    short, long = patience_for(timedelta(minutes=3)), patience_for(timedelta(hours=9))

    assert timedelta(minutes=3) < short < long
    assert long == patience_for(None)
