"""The buttons below a track that was sent."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup

from bot import links, shelftexts
from bot.callbacks import Action, Press, Seal
from bot.faces import Button, Face, Opener, keyboard
from storage.models import Track
from storage.search.folding import fold
from storage.store import Store


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


class TrackButtons:
    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal

    async def below(self, track: Track, chat_id: int, person_id: int) -> InlineKeyboardMarkup:
        liked = None
        if chat_id == person_id:
            liked = track.id in await self._store.favorites.among(person_id, [track.id])
        looks = face(track, await self._source(track), liked=liked)
        markup = keyboard(looks, chat_id, self._seal)
        assert markup is not None, "every track can be liked"
        return markup

    async def _source(self, track: Track) -> str | None:
        """Return a link to a message that carries the track, where there is one."""
        posting = await self._store.catalog.posting_of(track.id)
        if posting is None:
            return None
        chat = await self._store.chats.get(posting.chat_id)
        return links.to_message(chat, posting.chat_id, posting.message_id)
