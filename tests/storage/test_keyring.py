from __future__ import annotations

import hashlib
import os
from io import BufferedReader, BytesIO
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import DiskFailure, DiskTrouble
from storage.keyring import Keyring, unseal
from storage.segments import SEGMENT, SegmentKey, SegmentWriter

KEY = SegmentKey(b"8 bytes.", b"k" * 32, "library")
OTHER = SegmentKey(b"other id", b"o" * 32, "library")
SEALING = Keyring([KEY], KEY)
SIZES = (0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT + 7)


def plain(size: int) -> bytes:
    return Random(size).randbytes(size)


def sealed(data: bytes, key: SegmentKey = KEY) -> bytes:
    out = BytesIO()
    writer = SegmentWriter(out, key)
    writer.write(data)
    writer.finish()
    return out.getvalue()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return tmp_path / "song.mp3"


@pytest.mark.parametrize("size", SIZES)
def test_a_sealed_file_is_read_as_the_plain_one_that_it_was(song: Path, size: int) -> None:
    data = plain(size)
    song.write_bytes(sealed(data))

    assert (True, size) == (SEALING.is_sealed(song), SEALING.size_of(song))
    assert hashlib.sha256(data).hexdigest() == SEALING.sha256_of(song)
    with SEALING.opened(song) as file:
        assert file is not None
        assert data == file.read()
        assert (size, song.stat().st_ino) == (file.tell(), os.fstat(file.fileno()).st_ino)


@pytest.mark.parametrize("size", SIZES)
def test_a_plain_file_is_read_as_it_is(song: Path, size: int) -> None:
    song.write_bytes(plain(size))

    assert (False, size) == (SEALING.is_sealed(song), SEALING.size_of(song))
    assert hashlib.sha256(plain(size)).hexdigest() == SEALING.sha256_of(song)


DATA = plain(2 * SEGMENT + 99)


@pytest.fixture(scope="module")
def ranges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("ranges") / "song.mp3"
    path.write_bytes(sealed(DATA))
    return path


@given(st.integers(0, 3 * SEGMENT), st.integers(0, 2 * SEGMENT))
def test_any_piece_is_read_alone(ranges: Path, offset: int, count: int) -> None:
    assert DATA[offset : offset + count] == SEALING.piece_of(ranges, offset, count)


def test_it_is_sought_in_as_in_any_file(ranges: Path) -> None:
    with SEALING.opened(ranges) as file:
        assert file is not None
        assert len(DATA) == file.seek(0, os.SEEK_END)
        assert len(DATA) - 9 == file.seek(-9, os.SEEK_CUR)
        assert DATA[-9:] == file.read()
        assert 5 == file.seek(5)
        assert DATA[5:15] == file.read(10)


def test_what_is_no_ordinary_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for path in (tmp_path / "none", tmp_path / "link", tmp_path):
        assert (None, None, False) == (
            SEALING.size_of(path), SEALING.sha256_of(path), SEALING.is_sealed(path),
        )  # fmt: skip


def test_every_flip_in_a_sealed_file_is_found(song: Path) -> None:
    data = sealed(plain(SEGMENT + 50))
    places = [*range(16, 48), *Random(1).sample(range(48, len(data)), 40), len(data) - 1]
    for place in places:
        song.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        with pytest.raises(DiskFailure) as caught:
            SEALING.sha256_of(song)
        assert (DiskTrouble.BROKEN, song) == (caught.value.kind, caught.value.path)


@pytest.mark.parametrize("left", [48, 60, 48 + 65552, 48 + 65552 + 10, 48 + 65552 + 40])
def test_a_sealed_file_that_was_cut_is_broken(song: Path, left: int) -> None:
    song.write_bytes(sealed(plain(SEGMENT + 50))[:left])
    with pytest.raises(DiskFailure) as caught:
        SEALING.sha256_of(song)

    assert DiskTrouble.BROKEN is caught.value.kind


def test_one_that_another_key_has_sealed_is_locked(song: Path) -> None:
    song.write_bytes(sealed(b"song", OTHER))
    for look in (SEALING.size_of, SEALING.sha256_of):
        with pytest.raises(DiskFailure) as caught:
            look(song)
        assert DiskTrouble.LOCKED is caught.value.kind

    assert 4 == Keyring([KEY, OTHER], KEY).size_of(song)


def test_where_nothing_was_ever_sealed_files_are_what_they_are(song: Path) -> None:
    song.write_bytes(sealed(b"song"))

    assert len(sealed(b"song")) == Keyring().size_of(song)
    assert not Keyring().is_sealed(song)


def test_what_comes_in_is_sealed_with_its_rights_and_times(song: Path) -> None:
    song.write_bytes(DATA)
    song.chmod(0o640)
    os.utime(song, ns=(5 * 10**9, 7 * 10**9))
    target = song.with_name("named.mp3")
    with SEALING.ready(song) as ready:
        ready.replace(target)

    assert [target] == [*song.parent.iterdir()]
    assert hashlib.sha256(DATA).hexdigest() == SEALING.sha256_of(target)
    assert DATA[:40] not in target.read_bytes()
    about = target.stat()
    assert (0o640, 7 * 10**9) == (about.st_mode & 0o777, about.st_mtime_ns)


def test_what_could_not_be_named_stays_plain_and_alone(song: Path) -> None:
    song.write_bytes(DATA)
    with pytest.raises(FileExistsError), SEALING.ready(song):
        raise FileExistsError

    assert ([song], DATA) == ([*song.parent.iterdir()], song.read_bytes())


def test_without_a_key_of_today_what_comes_in_stays_plain(song: Path) -> None:
    song.write_bytes(DATA)
    with Keyring([KEY]).ready(song) as ready:
        assert song == ready

    assert DATA == song.read_bytes()


def test_a_sealed_file_is_written_out_again(song: Path, tmp_path: Path) -> None:
    song.write_bytes(sealed(DATA))
    copy = tmp_path / "copy"
    copy.write_text("what a kill has left")
    with SEALING.opened(song) as file:
        assert file is not None
        digest = unseal(file, copy)

    assert (hashlib.sha256(DATA).hexdigest(), DATA) == (digest, copy.read_bytes())


def test_of_a_broken_one_nothing_is_written_out(song: Path, tmp_path: Path) -> None:
    data = bytearray(sealed(DATA))
    data[70] ^= 1
    song.write_bytes(data)
    with pytest.raises(DiskFailure), SEALING.opened(song) as file:
        unseal(cast("BufferedReader", file), tmp_path / "copy")

    assert [song] == [*tmp_path.iterdir()]
