"""What each family of tags calls the fields of a `Description`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mutagen._vorbis import VComment
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

# The first name is the one that we write; under the others the same is found in files of some
# programs. Where a number and its total have one name, they stand in it together.
Names = Mapping[str, tuple[str, ...]]

_ID3: Names = {
    "title": ("TIT2",),
    "artist": ("TPE1",),
    "album": ("TALB",),
    "album_artist": ("TPE2", "TXXX:ALBUM ARTIST", "TXXX:ALBUMARTIST"),
    "genre": ("TCON",),
    "composer": ("TCOM",),
    "date": ("TDRC", "TYER"),
    "track_number": ("TRCK",),
    "track_total": ("TRCK",),
    "disc_number": ("TPOS",),
    "disc_total": ("TPOS",),
    "is_compilation": ("TCMP", "TXXX:COMPILATION"),
    "comment": ("COMM",),
}
_VORBIS: Names = {
    "title": ("TITLE",),
    "artist": ("ARTIST",),
    "album": ("ALBUM",),
    "album_artist": ("ALBUMARTIST", "ALBUM ARTIST", "ALBUM_ARTIST"),
    "genre": ("GENRE",),
    "composer": ("COMPOSER",),
    "date": ("DATE", "YEAR"),
    "track_number": ("TRACKNUMBER", "TRACK"),
    "track_total": ("TRACKTOTAL", "TOTALTRACKS", "TRACKC"),
    "disc_number": ("DISCNUMBER", "DISC"),
    "disc_total": ("DISCTOTAL", "TOTALDISCS", "DISCC"),
    "is_compilation": ("COMPILATION",),
    "comment": ("COMMENT",),
}
_MP4: Names = {
    "title": ("\xa9nam",),
    "artist": ("\xa9ART",),
    "album": ("\xa9alb",),
    "album_artist": ("aART",),
    "genre": ("\xa9gen",),
    "composer": ("\xa9wrt",),
    "date": ("\xa9day",),
    "track_number": ("trkn",),
    "track_total": ("trkn",),
    "disc_number": ("disk",),
    "disc_total": ("disk",),
    "is_compilation": ("cpil",),
    "comment": ("\xa9cmt",),
}
_APE: Names = {
    "title": ("Title",),
    "artist": ("Artist",),
    "album": ("Album",),
    "album_artist": ("Album Artist", "AlbumArtist", "Album_Artist"),
    "genre": ("Genre",),
    "composer": ("Composer",),
    "date": ("Year", "Date"),
    "track_number": ("Track", "TrackNumber"),
    "track_total": ("TrackTotal", "TotalTracks", "TrackC"),
    "disc_number": ("Disc", "DiscNumber"),
    "disc_total": ("DiscTotal", "TotalDiscs", "DiscC"),
    "is_compilation": ("Compilation",),
    "comment": ("Comment",),
}
_ASF: Names = {
    "title": ("Title",),
    "artist": ("Author",),
    "album": ("WM/AlbumTitle",),
    "album_artist": ("WM/AlbumArtist",),
    "genre": ("WM/Genre",),
    "composer": ("WM/Composer",),
    "date": ("WM/Year",),
    "track_number": ("WM/TrackNumber",),
    "track_total": ("TotalTracks", "WM/TrackTotal"),
    "disc_number": ("WM/PartOfSet",),
    "disc_total": ("TotalDiscs", "WM/DiscTotal"),
    "is_compilation": ("WM/IsCompilation",),
    "comment": ("Description",),
}
# What WAV had before it had ID3; the tag library does not know it as a family.
INFO: Names = {
    "title": ("INAM",),
    "artist": ("IART",),
    "album": ("IPRD",),
    "genre": ("IGNR",),
    "composer": ("IMUS",),
    "date": ("ICRD",),
    "track_number": ("IPRT", "ITRK"),
    "track_total": ("IPRT", "ITRK"),
    "comment": ("ICMT",),
}
_FAMILIES: tuple[tuple[type, Names], ...] = (
    (ID3, _ID3),
    (VComment, _VORBIS),
    (MP4Tags, _MP4),
    (APEv2, _APE),
    (ASFTags, _ASF),
)


def names_in(tags: Any) -> Names:
    """Return the names of the family that the tags belong to, none for a family we do not know."""
    return next((names for family, names in _FAMILIES if isinstance(tags, family)), {})
