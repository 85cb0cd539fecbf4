"""Turns a field, its operator and its value into a condition. Pure."""

from __future__ import annotations

import re
from typing import NoReturn, assert_never

from storage.formats import formats_called
from storage.query.amounts import between
from storage.query.dates import WhichWayError, during, moment
from storage.query.errors import QueryError, Wrong
from storage.query.fields import Special
from storage.query.scanner import Sort, Token
from storage.query.tree import (
    Claim,
    Condition,
    During,
    InChat,
    Is,
    Measure,
    OfFormat,
    Stamp,
    Text,
    Within,
)
from storage.search.folding import fold

_WRONG = {
    Measure.DURATION: Wrong.BAD_DURATION,
    Measure.SIZE: Wrong.BAD_SIZE,
    Measure.BITRATE: Wrong.BAD_BITRATE,
    Measure.YEAR: Wrong.BAD_YEAR,
    Measure.PLAYS: Wrong.BAD_COUNT,
}
_CLAIMS = {
    Special.HAS: {"cover": Claim.HAS_COVER, "art": Claim.HAS_COVER, "file": Claim.HAS_FILE},
    Special.IS: {
        "favorite": Claim.IS_FAVORITE, "favourite": Claim.IS_FAVORITE, "fav": Claim.IS_FAVORITE,
        "lossless": Claim.LOSSLESS, "flawed": Claim.IS_FLAWED,
    },
}  # fmt: skip
_CHAT_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:(?:s/)?([a-z]\w{3,31})|c/(\d{1,13}))(?:[/?].*)?",
    re.ASCII | re.IGNORECASE,
)
_CHAT_ID = re.compile(r"-?\d{4,14}", re.ASCII)
_USERNAME = re.compile(r"@([a-z]\w{3,31})", re.ASCII | re.IGNORECASE)
_CHANNELS = -(10**12)  # before this the ids of channels count down


def condition(text: str, field: Token, value: Token) -> Condition | None:
    """Return what `field` says of its `value` in a query; None where that is nothing."""
    return _Reading(text, field, value).condition()


class _Reading:
    def __init__(self, text: str, field: Token, value: Token) -> None:
        self._text = text
        self._field = field
        self._value = value

    def condition(self) -> Condition | None:
        match self._field.field:
            case Within() as within:
                return self._words(within)
            case Measure() as measure:
                found = between(measure, self._field.operator, self._value.text)
                return found or self._fail(_WRONG[measure])
            case Stamp() as stamp:
                return self._during(stamp)
            case Special() as special:
                self._must_be_equal()
                return self._special(special)
            case None:
                raise AssertionError("the scanner knows the field")
            case other:
                assert_never(other)

    def _special(self, special: Special) -> Condition:
        text = self._value.text
        match special:
            case Special.CHAT:
                return _chat(text)
            case Special.FORMAT:
                formats = formats_called(text)
                return OfFormat(formats) if formats else self._fail(Wrong.BAD_FORMAT)
            case Special.HAS:
                claim = _CLAIMS[special].get(text.lower())
                return Is(claim) if claim else self._fail(Wrong.BAD_HAS)
            case Special.IS:
                claim = _CLAIMS[special].get(text.lower())
                return Is(claim) if claim else self._fail(Wrong.BAD_IS)
            case Special.SINCE:
                return During(Stamp.POSTED, moment(text) or self._fail(Wrong.BAD_DATE), None)
            case Special.UNTIL:
                return During(Stamp.POSTED, None, moment(text) or self._fail(Wrong.BAD_DATE))
            case other:
                assert_never(other)

    def _words(self, within: Within) -> Text | None:
        self._must_be_equal()
        if not fold(self._value.text):
            return None
        is_phrase = self._value.sort is Sort.PHRASE
        return Text(self._value.text, within, is_phrase, self._value.is_beginning)

    def _during(self, stamp: Stamp) -> During:
        try:
            found = during(stamp, self._field.operator, self._value.text)
        except WhichWayError:
            self._fail(Wrong.WHICH_WAY, f"{self._field.text}:{self._value.text}")
        return found or self._fail(Wrong.BAD_DATE)

    def _must_be_equal(self) -> None:
        if self._field.operator not in {":", "="}:
            value = self._text[self._value.start : self._value.end]
            self._fail(Wrong.OPERATOR, f"{self._field.text}:{value}")

    def _fail(self, wrong: Wrong, suggestion: str = "") -> NoReturn:
        raise QueryError(wrong, self._text, self._field.start, self._value.end, suggestion)


def _chat(text: str) -> InChat:
    if match := _CHAT_LINK.fullmatch(text):
        name, number = match.groups()
        return InChat(username=name.lower()) if name else InChat(id=_CHANNELS - int(number))
    if match := _USERNAME.fullmatch(text):
        return InChat(username=match[1].lower())
    if _CHAT_ID.fullmatch(text):
        return InChat(id=int(text))
    return InChat(title=text)
