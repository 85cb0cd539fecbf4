"""The buttons below a track that was sent. Pure."""

from __future__ import annotations

from bot import shelftexts
from bot.callbacks import Action, Press
from bot.faces import Button, Face, Opener
from storage.models import Track
from storage.search.folding import fold


def face(track: Track, source: str | None, *, liked: bool | None) -> Face:
    """Return the buttons; `liked` is None in groups, where each likes what each likes."""
    match liked:
        case None:
            like = Button(shelftexts.EITHER, Press(Action.LIKE, track.id))
        case True:
            like = Button(shelftexts.UNLIKE, Press(Action.LIKE, track.id, (0,)))
        case False:
            like = Button(shelftexts.LIKE, Press(Action.LIKE, track.id, (1,)))
    first = (like, Button(shelftexts.CHOOSE, Press(Action.CHOOSE, track.id)))
    same = (
        (shelftexts.SAME_ARTIST, Action.ARTIST, track.performer),
        (shelftexts.SAME_ALBUM, Action.ALBUM, track.album),
    )
    second = tuple(Button(label, Press(act, track.id)) for label, act, name in same if fold(name))
    openers = (Opener(shelftexts.SOURCE, source),) if source else ()
    return Face("", (first, second) if second else (first,), openers)
