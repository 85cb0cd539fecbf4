from __future__ import annotations

import pytest
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import COMM, ID3, TCON, TPE1, TRCK, TXXX
from mutagen.mp4 import MP4Tags

from downloader.gain import Gain
from downloader.metadata.names import names_in
from downloader.metadata.writing.ape import ApeSheet
from downloader.metadata.writing.filling import Words, fill
from downloader.metadata.writing.id3 import Id3Sheet
from storage.description import Description, Provenance

NOTHING = Description()


def filled(
    tags: ID3, description: Description = NOTHING, gain: Gain | None = None, comment: str = ""
) -> ID3:
    fill(Id3Sheet(tags), names_in(tags), Words(description, gain, comment))
    return tags


def ape(description: Description, **said: str) -> dict[str, str]:
    tags = APEv2()
    for name, text in said.items():
        tags[name] = text
    fill(ApeSheet(tags), names_in(tags), Words(description, None, ""))
    return {name: str(text) for name, text in tags.items()}


def id3(*frames: object) -> ID3:
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    return tags


def comments(tags: ID3) -> list[str]:
    return [str(frame) for frame in tags.getall("COMM")]


def test_what_is_not_known_leaves_what_is_there() -> None:
    assert {"Title": "So What", "Genre": "Jazz"} == ape(NOTHING, Title="So What", Genre="Jazz")


def test_several_artists_stay_several_as_long_as_they_are_the_same() -> None:
    tags = id3(TPE1(encoding=3, text=["Miles", "Coltrane"]))

    assert ["Miles", "Coltrane"] == filled(tags, Description(artist="Miles, Coltrane"))["TPE1"].text
    assert ["Miles"] == filled(tags, Description(artist="Miles"))["TPE1"].text


def test_genres_stay_several_whether_they_are_numbers_or_names() -> None:
    tags = id3(TCON(encoding=3, text=["17", "8"]))

    assert ["Rock", "Jazz"] == filled(tags, Description(genre="Rock, Jazz"))["TCON"].genres


def test_other_names_for_the_same_make_room() -> None:
    said = ape(
        Description(album_artist="Miles", track_number=3),
        AlbumArtist="M",
        TrackNumber="7",
        Media="LP",
    )

    assert {"Album Artist": "Miles", "Track": "3", "Media": "LP"} == said


def test_programs_that_differ_on_the_name_of_the_date_find_the_same() -> None:
    assert {"Year": "1959", "Date": "1959"} == ape(Description(date="1959"), Date="1960")


@pytest.mark.parametrize(
    ("before", "number", "total", "after"),
    [
        ("3/12", 4, None, "4/12"),
        ("3/12", None, 10, "3/10"),
        ("3", None, 10, "3/10"),
        ("3/12", 3, 12, "3/12"),
        ("03/12", None, None, "03/12"),
        ("A1", 1, None, "1"),
        ("A1", None, 9, "A1"),  # a total alone stands nowhere
        ("", 1, 9, "1/9"),
        ("99999999999999999999", 1, None, "1"),
    ],
)
def test_a_number_keeps_the_total_that_it_had(
    before: str, number: int | None, total: int | None, after: str
) -> None:
    tags = id3(TRCK(encoding=3, text=[before]))
    filled(tags, Description(track_number=number, track_total=total))

    assert after == str(tags["TRCK"])


def test_a_total_may_stand_apart() -> None:
    known = Description(disc_number=1)

    assert {"Disc": "1", "DiscTotal": "2"} == ape(known, Disc="9/2")
    assert {"Disc": "1", "DiscTotal": "2"} == ape(known, Disc="9", TotalDiscs="2")
    assert {"Disc": "1"} == ape(known)


def test_only_who_knows_that_it_is_no_compilation_takes_the_flag_away() -> None:
    said = {"is_compilation": Provenance.PERSON}

    assert {"Compilation": "1"} == ape(Description(is_compilation=True))
    assert {"Compilation": "1"} == ape(NOTHING, Compilation="1")
    assert {} == ape(Description(provenance=said), Compilation="1")


def test_what_somebody_knows_to_be_empty_is_taken_out() -> None:
    told = dict.fromkeys(("album", "track_total"), Provenance.PERSON)

    assert {"Track": "3"} == ape(Description(provenance=told), Album="Wrong", Track="3/12")


def test_a_number_is_taken_out_with_its_total() -> None:
    told = dict.fromkeys(("track_number", "track_total"), Provenance.PERSON)

    assert {"Title": "So What"} == ape(Description(provenance=told), Title="So What", Track="3/12")


def test_the_loudness_replaces_what_stands_under_its_name_in_any_case() -> None:
    tags = id3(TXXX(encoding=3, desc="replaygain_track_gain", text=["+3.00 dB"]))
    filled(tags, gain=Gain(-20.0, 0.5))

    assert {"TXXX:REPLAYGAIN_TRACK_GAIN", "TXXX:REPLAYGAIN_TRACK_PEAK"} == tags.keys()
    assert ("2.00 dB", "0.500000") == (
        str(tags["TXXX:REPLAYGAIN_TRACK_GAIN"]), str(tags["TXXX:REPLAYGAIN_TRACK_PEAK"]),
    )  # fmt: skip


def test_our_comment_stands_behind_those_of_others_and_only_once() -> None:
    theirs = COMM(encoding=3, lang="rus", desc="", text=["моя любимая"])
    program = COMM(encoding=3, lang="eng", desc="iTunNORM", text=["0000"])
    tags = id3(theirs, program)
    for link in ("https://t.me/jazz/7", "https://t.me/jazz/7", "https://t.me/blues/8"):
        filled(tags, comment=link)

    assert ["моя любимая", "0000", "https://t.me/blues/8"] == comments(tags)
    assert ["https://t.me/x/1"] == comments(filled(id3(), comment="https://t.me/x/1"))


def test_families_know_names_for_every_field() -> None:
    fields = {*Description.__dataclass_fields__} - {"provenance"}

    for tags in (ID3(), MP4Tags(), APEv2(), ASFTags()):
        assert fields <= names_in(tags).keys()
