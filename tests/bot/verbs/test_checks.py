from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.verbs.checks import (
    Mark,
    ffmpeg,
    fine,
    here,
    key,
    one_file_system,
    owner,
    signed_in,
    space,
    warning,
    writable,
    wrong,
)
from storage.models import Account, AccountState, Person, Role


def test_ffmpeg_is_missed_only_by_what_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = ffmpeg()
    program = tmp_path / "ffmpeg"
    program.touch(0o755)

    assert (Mark.WARNING, True) == (missing.mark, missing.well)
    assert "REPLAYGAIN, CHECK_SOUND and FINGERPRINTS" in missing.hint
    assert fine("ffmpeg", str(program)) == ffmpeg()


def test_a_folder_is_made_and_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    assert writable("data folder", folder, "DATA_DIR") == fine("data folder", str(folder))
    assert list(folder.iterdir()) == []


def test_f33_a_folder_that_cannot_be_written_to_is_told_with_its_user(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = writable("music folder", tmp_path / "file" / "folder", "MUSIC_DIR")

    assert not found.well
    assert f"; set MUSIC_DIR to a folder that user {os.getuid()} may write to" in found.hint


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("music_dir", {"free space", "one file system", "key file", "accounts"}),
        ("data_dir", {"key file", "accounts"}),
    ],
)
async def test_f33_what_rests_on_a_bad_folder_is_not_blamed_for_it(
    tmp_path: Path, name: str, left_out: set[str]
) -> None:
    (tmp_path / "file").touch()
    folders = {"data_dir": tmp_path / "data", "music_dir": tmp_path / "music"}
    folders[name] = tmp_path / "file" / "folder"
    settings = Settings(
        _env_file=None, bot_token="1:a", owner_id=1, telegram_api_id=1, telegram_api_hash="0" * 32,
        disk_reserve_mb=0, **folders,
    )  # fmt: skip
    found = [finding async for finding in here(settings)]

    assert [f"{name.removesuffix('_dir')} folder"] == [one.what for one in found if not one.well]
    assert not left_out & {one.what for one in found}
    assert warning("database", "looked at once the folders are right") == found[-1]


def test_f31_space_must_exceed_the_reserve(tmp_path: Path) -> None:
    assert space(tmp_path, 0).well
    scarce = space(tmp_path, 10**9)
    assert not scarce.well
    assert "DISK_RESERVE_MB" in scarce.hint


def test_f34_a_folder_that_is_gone_has_no_space(tmp_path: Path) -> None:
    assert not space(tmp_path / "gone", 0).well


def test_parts_must_lie_beside_the_music(tmp_path: Path) -> None:
    assert one_file_system(tmp_path).well
    (tmp_path / ".tad").mkdir()
    assert one_file_system(tmp_path).well


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no other file system")
def test_parts_on_another_file_system_are_told(tmp_path: Path) -> None:
    (tmp_path / ".tad").symlink_to("/proc/self")
    found = one_file_system(tmp_path)

    assert not found.well
    assert "must not be a mount" in found.hint


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".tad").symlink_to(".tad")

    assert one_file_system(tmp_path) in {
        fine("one file system"),
        wrong("one file system", f"{tmp_path / '.tad'}: Too many levels of symbolic links"),
    }


def test_the_key_must_be_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert not key(path).well
    path.touch(mode=0o644)
    assert "chmod 400" in key(path).hint
    path.chmod(0o400)
    assert key(path).well


@pytest.mark.parametrize(
    ("accounts", "well", "hint"),
    [
        ([], False, "nobody is signed in; run: tad login"),
        ([Account(1, "Ann", AccountState.READY)], True, "Ann"),
        (
            [Account(1, "Ann", AccountState.READY), Account(2, "Bob", AccountState.BANNED)],
            False,
            "Bob: no longer signed in; run: tad login",
        ),
    ],
)
def test_every_account_must_be_signed_in(accounts: list[Account], well: bool, hint: str) -> None:
    found = signed_in(accounts)
    where_not_needed = signed_in(accounts, needed=False)

    assert (found.well, found.hint) == (well, hint)
    assert (where_not_needed.well, where_not_needed.hint) == (True, hint)


def test_as_long_as_nobody_owns_the_bot_the_way_to_it_is_told() -> None:
    found = [owner(7, None), owner(None, Person(8, "Ann", Role.OWNER)), owner(None, None)]

    assert [Mark.FINE, Mark.FINE, Mark.WARNING] == [one.mark for one in found]
    assert "tad claim" in found[2].hint
