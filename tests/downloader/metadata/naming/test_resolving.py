from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from downloader.metadata.naming.rules import Rules
from storage.description import Description, Provenance

# What names are made of, so that chance brings something that the rules act on.
_PIECES = (
    "Queen", "Кино", "周杰伦", "فيروز", "Ãðóïïà", "é", "\u0301", " - ", "-", "—", " | ", "_",
    "«", "»", "(", ")", "[", "]", "「", "」", "feat. ", "ft ", "01. ", "03 ", "A1 ",
    "@channel", "t.me/x", ":", "zaycev.net", "320kbps", "(Official Video)", "Remix", "Live",
    "Track 1", "Unknown Artist", "VA", ".mp3", "🎵", "★", "#pop", "Artist: ", "Название: ",
    "\n", "\0", "\u200b", "\ud800", "\ufffd", "?", "????", " ", "the ", "(2004)",
    "скачать бесплатно", "- Topic", "VEVO", "Ð", "Ð¸", "\u0085", "'",
)  # fmt: skip
_names = st.lists(st.sampled_from(_PIECES), max_size=7).map("".join) | st.text(max_size=12)
_tags = st.builds(
    Description, title=_names, artist=_names, album=_names, album_artist=_names, genre=_names,
    composer=_names, date=_names, track_number=st.none() | st.integers(1, 99),
)  # fmt: skip
_alone = st.builds(
    Evidence, tags=st.none() | _tags, title=_names, performer=_names, file_name=_names,
    caption=_names, chat_title=_names,
)  # fmt: skip
_evidence = st.builds(
    replace, _alone, album_captions=st.lists(_names, max_size=1).map(tuple),
    neighbours=st.lists(st.tuples(st.integers(2, 4), _alone), max_size=2).map(tuple),
)  # fmt: skip


def _plain(found: Description) -> Description:
    return replace(found, provenance={})


@settings(max_examples=60, deadline=None)
@given(_evidence)
def test_whatever_is_said_text_is_composed_on_one_line_and_bounded(evidence: Evidence) -> None:
    found = resolve(evidence)

    for one in fields(found):
        value = getattr(found, one.name)
        if isinstance(value, str):
            assert value == unicodedata.normalize("NFC", value)
            assert value == " ".join(value.split())
            assert len(value) <= 500
            value.encode()
    assert all(getattr(found, name) for name in found.provenance)


@settings(max_examples=60, deadline=None)
@given(_evidence)
def test_what_was_decided_is_decided_so_again(evidence: Evidence) -> None:
    once = _plain(resolve(evidence))

    assert once == _plain(resolve(Evidence(tags=once)))


def test_every_field_remembers_where_it_is_from() -> None:
    found = resolve(
        Evidence(
            tags=Description(title="Dreams", genre="(17)"),
            performer="Fleetwood Mac",
            caption="Album: Rumours\nArtist: Fleetwood Mac",
            album_captions=("Fleetwood Mac - Rumours (1977)",),
            file_name="02 Dreams.mp3",
            edits={"composer": "Stevie Nicks"},
        )
    )

    assert found == Description(
        title="Dreams",
        artist="Fleetwood Mac",
        album="Rumours",
        album_artist="Fleetwood Mac",
        genre="Rock",
        composer="Stevie Nicks",
        date="1977",
        track_number=2,
        provenance={
            "title": Provenance.TAGS,
            "artist": Provenance.TELEGRAM,
            "album": Provenance.CAPTION,
            "album_artist": Provenance.ALBUM_CAPTION,
            "genre": Provenance.TAGS,
            "composer": Provenance.PERSON,
            "date": Provenance.ALBUM_CAPTION,
            "track_number": Provenance.NAME,
        },
    )


def test_of_nothing_nothing_is_known() -> None:
    assert Description() == resolve(Evidence())


def test_good_tags_come_out_as_they_are() -> None:
    tags = Description(
        title="So What", artist="Miles Davis", album="Kind of Blue", album_artist="Miles Davis",
        genre="Jazz", composer="Miles Davis", date="1959-08-17", track_number=1, track_total=5,
        disc_number=1, disc_total=1,
    )  # fmt: skip

    assert tags == _plain(resolve(Evidence(tags=tags, performer="x", title="y", caption="A - B")))


def test_music_cannot_be_from_a_time_after_its_posting() -> None:
    tags = Description(title="So What", artist="Miles Davis", date="2095")
    posted = datetime(2021, 3, 4, tzinfo=UTC)

    assert "2095" == resolve(Evidence(tags=tags)).date
    assert "" == resolve(Evidence(tags=tags, posted_at=posted)).date


def test_rules_that_are_off_do_nothing() -> None:
    evidence = Evidence(
        performer="Daily Jazz ft. X", title="Ãðóïïà êðîâè (Official Video)", chat_title="Daily Jazz"
    )
    off = Rules(off=frozenset({"mojibake", "video words", "guests"}))

    found = resolve(evidence, off)

    assert ("Daily Jazz ft. X", evidence.title) == (found.artist, found.title)


def test_a_name_of_the_chat_is_the_artist_if_nobody_knows_better() -> None:
    alone = Evidence(performer="Adele", title="Hello", chat_title="Adele")

    assert "Adele" == resolve(alone).artist
    assert "" == resolve(replace(alone, performer="Daily Music", chat_title="Daily Music")).artist
    assert "Queen" == resolve(replace(alone, caption="Queen - Hello")).artist


def test_an_album_artist_is_known_only_with_an_album() -> None:
    tags = Description(title="So What", artist="Miles Davis", album_artist="Various Artists")

    assert not resolve(Evidence(tags=tags)).is_compilation
    assert resolve(Evidence(tags=replace(tags, album="Jazz Hits"))).is_compilation


def test_text_of_any_length_is_looked_at_only_as_far_as_a_name_may_go() -> None:
    long = "a.- feat. (mp3 " * 100_000

    found = resolve(Evidence(tags=Description(title=long), file_name=long, caption=long))

    assert len(found.title) <= 300
