from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.exclusive import only_one
from storage.segments import looks_sealed
from tests.bot.verbs.test_backup import tad
from tests.bot.verbs.test_verify import music as music  # noqa: PLC0414  # a fixture

SONGS = ("1.mp3", "2.mp3", "3.mp3")


def read(music: Path) -> list[bytes]:
    return [(music / name).read_bytes() for name in SONGS]


def are_sealed(music: Path) -> list[bool]:
    return [looks_sealed(body) for body in read(music)]


def test_a_library_is_encrypted_and_decrypted_again(music: Path) -> None:
    before = read(music)
    code, out, _ = tad("library", "encrypt", "--yes")
    assert (0, [True] * 3) == (code, are_sealed(music))
    assert out.startswith("3 files encrypted.\n")
    assert "Make a backup now" in out
    assert "all is well" in tad("verify")[1]
    assert "0 files encrypted, 3 had been before.\n" == tad("library", "encrypt", "--yes")[1]
    code, out, _ = tad("library", "decrypt", "--yes")

    assert (0, "3 files decrypted.\n", before) == (code, out, read(music))
    assert "all is well" in tad("verify")[1]


def test_what_it_means_is_said_first_and_nothing_is_done_without_a_yes(music: Path) -> None:
    code, out, _ = tad("library", "encrypt")

    assert (0, [False] * 3) == (code, are_sealed(music))
    assert "Encrypt the library (3 files, " in out
    assert "Players, Navidrome, Jellyfin and beets cannot read them then" in out
    assert f"Without {music.parent / 'data' / 'tad.key'} nobody can open them, ever" in out
    assert out.endswith("Nothing was changed.\n")


def test_it_is_refused_while_the_bot_runs(music: Path) -> None:
    with only_one(music / ".tad"):
        code, _, err = tad("library", "encrypt", "--yes")

    assert (1, [False] * 3) == (code, are_sealed(music))
    assert "is held by another program: stop that one first" in err


def test_a_file_that_is_damaged_is_named_and_the_rest_is_done(music: Path) -> None:
    tad("library", "encrypt", "--yes")
    body = bytearray((music / "2.mp3").read_bytes())
    body[100] ^= 1
    (music / "2.mp3").write_bytes(body)
    said = json.loads(tad("verify", "--json")[1])
    code, out, _ = tad("library", "decrypt", "--yes")

    assert ["2.mp3"] == said["damaged"]
    assert (1, [False, True, False]) == (code, are_sealed(music))
    assert "damaged; `tad verify --refill` fetches them again:\n  2.mp3\n" in out


def test_plain_copies_are_made_of_an_encrypted_library_once(music: Path, tmp_path: Path) -> None:
    before = read(music)
    tad("library", "encrypt", "--yes")
    folder = tmp_path / "elsewhere"
    dry = tad("library", "export", "--into", str(folder), "--dry-run")
    done = tad("library", "export", "--into", str(folder))
    again = tad("library", "export", "--into", str(folder))
    some = tad("library", "export", "song 2", "--into", str(tmp_path / "some"))

    assert dry[1].startswith("3 files would be copied, 0 there before.")
    assert "3 files copied, 0 there before.\n" == done[1]
    assert "0 files copied, 3 there before.\n" == again[1]
    assert before == read(folder)
    assert "1 file copied, 0 there before.\n" == some[1]


def test_a_new_key_seals_that_of_the_library_and_no_file_is_touched(music: Path) -> None:
    tad("library", "encrypt", "--yes")
    before = read(music)
    assert 0 == tad("keys", "rotate")[0]

    assert before == read(music)
    assert "all is well" in tad("verify")[1]


def test_where_the_key_is_lost_what_to_do_is_said_and_new_files_are_encrypted(
    music: Path,
) -> None:
    tad("library", "encrypt", "--yes")
    key = music.parent / "data" / "tad.key"
    kept = key.read_bytes()
    key.unlink()
    assert "put the key back, or run: tad keys lost" in tad("verify")[2]
    code, out, _ = tad("keys", "lost", "--yes")
    assert 0 == code
    assert "What is encrypted in the library opens only with the lost key." in out
    said = json.loads(tad("verify", "--json")[1])

    assert list(SONGS) == said["unread"]
    assert kept != key.read_bytes()


@pytest.mark.parametrize("action", ["encrypt", "decrypt", "export"])
def test_each_says_what_it_does(action: str, music: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        tad("library", action, "--help")

    assert 0 == caught.value.code
