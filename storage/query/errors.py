"""What can be wrong with a query; it tells where, and `bot.usages` how to write it right."""

from __future__ import annotations

from enum import StrEnum

from storage.errors import StorageError


class Wrong(StrEnum):
    TOO_LONG = "too long"
    TOO_DEEP = "too deep"
    UNKNOWN_FIELD = "unknown field"  # but much like one, which is the suggestion
    NO_VALUE = "no value"
    OPERATOR = "operator"  # the field cannot be compared so; the suggestion can
    BAD_DURATION = "bad duration"
    BAD_SIZE = "bad size"
    BAD_BITRATE = "bad bitrate"
    BAD_YEAR = "bad year"
    BAD_COUNT = "bad count"
    BAD_DATE = "bad date"
    BAD_FORMAT = "bad format"
    BAD_HAS = "bad has"
    BAD_IS = "bad is"
    WHICH_WAY = "which way"  # more than seven days ago, or since seven days ago


class QueryError(StorageError):
    """`word` is what is wrong, from `start` to `end` in `text`; `suggestion` may stand for it."""

    def __init__(self, wrong: Wrong, text: str, start: int, end: int, suggestion: str = "") -> None:
        super().__init__(f"{wrong} at {start}")
        self.wrong = wrong
        self.text = text
        self.start = start
        self.end = end
        self.suggestion = suggestion

    @property
    def word(self) -> str:
        return self.text[self.start : self.end]
