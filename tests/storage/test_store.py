from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, KeyMissingError, KeyWrongError
from storage.models import Account, AccountState, Transfer
from storage.store import Store, open_store
from tests.storage.values import NOW, an_audio, publishing, running_job

_ANN = Account(11, "Ann", AccountState.READY)


async def _save_track(store: Store) -> None:
    await running_job(store, an_audio(1))
    await store.catalog.save(
        await publishing(store),
        path=PurePosixPath("x.mp3"),
        size=1,
        mime="audio/mpeg",
        sha256_source="",
        sha256="",
        now=NOW,
    )


async def test_the_first_opening_makes_everything(tmp_path: Path) -> None:
    data, music = tmp_path / "a" / "data", tmp_path / "b" / "music"

    async with open_store(data, music) as store:
        assert await store.jobs.every() == []

    assert {path.name for path in data.iterdir()} == {"tad.db", "tad.db.lock", "tad.key"}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert (music / ".tad").is_dir()


async def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    async with open_store(data, music) as store:
        await _save_track(store)
        await store.accounts.save(_ANN, b"session")

    async with open_store(data, music) as store:
        assert len(await store.catalog.every()) == 1
        assert await store.accounts.session(11) == b"session"


async def test_data_and_music_may_share_a_folder(tmp_path: Path) -> None:
    async with open_store(tmp_path, tmp_path) as store:
        await store.files.create_part(5, 0)


async def test_the_key_may_lie_elsewhere(tmp_path: Path) -> None:
    key_file = tmp_path / "elsewhere.key"

    async with open_store(tmp_path / "data", tmp_path / "music", key_file) as store:
        await store.accounts.save(_ANN, b"session")

    assert key_file.exists()
    assert not (tmp_path / "data" / "tad.key").exists()


async def test_a_lost_key_is_told_and_not_replaced(tmp_path: Path) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    async with open_store(data, music) as store:
        await store.accounts.save(_ANN, b"session")
    (data / "tad.key").rename(tmp_path / "tad.key")

    with pytest.raises(KeyMissingError):
        async with open_store(data, music):
            pass
    assert not (data / "tad.key").exists()

    (tmp_path / "tad.key").rename(data / "tad.key")
    async with open_store(data, music) as store:
        assert await store.accounts.session(11) == b"session"


async def test_row94_a_wrong_key_is_told_at_the_start(tmp_path: Path) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    async with open_store(data, music) as store:
        await store.accounts.save(_ANN, b"session")
    (data / "tad.key").unlink()
    (data / "tad.key").write_text("ab" * 32)
    (data / "tad.key").chmod(0o400)

    with pytest.raises(KeyWrongError):
        async with open_store(data, music):
            pass


async def test_without_secrets_a_lost_key_is_made_anew(tmp_path: Path) -> None:
    async with open_store(tmp_path / "data", tmp_path / "music"):
        pass
    (tmp_path / "data" / "tad.key").unlink()

    async with open_store(tmp_path / "data", tmp_path / "music") as store:
        assert store.vault.decrypt(store.vault.encrypt(b"x", "a"), "a") == b"x"


@pytest.mark.parametrize("has_track", [True, False])
async def test_f34_a_library_that_is_gone_is_not_made_anew(tmp_path: Path, has_track: bool) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    async with open_store(data, music) as store:
        if has_track:
            await _save_track(store)
        else:
            await store.transfers.save(Transfer(5, 10, 4096, b"\1"))
    music.rename(tmp_path / "unmounted")
    music.mkdir()

    async with open_store(data, music) as store:
        with pytest.raises(DiskFailure):
            await store.files.create_part(5, 1)
        assert list(music.iterdir()) == []
        music.rmdir()
        (tmp_path / "unmounted").rename(music)
        async with await store.files.create_part(5, 1):
            pass


async def test_a_data_folder_that_cannot_be_made_is_a_disk_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DiskFailure):
        async with open_store(tmp_path / "file" / "data", tmp_path / "music"):
            pass
