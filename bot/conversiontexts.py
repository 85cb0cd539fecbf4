"""What the bot says about converting tracks. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from datetime import timedelta

from bot import trackwords
from bot.deliverytexts import named
from downloader.conversion import Conversion, Into
from storage.models import Track

BACK = "◀ Back"
CANCEL = "✖️ Cancel"
USAGE = (
    "Answer a track that I sent with <code>/convert mp3 192k</code>, "
    "<code>/convert opus 64k</code> or <code>/convert voice</code>. "
    "<code>/convert 0:30-1:00</code> cuts a piece out of it, and all of this goes together: "
    "<code>/convert opus 64k 1:20-2:40</code>"
)
TAKEN = "It comes…"
CANCELLED = "Cancelled."
NOT_SENT = "I have converted it, but could not send it. Please try it again."
CUT_OFF = "This was cut off when the program ended. Please ask for it again."
_INTO = {Into.MP3: "MP3", Into.OPUS: "Opus", Into.VOICE: "a voice note"}


def offer(into: Into, kilobits: int) -> str:
    """Label a button, as plain text."""
    return "Voice note" if into is Into.VOICE else f"{_INTO[into]} {kilobits}"


def which(track: Track) -> str:
    return f"What shall I make of {named(track)}?"


def working(track: Track, conversion: Conversion) -> str:
    if conversion.into is Into.SAME:
        return f"⏳ Cutting {_piece(conversion)} out of {named(track)}…"
    return f"⏳ Converting {named(track)} to {_wanted(conversion)}…"


def waiting(track: Track, conversion: Conversion, before: int) -> str:
    """Say how many are `before` it."""
    others = "one is" if before == 1 else f"{before} are"
    return f"⏳ {named(track)} ({_wanted(conversion)}) waits: {others} before it."


def stopped(track: Track) -> str:
    return f"The program was stopped before {named(track)} was ready. Please ask for it again."


def _wanted(conversion: Conversion) -> str:
    """Write `MP3, 192 kbit/s, 1:20–2:40`."""
    said = [_INTO.get(conversion.into, "")]
    if conversion.bitrate and conversion.into is not Into.VOICE:
        said.append(f"{conversion.bitrate // 1000} kbit/s")
    if conversion.is_cut:
        said.append(_piece(conversion))
    return ", ".join(filter(None, said))


def _piece(conversion: Conversion) -> str:
    if conversion.end is None:
        return f"what follows {_moment(conversion.start)}"
    return f"{_moment(conversion.start)}–{_moment(conversion.end)}"


def _moment(moment: timedelta) -> str:
    return trackwords.length(moment) or "0:00"
