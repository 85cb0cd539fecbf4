from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from downloader.intake import Intake, Placed, Trouble, groups, is_known, local_file, may_be_music
from downloader.metadata.tags import Tags
from storage.formats import FLAC
from storage.models import Track
from storage.walking import Found

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATH = PurePosixPath("Blue/So What.mp3")


def found(size: int = 1000, changed_at: datetime = NOON) -> Found:
    return Found(PATH, size, changed_at)


def track(added_at: datetime, changed_at: datetime | None) -> Track:
    return Track(
        id=1, document_id=None, title="", performer="", duration=timedelta(0), size=1000, mime="",
        name="", path=PATH, sha256_source="", sha256="", added_at=added_at, changed_at=changed_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "is_music"),
    [
        ("a.mp3", True),
        ("a.FLAC", True),
        ("a.oga", True),
        ("a.m4b", True),
        ("film.mp4", False),
        ("film.webm", False),
        ("a.mid", False),
        ("cover.jpg", False),
        ("mp3", False),
        ("list.m3u", False),
    ],
)
def test_names_tell_what_is_worth_a_look(name: str, is_music: bool) -> None:
    assert is_music == may_be_music(name)


def test_a_file_is_known_as_long_as_its_size_and_time_are_the_same() -> None:
    imported = track(NOON + MINUTE, NOON)

    assert is_known(found(), imported)
    assert not is_known(found(size=1001), imported)
    assert not is_known(found(changed_at=NOON + MINUTE), imported)
    assert not is_known(found(changed_at=NOON - MINUTE), imported)
    assert not is_known(found(), None)


def test_a_downloaded_file_is_known_until_it_changes_after_that() -> None:
    assert is_known(found(), track(NOON, None))
    assert not is_known(found(changed_at=NOON + MINUTE), track(NOON, None))


def test_groups_are_of_two_hundred_files_or_two_gigabytes() -> None:
    small = [Placed(found(), PATH)] * 401
    large = [Placed(found(size=3 << 30), PATH)] * 2

    assert [200, 200, 1] == [len(group) for group in groups(small)]
    assert [1, 1] == [len(group) for group in groups(large)]
    assert [] == list(groups([]))


def test_a_file_with_tags_is_described_by_them() -> None:
    tags = Tags("So What", "Miles", "Blue", "Jazz", 1959, 1, None, 9, "flac", has_cover=True)
    file = local_file(Placed(found(), PATH), "ab", FLAC, tags)

    assert ("So What", "Miles", "Blue", "Jazz") == (file.title, file.artist, file.album, file.genre)
    assert (PATH, 1000, NOON, "ab") == (file.path, file.size, file.changed_at, file.sha256)
    assert ("flac", "audio/flac", 1959, 9) == (file.format, file.mime, file.year, file.bitrate)
    assert timedelta(0) == file.duration
    assert file.has_cover


def test_a_file_without_tags_has_its_name_and_kind() -> None:
    file = local_file(Placed(found(), PATH), "ab", FLAC, None)

    assert (PATH, "flac", "", 1000) == (file.path, file.format, file.title, file.size)


def test_every_file_counts_once_wherever_it_went() -> None:
    intake = Intake()
    intake.enter(found())
    intake.recognise(found())
    intake.leave_out(PATH, Trouble.NO_AUDIO, 5)

    assert (3, 2005) == (intake.files, intake.bytes)
    assert {PATH: Trouble.NO_AUDIO} == intake.troubles
