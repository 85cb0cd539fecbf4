"""What people are offered where they type @bot and some words, in any chat. Pure.

https://core.telegram.org/bots/api#inline-mode
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from aiogram.enums import ParseMode
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedAudio,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedVoice,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from bot import deeplinks, deliverytexts, shelftexts, trackwords, usages
from bot.deeplinks import Greeting
from bot.media import SentAs
from storage.models import Track
from storage.playing import SentFile
from storage.query.errors import QueryError, Wrong
from storage.search.search import Cursor

PAGE = 10

_LAST_ID = (1 << 63) - 1
_RESULT = re.compile(r"t(\d{1,18})", re.ASCII)
_OFFSET = re.compile(r"([fp])(\d{1,9})|c(\d{1,19})\.(\d{1,19})\.(\d{1,9})", re.ASCII)

Result = (
    InlineQueryResultArticle
    | InlineQueryResultCachedAudio
    | InlineQueryResultCachedDocument
    | InlineQueryResultCachedVoice
)


class Part(StrEnum):
    """What stands in which order where nothing is typed yet."""

    FAVORITES = "f"
    PLAYED = "p"
    NEWEST = "c"


@dataclass(frozen=True, slots=True)
class Offset:
    """Where a page begins: behind so many favourites or plays, else at the cursor of a search."""

    part: Part = Part.FAVORITES
    at: int = 0
    cursor: Cursor | None = None

    def written(self) -> str:
        if self.cursor is None:
            return f"{self.part}{self.at}"
        return f"c{self.cursor.newest}.{self.cursor.before}.{self.cursor.shown}"


@dataclass(frozen=True, slots=True)
class Offer:
    """One page: tracks in order, and by which ids those are sent that Telegram knows.

    `wrong` is what could not be read of the query, `meant` the words that were looked for instead.
    """

    tracks: Sequence[Track]
    files: Mapping[int, SentFile]
    next: Offset | None = None
    wrong: QueryError | None = None
    meant: str | None = None

    @property
    def cards(self) -> list[Track]:
        """The tracks that cannot be played yet."""
        return [track for track in self.tracks if track.id not in self.files]

    def unsent(self) -> Offer:
        """Return the same, as if Telegram knew none of the files."""
        return replace(self, files={})


def offset(text: str) -> Offset | None:
    """Read an offset; None is the beginning."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    part, at, *place = match.groups()
    if part:
        return Offset(Part(part), int(at))
    newest, before, shown = map(int, place)
    if max(newest, before) > _LAST_ID:
        return None
    return Offset(Part.NEWEST, cursor=Cursor(newest, before, shown))


def results(offer: Offer, username: str) -> list[Result]:
    return [_result(track, offer.files.get(track.id), username) for track in offer.tracks]


def chosen(result_id: str) -> int | None:
    """Return the track that somebody chose."""
    match = _RESULT.fullmatch(result_id)
    return int(match[1]) if match else None


def button(offer: Offer, text: str) -> InlineQueryResultsButton | None:
    """Return what stands above the first page, where there is something to say."""
    text = text.strip()
    if offer.wrong is not None and not _is_being_typed(offer.wrong):
        return _opener(usages.in_short(offer.wrong), text)
    if offer.meant is not None:
        return _opener(shelftexts.did_you_mean(offer.meant), offer.meant)
    if offer.tracks:
        return None
    if not text:
        return _opener(deliverytexts.EMPTY_LIBRARY)
    return _opener(deliverytexts.NOTHING_FOUND, text)


def closed_door() -> InlineQueryResultsButton:
    """Return what strangers see in the place of results."""
    return _opener(deliverytexts.PRIVATE)


def _opener(label: str, query: str = "") -> InlineQueryResultsButton:
    """Open the chat with the bot at a search, or where that does not fit, at a greeting."""
    payload = deeplinks.search(query) or (Greeting.HELP if query else Greeting.START)
    return InlineQueryResultsButton(text=label, start_parameter=payload)


def _is_being_typed(error: QueryError) -> bool:
    return error.wrong is Wrong.NO_VALUE and error.end == len(error.text.rstrip())


def _result(track: Track, file: SentFile | None, username: str) -> Result:
    number = f"t{track.id}"
    if file is None:
        return _card(track, number, username)
    match SentAs(file.kind):
        case SentAs.AUDIO:
            return InlineQueryResultCachedAudio(id=number, audio_file_id=file.file_id)
        case SentAs.DOCUMENT:
            return InlineQueryResultCachedDocument(
                id=number,
                title=trackwords.name(track),
                description=trackwords.facts(track),
                document_file_id=file.file_id,
            )
        case SentAs.VOICE:
            return InlineQueryResultCachedVoice(
                id=number, title=trackwords.name(track), voice_file_id=file.file_id
            )


def _card(track: Track, number: str, username: str) -> InlineQueryResultArticle:
    """Return a message that names the track, with a button that gets it."""
    link = deeplinks.url(username, deeplinks.track(track.id))
    get = InlineKeyboardButton(text=deliverytexts.GET_IT, url=link)
    return InlineQueryResultArticle(
        id=number,
        title=trackwords.title(track),
        description=trackwords.described(track),
        input_message_content=InputTextMessageContent(
            message_text=deliverytexts.card(track), parse_mode=ParseMode.HTML
        ),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[get]]),
    )
