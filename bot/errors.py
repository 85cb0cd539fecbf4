"""What can go wrong between a person and the bot.

UsageError          what was written cannot be understood; `bot.texts` says how to write it
OutOfDateError      a button whose job, chat or signature no longer fits
NotYoursError       a button of what is another person's own
UndeliverableError  a track cannot be sent
├── TooLargeError   it is larger than what can be sent
├── NotHandedError  no account could hand it to the bot, which may not upload it itself
└── FileGoneError   its file is not there, or cannot be read
WrongSettingError   a setting is missing or wrong: the program cannot start
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from downloader.errors import DownloaderError
from storage.models import Track


class Usage(StrEnum):
    """What is wrong with what was written."""

    NO_CHAT = "no chat"
    NOT_A_LINK = "not a link"
    ELSEWHERE = "elsewhere"
    LOOKALIKE = "lookalike"
    CREDENTIALS = "credentials"
    INVITE = "invite"
    NO_CHAT_IN_LINK = "no chat in link"
    BAD_MESSAGE = "bad message"
    BAD_COUNT = "bad count"
    BAD_DATE = "bad date"
    NO_DAYS = "no days"
    TWICE = "twice"
    UNKNOWN_WORD = "unknown word"
    MISSPELT_OPTION = "misspelt option"
    NOT_KNOWN_YET = "not known yet"
    ONE_MESSAGE = "one message"
    BAD_JOB = "bad job"
    NOT_ONE_POSTING = "not one posting"
    PLAIN_TEXT = "plain text"
    UNKNOWN_COMMAND = "unknown command"
    MISSPELT_COMMAND = "misspelt command"
    NO_SPACE = "no space"
    HIDDEN_ORIGIN = "hidden origin"
    OWN_UPLOAD = "own upload"
    NO_AUDIO = "no audio"
    STALE_LINK = "stale link"


class UsageError(Exception):
    """`detail` is the part of the text that is meant, as it was written."""

    def __init__(self, usage: Usage, detail: str = "") -> None:
        super().__init__(f"{usage}: {detail}" if detail else str(usage))
        self.usage = usage
        self.detail = detail


class OutOfDateError(Exception):
    pass


class NotYoursError(Exception):
    pass


class UndeliverableError(Exception):
    def __init__(self, track: Track, words: str) -> None:
        super().__init__(f"track {track.id}: {words}")
        self.track = track


class TooLargeError(UndeliverableError):
    """`size` and `limit` are in bytes."""

    def __init__(self, track: Track, size: int, limit: int) -> None:
        super().__init__(track, f"{size} of {limit} bytes")
        self.size = size
        self.limit = limit


class NotHandedError(UndeliverableError):
    """`size` is in bytes, `trouble` what hindered the accounts."""

    def __init__(self, track: Track, size: int, trouble: DownloaderError) -> None:
        super().__init__(track, str(trouble))
        self.size = size
        self.trouble = trouble


class FileGoneError(UndeliverableError):
    """`link` leads to a posting of the track, where one is known."""

    def __init__(self, track: Track, link: str | None) -> None:
        super().__init__(track, "no file")
        self.link = link


class WrongSettingError(Exception):
    """`lines` name each setting and how to put it right, one line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
