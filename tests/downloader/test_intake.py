from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from downloader.intake import Intake, Placed, Trouble, groups, is_known, local_file, may_be_music
from downloader.metadata.naming.rules import Rules
from downloader.metadata.tags import Tags
from storage.description import Description, Provenance
from storage.formats import FLAC
from storage.models import Track
from storage.sound import Flaw, Grade, Sound
from storage.walking import Found

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATH = PurePosixPath("Blue/So What.mp3")


def found(size: int = 1000, changed_at: datetime = NOON) -> Found:
    return Found(PATH, size, changed_at)


def track(
    added_at: datetime, changed_at: datetime | None, grade: Grade | None = Grade.GOOD
) -> Track:
    return Track(
        id=1, document_id=None, title="", performer="", duration=timedelta(0), size=1000, mime="",
        name="", path=PATH, sha256_source="", sha256="", added_at=added_at, changed_at=changed_at,
        grade=grade,
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


def test_what_nobody_could_read_is_worth_another_look() -> None:
    assert not is_known(found(), track(NOON, NOON, None))


def test_groups_are_of_two_hundred_files_or_two_gigabytes() -> None:
    small = [Placed(found(), PATH)] * 401
    large = [Placed(found(size=3 << 30), PATH)] * 2

    assert [200, 200, 1] == [len(group) for group in groups(small)]
    assert [1, 1] == [len(group) for group in groups(large)]
    assert [] == list(groups([]))


def test_a_file_with_tags_is_described_by_them() -> None:
    said = Description("So What", "Miles", "Blue", "Miles", "Jazz", date="1959-08-17")
    known = ("title", "artist", "album", "album_artist", "genre", "date", "track_number")
    said = replace(said, track_number=3, provenance=dict.fromkeys(known, Provenance.TAGS))
    tags = Tags(said, Sound("flac", bitrate=9), "flac", has_cover=True, has_lyrics=True)
    file = local_file(Placed(found(), PATH), "ab", FLAC, tags, frozenset(), Rules())
    entry = file.entry

    assert said == entry.description
    assert (PATH, NOON) == (file.path, file.changed_at)
    assert ("flac", "audio/flac") == (file.format, file.mime)
    assert ("ab", 1000, tags.sound) == (entry.sha256, entry.size, entry.sound)
    assert (Grade.EXCELLENT, True, True) == (entry.grade, entry.has_cover, entry.has_lyrics)


def test_a_file_without_tags_has_its_kind_and_what_its_name_says() -> None:
    named = replace(found(), path=PurePosixPath("x/03. Miles Davis - So What.flac"))
    flaws = frozenset({Flaw.TRUNCATED})
    file = local_file(Placed(named, PATH), "ab", FLAC, None, flaws, Rules())
    called = file.entry.description

    assert (PATH, "flac", 1000) == (file.path, file.format, file.entry.size)
    assert ("Miles Davis", "So What", 3) == (called.artist, called.title, called.track_number)
    assert {Provenance.NAME} == set(called.provenance.values())
    assert (None, flaws) == (file.entry.grade, file.entry.flaws)


def test_every_file_counts_once_wherever_it_went() -> None:
    intake = Intake()
    intake.enter(found())
    intake.recognise(found())
    intake.leave_out(PATH, Trouble.NO_AUDIO, 5)

    assert (3, 2005) == (intake.files, intake.bytes)
    assert {PATH: Trouble.NO_AUDIO} == intake.troubles
