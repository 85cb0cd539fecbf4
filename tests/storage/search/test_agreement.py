"""Search says the same as holding each track against the query, where words are spelt right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import PurePosixPath
from random import Random

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.models import LocalFile, Track
from storage.query.facts import Facts
from storage.query.matching import matches
from storage.query.parser import parse
from storage.store import Store
from tests.local_files import told
from tests.storage.values import NOW, a_file
from tests.stores import store_at

# No Latin word is also a spelling of a Cyrillic one: by those, more is found than matches.
WORDS = (
    "love",
    "lo",
    "東京",
    "東",
    "цой",
    "песня",
    "الله",
    "don't",
    "a-ha",
    "9",
    "blue",
    "é",
    "P!nk",
)
TRACKS = 60
CONDITIONS = (
    "year:1990", "year>1990", "duration<3m", "duration:3m", "size>1MB", "format:flac", "lossless",
    "bitrate>=256k", "added:7d", "has:cover", "plays>0",
)  # fmt: skip

word = st.sampled_from(WORDS)
phrase = st.lists(word, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
field = st.sampled_from(("", "artist:", "title:", "album:", "genre:"))
text = st.tuples(field, word | phrase).map("".join)
condition = text | st.sampled_from(CONDITIONS)
negated = condition.map("-{}".format)
query = st.recursive(
    condition | negated,
    lambda inner: st.lists(inner | st.just("or"), min_size=1, max_size=4).flatmap(
        lambda parts: st.sampled_from(("{}", "({})", "-({})")).map(
            lambda form: form.format(" ".join(parts))
        )
    ),
    max_leaves=8,
)


def some_files(random: Random) -> list[LocalFile]:
    def name(least: int = 0) -> str:
        return " ".join(random.choices(WORDS, k=random.randint(least, 3)))

    return [
        told(
            a_file(name(1), name(), album=name(), genre=name(), path=PurePosixPath(f"{number}")),
            year=random.choice((None, 1990, 1995)),
            duration=timedelta(seconds=random.choice((0, 100, 180, 200))),
            size=random.choice((5, 2_000_000)),
            format=random.choice(("", "flac", "mp3", "m4a")),
            bitrate=random.choice((128_000, 256_000, 900_000)),
            has_cover=random.random() < 0.5,
        )
        for number in range(TRACKS)
    ]


def facts(track: Track) -> Facts:
    return Facts(
        artist=track.performer or None,
        title=track.title,
        album=track.album or None,
        genre=track.genre or None,
        year=track.year,
        duration=track.duration or None,
        size=track.size,
        bitrate=track.bitrate,
        format=track.format or None,
        added_at=track.added_at,
        has_cover=track.has_cover,
        plays=0,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    folder = tmp_path_factory.mktemp("some")
    async with store_at(folder / "data", folder / "music") as store:
        await store.imports.add(some_files(Random(7)), NOW)
        yield store


@pytest.mark.asyncio(loop_scope="module")
@settings(max_examples=300, deadline=None)
@given(typed=query)
async def test_what_matches_is_found_and_nothing_else(store: Store, typed: str) -> None:
    asked = parse(f"{typed} ")  # with a space behind it, no word is still being typed
    tracks = await store.catalog.every()
    wanted = {track.id for track in tracks if matches(asked, facts(track), NOW)}

    found = await store.search.find(asked, TRACKS, person_id=1, now=NOW)

    if wanted and not asked.is_meaningless:  # else it looks for what may be meant
        assert set(found.ids) == wanted
        assert found.meant is None
