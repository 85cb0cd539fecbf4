"""What the bot says about sending tracks. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from bot import media, texts
from bot.errors import FileGoneError, TooLargeError, UndeliverableError
from storage.models import Track

_TOO_LARGE = (
    "📦 {track} has {size}, and Telegram lets bots send {limit}. It is in the library: {path}"
)
_SERVER = " A Bot API server of your own sends up to {limit}: BOT_API_LOCAL in the README."
_GONE = "🗑 The file of {track} is not in the library any more, or cannot be read."
_FETCH_AGAIN = " Send me {link}, and I fetch it again."


def named(track: Track) -> str:
    """Name a track by its artist and title."""
    title, performer = texts.quoted(media.title(track)), texts.quoted(media.performer(track))
    return f"“{performer} – {title}”" if performer else f"“{title}”"


def undeliverable(error: UndeliverableError) -> str:
    """Say why a track cannot be sent, and what to do."""
    match error:
        case TooLargeError():
            return _too_large(error)
        case FileGoneError():
            again = _FETCH_AGAIN.format(link=texts.quoted(error.link)) if error.link else ""
            return _GONE.format(track=named(error.track)) + again
        case _:
            raise AssertionError(error)


def _too_large(error: TooLargeError) -> str:
    told = _TOO_LARGE.format(
        track=named(error.track),
        size=texts.size(error.size),
        limit=texts.size(error.limit),
        path=f"<code>{texts.quoted(str(error.track.path), 200)}</code>",
    )
    if error.limit >= media.LARGEST_LOCAL:
        return told
    return told + _SERVER.format(limit=texts.size(media.LARGEST_LOCAL))
