"""What ffprobe and the tag library find of what was written, in every format and in real music."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.figure import Figure, Goal
from bench.tagged.players import packets_of, shown
from bench.tagged.songs import PICTURE, Song, fetched, made, write_all
from downloader.metadata.names import names_in
from downloader.metadata.opening import opened, tag_before
from downloader.metadata.writing.writer import sheet_of
from storage.formats import of_name

_MUSIC, _MUSIC_QUICK = 41, 4
_TOLD = 10
_UNSEEN = {".dff"}  # ffmpeg reads no tags of it
_FIELDS = ("title", "artist", "album", "album_artist", "genre", "composer", "date", "comment")


def roundtrip(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Yield how many of all fields each of both finds, and of how many files the sound changed."""
    paths = made(folder)
    music = fetched(folder, _MUSIC_QUICK if quick else _MUSIC)
    before = {path: _sound(path, path.stat().st_size) for path in (*paths, *music)}
    sizes = {path: path.stat().st_size for path in before}
    songs = write_all([*paths, *music])
    about: dict[str, object] = {"formats": len(paths), "music": len(music)}
    seen = {song.path: _seen(song) for song in songs if song.path.suffix not in _UNSEEN}
    yield _found("ffprobe", seen, len(songs[0].told) + 1, about)
    yield _found("mutagen", {song.path: _read(song) for song in songs}, len(_FIELDS), about)
    changed = [path.name for path in before if before[path] != _sound(path, sizes[path])]
    yield Figure(
        "library.sound", len(changed), "files whose sound changed", Goal(at_most=0),
        about | {"changed": changed[:_TOLD]},
    )  # fmt: skip


def _sound(path: Path, size: int) -> str:
    """Return a digest of the sound, which had that size with all before it as long as untagged."""
    if path.suffix == ".ape":  # ffmpeg takes the tags behind it for a part of the sound
        return hashlib.sha256(path.read_bytes()[:size]).hexdigest()
    return packets_of(path)


def _found(
    by: str, wrong: Mapping[Path, Mapping[str, object]], each: int, about: dict[str, object]
) -> Figure:
    every = each * len(wrong)
    missed = sum(map(len, wrong.values()))
    detail = {path.name: dict(fields) for path, fields in wrong.items() if fields}
    return Figure(
        f"library.roundtrip.{by}", 100 * (every - missed) / every, "% of the fields",
        Goal(at_least=100), about | {"fields": every, "missed": dict(list(detail.items())[:_TOLD])},
    )  # fmt: skip


def _seen(song: Song) -> dict[str, object]:
    """Return what ffprobe shows otherwise, the cover included."""
    found = shown(song.path)
    wrong: dict[str, object] = {
        name: found.tags.get(name)
        for name, text in song.told.items()
        if found.tags.get(name) != text
    }
    return wrong if found.picture == PICTURE else wrong | {"cover": found.picture}


def _read(song: Song) -> dict[str, object]:
    """Return what stands otherwise under the first name that its family has for it."""
    kind = of_name(song.path.name)
    assert kind is not None
    with song.path.open("rb") as file:
        read = opened(file, kind.extension)
        assert read is not None
        tags = read.tags if read.tags is not None else tag_before(file)
    sheet, names = sheet_of(read, tags), names_in(tags)
    return {
        field: sheet.values(names[field][0])
        for field in _FIELDS
        if sheet.values(names[field][0]) != [song.told[field]]
    }
