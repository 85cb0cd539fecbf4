from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from storage.query.parser import parse
from storage.search.filters import Asker, conditions
from storage.search.wanted import wanted
from storage.sound import Flaw
from storage.store import Store
from tests.local_files import local_file
from tests.storage.values import JAZZ, NOW, an_audio, publishing, running_job

ME, ANN = 1, 2
FILES: dict[str, dict[str, Any]] = {
    "short.mp3": {"duration": timedelta(minutes=2), "bitrate": 128_000, "year": 1999},
    "long.flac": {"duration": timedelta(minutes=9), "bitrate": 900_000, "genre": "Acid Jazz"},
    "alac.m4a": {"duration": timedelta(minutes=4), "bitrate": 800_000, "has_cover": True},
    "aac.m4a": {"duration": timedelta(minutes=4), "bitrate": 256_000, "year": 2001},
}


@pytest.fixture
async def names(store: Store) -> dict[int, str]:
    files = [
        local_file(PurePosixPath(name), 5_000_000, "ab" * 32, title=name.split(".")[0], **own)
        for name, own in FILES.items()
    ]
    ids = await store.imports.add(files, NOW)
    return dict(zip(ids, FILES, strict=True))


async def matching(
    store: Store, names: dict[int, str], text: str, person: int = ME
) -> Sequence[str]:
    page = await store.search.find(parse(text), 10, person_id=person, now=NOW)
    return sorted(names.get(one, str(one)) for one in page.ids)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("duration>3m", ["aac.m4a", "alac.m4a", "long.flac"]),
        ("duration>180", ["aac.m4a", "alac.m4a", "long.flac"]),
        ("duration:4m..9m", ["aac.m4a", "alac.m4a", "long.flac"]),
        ("duration<=2m", ["short.mp3"]),
        ("size<20MB", ["aac.m4a", "alac.m4a", "long.flac", "short.mp3"]),
        ("size>20MB", []),
        ("bitrate>=256k", ["aac.m4a", "alac.m4a", "long.flac"]),
        ("format:flac", ["long.flac"]),
        ("format:m4a -lossless", ["aac.m4a"]),
        ("lossless", ["alac.m4a", "long.flac"]),
        ("year:1999", ["short.mp3"]),
        ("-year:1999", ["aac.m4a"]),
        ("year:1990..2010", ["aac.m4a", "short.mp3"]),
        ("has:cover", ["alac.m4a"]),
        ("has:file format:mp3", ["short.mp3"]),
        ("genre:jazz", ["long.flac"]),
        ('genre:"acid jazz"', ["long.flac"]),
        ("genre:jazz or year:2001", ["aac.m4a", "long.flac"]),
        ("short or format:flac", ["long.flac", "short.mp3"]),
        ("plays>0", []),
        ("added:7d", ["aac.m4a", "alac.m4a", "long.flac", "short.mp3"]),
        ("added:2020", []),
        ("since:2020", []),
        ("chat:@jazz", []),
        ("jazz", []),
    ],
)
async def test_conditions_hold_as_they_are_meant(
    store: Store, names: dict[int, str], text: str, found: list[str]
) -> None:
    assert await matching(store, names, text) == found


async def test_words_and_conditions_hold_together(store: Store, names: dict[int, str]) -> None:
    assert await matching(store, names, "alac lossless") == ["alac.m4a"]
    assert await matching(store, names, "alac format:flac") == []
    assert await matching(store, names, "alak lossless") == ["alac.m4a"]


async def test_what_is_wrong_with_a_file_is_asked_of_what_was_looked_into(
    store: Store, names: dict[int, str]
) -> None:
    first, *_ = names
    await store.listened.add_spectrum(first, [Flaw.SILENT])

    assert await matching(store, names, "is:flawed") == [names[first]]
    assert await matching(store, names, "-is:flawed") == []


async def test_favorites_are_those_of_whoever_asks(store: Store, names: dict[int, str]) -> None:
    await store.favorites.add(ANN, next(iter(names)), NOW)

    assert await matching(store, names, "is:favorite", person=ANN) == ["short.mp3"]
    assert await matching(store, names, "is:favorite", person=ME) == []


@pytest.mark.parametrize(
    "text",
    [
        "chat:@jazz",
        "chat:@JAZZ",
        "chat:-1001",
        "chat:jazz",
        'chat:"Jazz"',
        "since:2026-05-03",
        "posted:2026",
        "until:2026-05-04 what",
    ],
)
async def test_postings_count_for_their_track(store: Store, text: str) -> None:
    await store.chats.save(JAZZ)
    await running_job(store, an_audio(1))
    item = await publishing(store)
    track = await store.catalog.save(
        item, path=PurePosixPath("a.mp3"), size=1000, mime="audio/mpeg", sha256_source="",
        sha256="", now=NOW,
    )  # fmt: skip

    page = await store.search.find(parse(text), 10, person_id=ME, now=NOW)

    assert page.ids == (track.id,)


async def test_when_an_imported_track_was_posted_is_not_known(
    store: Store, names: dict[int, str]
) -> None:
    for text in ("posted:2020", "-posted:2020", "lossless -since:2020", "-(until:2030 or a)"):
        assert await matching(store, names, text) == [], text


def test_values_are_parameters_and_never_part_of_the_sql() -> None:
    text = 'chat:"x\') or 1=1 --" genre:"a\' or 1" (format:flac or slayer\'--)'
    asked = wanted(parse(text))

    connection = sqlite3.connect(":memory:")
    claim = conditions(connection, asked.conditions, Asker(ME, datetime(2026, 1, 1, tzinfo=UTC)))

    connection.close()
    assert "1=1" not in claim.text
    assert "slayer" not in claim.text
    assert claim.text.count("?") == len(claim.parameters)


async def test_who_leaves_a_word_out_means_no_other_spelling_of_it(store: Store) -> None:
    paths = (PurePosixPath("1.mp3"), PurePosixPath("2.mp3"))
    kino, _ = await store.imports.add(
        [
            local_file(paths[0], 1000, "ab" * 32, title="Кино", artist="Цой"),
            local_file(paths[1], 1000, "cd" * 32, title="Kino", artist="Tsoi"),
        ],
        NOW,
    )

    for text in ("-kino", "-tsoi", "-(kino or tsoi)", "artist:цой -title:kino"):
        assert await matching(store, {}, text) == [str(kino)], text
