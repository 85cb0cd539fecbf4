"""The buttons below a track that was sent. Pure."""

from __future__ import annotations

from bot import conversiontexts, shelftexts
from bot.callbacks import Action, Press
from bot.faces import Button, Face, Opener
from bot.permissions import Permission, may
from downloader.conversion import Conversion, Into
from storage.models import Role, Track
from storage.search.folding import fold

# Behind a button stand numbers alone: that of the format, and kilobits per second.
_BACK = 0
_CODES = {Into.MP3: 1, Into.OPUS: 2, Into.VOICE: 3}
_OFFERED = (
    ((Into.MP3, 128), (Into.MP3, 192), (Into.MP3, 320)),
    ((Into.OPUS, 96), (Into.VOICE, 0)),
)


def face(track: Track, source: str | None, *, liked: bool | None, role: Role) -> Face:
    """Return the buttons of what this role may do; others in the group may do less, or more.

    `liked` is None in groups, where each likes what each likes.

    Each says what it does, so that a press that comes twice, or late, does nothing else.
    """
    likes: tuple[Button, ...]
    match liked:
        case None:
            likes = (_like(track, shelftexts.LIKE), _dislike(track, shelftexts.TAKE_BACK))
        case True:
            likes = (_dislike(track, shelftexts.LIKED_SO_FAR),)
        case False:
            likes = (_like(track, shelftexts.LIKE),)
    first = (*likes, Button(shelftexts.CHOOSE, Press(Action.CHOOSE, track.id)))
    same = (
        (shelftexts.SAME_ARTIST, Action.ARTIST, track.performer),
        (shelftexts.SAME_ALBUM, Action.ALBUM, track.album),
    )
    alike = (Button(label, Press(act, track.id)) for label, act, name in same if fold(name))
    edit = (Button(shelftexts.EDIT, Press(Action.EDIT, track.id)),)
    convert = (Button(shelftexts.CONVERT, Press(Action.CONVERT, track.id)),)
    keeps = may(role, Permission.KEEP)
    third = (edit if may(role, Permission.CURATE) else ()) + (convert if keeps else ())
    openers = (Opener(shelftexts.SOURCE, source),) if source else ()
    rows = (first if keeps else (), tuple(alike), third)
    return Face("", tuple(filter(None, rows)), openers)


def choices(track: Track) -> Face:
    """Return what can be made of the track, and the way back to the other buttons."""
    back = (Button(conversiontexts.BACK, Press(Action.CONVERT, track.id, (_BACK,))),)
    return Face("", (*offers(track).rows, back))


def offers(track: Track) -> Face:
    """Ask what shall be made of the track."""
    rows = tuple(tuple(_offer(track, into, kilobits) for into, kilobits in row) for row in _OFFERED)
    return Face(conversiontexts.which(track), rows)


def is_back(press: Press) -> bool:
    return press.more == (_BACK,)


def conversion_of(press: Press) -> Conversion | None:
    """Return what a press chooses; None for one that opens the choices, or is none of ours."""
    code, kilobits, *_ = (*press.more, 0, 0)
    into = next((one for one, its in _CODES.items() if its == code), None)
    return Conversion(into, kilobits * 1000 or None) if into else None


def _offer(track: Track, into: Into, kilobits: int) -> Button:
    label = conversiontexts.offer(into, kilobits)
    return Button(label, Press(Action.CONVERT, track.id, (_CODES[into], kilobits)))


def _like(track: Track, label: str) -> Button:
    return Button(label, Press(Action.LIKE, track.id, (1,)))


def _dislike(track: Track, label: str) -> Button:
    return Button(label, Press(Action.LIKE, track.id, (0,)))
