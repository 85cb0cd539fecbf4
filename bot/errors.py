"""What can go wrong between a person and the bot.

UsageError          what was written cannot be understood; `bot.texts` says how to write it
OutOfDateError      a button whose job, chat or signature no longer fits
NotYoursError       a button of what is another person's own
└── HiddenJobError  the number of another's download, which is told as one that there is not
NotBelowError       somebody whom the role of a person does not let them see to
NotAllowedError     what the role of a person does not allow
UndeliverableError  a track cannot be sent
├── TooLargeError   it is larger than what can be sent
├── NotHandedError  no account could hand it to the bot, which may not upload it itself
├── FileGoneError   its file is not there, or cannot be read
└── UnconvertibleError  nothing else can be made of it, or not be sent
WrongSettingError   a setting is missing or wrong: the program cannot start
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.permissions import Permission
from downloader.conversion import Hitch
from downloader.errors import DownloaderError
from storage.models import Person, Track


class Usage(StrEnum):
    """What is wrong with what was written."""

    NO_CHAT = "no chat"
    NOT_A_LINK = "not a link"
    ELSEWHERE = "elsewhere"
    LOOKALIKE = "lookalike"
    CREDENTIALS = "credentials"
    INVITE = "invite"
    NOT_A_CHAT = "not a chat"
    NO_CHAT_IN_LINK = "no chat in link"
    BAD_MESSAGE = "bad message"
    BAD_COUNT = "bad count"
    NOT_SO_MANY = "not so many"
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
    USED_LINK = "used link"
    BAD_CONVERSION = "bad conversion"
    BAD_BITRATE = "bad bitrate"
    BAD_PIECE = "bad piece"
    BAD_RETENTION = "bad retention"
    NO_CHAT_TO_FOLLOW = "no chat to follow"
    NO_CHAT_TO_AUDIT = "no chat to audit"
    BAD_AUDIT = "bad audit"
    WHICH_WATCH = "which watch"
    BAD_RHYTHM = "bad rhythm"
    BAD_TIME = "bad time"
    BAD_CRON = "bad cron"
    BAD_HOURS = "bad hours"
    OUTSIDE_HOURS = "outside the hours"
    BAD_BUDGET = "bad budget"
    BAD_TOPIC = "bad topic"
    NO_FORUM = "no forum"
    NO_TOPIC = "no topic"
    BAD_TARGET = "bad target"
    NOT_THEIR_CHAT = "not their chat"
    TO_ITSELF = "to itself"
    BAD_LIST = "bad list"
    BAD_FOLDER = "bad folder"
    BAD_WEBHOOK = "bad webhook"
    WEBHOOK_AT_HOME = "webhook at home"
    BAD_DIGEST = "bad digest"
    BAD_PRIORITY = "bad priority"
    OF_ONE_CHAT = "of one chat"
    BAD_BUDGET_OF_ALL = "bad budget of all"
    BAD_INVITE = "bad invite"
    BAD_ROLE = "bad role"
    BAD_QUOTA = "bad quota"
    WHO = "who"
    NOBODY = "nobody"


class UsageError(Exception):
    """`detail` is the part of the text that is meant, as it was written.

    `other` is what it stands against: another part, what was meant by it, or what it is not of.
    """

    def __init__(self, usage: Usage, detail: str = "", other: str = "") -> None:
        super().__init__(f"{usage}: {detail}" if detail else str(usage))
        self.usage = usage
        self.detail = detail
        self.other = other


class OutOfDateError(Exception):
    pass


class NotYoursError(Exception):
    pass


class HiddenJobError(NotYoursError):
    def __init__(self, job_id: int) -> None:
        super().__init__(f"job {job_id}")
        self.job_id = job_id


class NotAllowedError(Exception):
    def __init__(self, person: Person, permission: Permission) -> None:
        super().__init__(f"{person.role} may not {permission.name.lower()}")
        self.person = person
        self.permission = permission


class NotBelowError(Exception):
    def __init__(self, person: Person) -> None:
        super().__init__(f"{person.role} may not")
        self.person = person


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


class ProtectedError(UndeliverableError):
    """Its chat does not want its posts passed on; `title` is None where it may not be told."""

    def __init__(self, track: Track, title: str | None) -> None:
        super().__init__(track, "protected")
        self.title = title


class NotHandedError(UndeliverableError):
    """`size` is in bytes, `trouble` what hindered the accounts."""

    def __init__(self, track: Track, size: int, trouble: DownloaderError) -> None:
        super().__init__(track, str(trouble))
        self.size = size
        self.trouble = trouble


class FileGoneError(UndeliverableError):
    """`link` leads to a posting of the track, where one is known and may be told."""

    def __init__(self, track: Track, link: str | None) -> None:
        super().__init__(track, "no file")
        self.link = link


class Obstacle(StrEnum):
    """Why nothing comes of a conversion, though the file could be converted."""

    NO_PROGRAM = "no program"
    TOO_MANY = "too many"
    NO_VOICE = "no voice"


class UnconvertibleError(UndeliverableError):
    """`room` is how many bytes there may be, `bitrate` the highest that would have room."""

    def __init__(
        self, why: Hitch | Obstacle, track: Track, room: int = 0, bitrate: int | None = None
    ) -> None:
        super().__init__(track, why)
        self.why = why
        self.room = room
        self.bitrate = bitrate


class WrongSettingError(Exception):
    """`lines` name each setting and how to put it right, one line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
