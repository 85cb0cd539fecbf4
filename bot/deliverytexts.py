"""What the bot says about sending tracks. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from bot import media, texts, trackwords
from bot.errors import (
    FileGoneError,
    NotHandedError,
    Obstacle,
    ProtectedError,
    TooLargeError,
    UnconvertibleError,
    UndeliverableError,
)
from bot.reasons import REASONS
from downloader.conversion import Hitch
from downloader.errors import DownloaderError, ThrottledError
from storage.models import Reason, Track

GET_IT = "Get it"
NOTHING_FOUND = "Nothing found. Look for it in the chat"
EMPTY_LIBRARY = "No tracks yet. Bring some"
PRIVATE = "This is a private bot"

_NAME = 120
_STORAGE = (
    "🗄 I cannot post to the storage chat (“{words}”), so new tracks do not play inline. "
    "Make me an administrator there, or correct STORAGE_CHAT."
)
_TOO_LARGE = "📦 {track} has {size}, and Telegram lets bots send {limit}. {there}"
_SERVER = " A Bot API server of your own sends up to {limit}: BOT_API_LOCAL in the README."
_NOT_HANDED = (
    "📦 {track} has {size}. Telegram lets bots send {limit}, so an account must hand it to me, "
    "but {why}. {todo} {there}"
)
_PROTECTED = (
    "🔒 {track} comes from {chat}, which does not want its posts passed on, so I do not send it. "
    "{there}"
)
_IF_YOU_MAY = ". If you may send it, set <code>SEND_PROTECTED=true</code>."
_THERE, _THERE_AT = "It is in the library.", "It is in the library: {path}"
_SOME_CHAT = "a chat"
_LOG_IN = "The owner can do so with /login; then ask again."
_ASK_IN = "Ask again in {wait}."
_ASK_SOON = "Ask again in a moment."
_UNBLOCK = "See that it has not blocked me, then ask again."
_GONE = "🗑 The file of {track} is not in the library any more, or cannot be read."
_FETCH_AGAIN = " Send me {link}, and I fetch it again."
_WHYS = {
    Obstacle.NO_PROGRAM: "Converting needs ffmpeg. On the server, run "
    "<code>sudo apt install ffmpeg</code> and start me again; with Docker, write "
    "<code>PROGRAMS: ffmpeg</code> in compose.yaml and build anew.",
    Obstacle.TOO_MANY: "You have enough on the way. Wait for one of them, or cancel one.",
    Obstacle.NO_VOICE: "Telegram’s settings let nobody send voice notes here. Try MP3 instead.",
    Hitch.UNREADABLE: "ffmpeg cannot read the file of {track}, so nothing came of this.",
    Hitch.BEYOND_END: "{track} is over before that: it is {length} long.",
    Hitch.TOO_LARGE: "{track} would become larger than the {room} that I may send. {todo}",
}
_LOWER = "With <code>{bitrate}k</code> it has room."
_SHORTER = "Cut a piece out of it: <code>/convert 0:30-1:00</code>"


def named(track: Track) -> str:
    return f"“{texts.quoted(trackwords.name(track), _NAME)}”"


def card(track: Track) -> str:
    """Stand for a track in a chat to which it cannot be sent right away."""
    return f"🎵 <b>{texts.quoted(trackwords.name(track), _NAME)}</b>\n{trackwords.facts(track)}"


def storage_trouble(words: str) -> str:
    """Say what is wrong with the chat to which tracks are sent to be known."""
    return _STORAGE.format(words=texts.quoted(words, 100))


def undeliverable(error: UndeliverableError, *, tells_source: bool = False) -> str:
    """Say why a track cannot be sent, and what to do; where it comes from only who may know it."""
    there = _there(error.track) if tells_source else _THERE
    match error:
        case TooLargeError():
            return _too_large(error, there)
        case NotHandedError():
            return _not_handed(error, there)
        case ProtectedError():
            title = f"“{texts.quoted(error.title) or 'a private chat'}”"
            told = _PROTECTED.format(
                track=named(error.track), chat=title if tells_source else _SOME_CHAT, there=there
            )
            return told + _IF_YOU_MAY if tells_source else told
        case FileGoneError():
            link = error.link if tells_source else None
            again = _FETCH_AGAIN.format(link=texts.quoted(link)) if link else ""
            return _GONE.format(track=named(error.track)) + again
        case UnconvertibleError():
            return _unconvertible(error)
        case _:
            raise AssertionError(error)


def _unconvertible(error: UnconvertibleError) -> str:
    fitting = error.bitrate
    return _WHYS[error.why].format(
        track=named(error.track),
        length=trackwords.length(error.track.duration),
        room=texts.size(error.room),
        todo=_LOWER.format(bitrate=fitting // 1000) if fitting else _SHORTER,
    )


def _not_handed(error: NotHandedError, there: str) -> str:
    return _NOT_HANDED.format(
        track=named(error.track),
        size=texts.size(error.size),
        limit=texts.size(media.LARGEST),
        why=REASONS[error.trouble.reason].why,
        todo=_todo(error.trouble),
        there=there,
    )


def _todo(trouble: DownloaderError) -> str:
    match trouble.reason:
        case Reason.LOGIN:
            return _LOG_IN
        case Reason.FLOOD if isinstance(trouble, ThrottledError):
            return _ASK_IN.format(wait=texts.time_left(trouble.wait))
        case Reason.REFUSED:
            return _UNBLOCK
        case _:
            return _ASK_SOON


def _there(track: Track) -> str:
    return _THERE_AT.format(path=f"<code>{texts.quoted(str(track.path), 200)}</code>")


def _too_large(error: TooLargeError, there: str) -> str:
    told = _TOO_LARGE.format(
        track=named(error.track),
        size=texts.size(error.size),
        limit=texts.size(error.limit),
        there=there,
    )
    if error.limit >= media.LARGEST_LOCAL:
        return told
    return told + _SERVER.format(limit=texts.size(media.LARGEST_LOCAL))


def not_sent(
    errors: Sequence[UndeliverableError], count: int, *, tells_source: bool = False
) -> str:
    """Say of how many tracks out of several something hindered them, and what in the first."""
    first = undeliverable(errors[0], tells_source=tells_source)
    return f"{len(errors)} of {count} could not be sent. {first}"
