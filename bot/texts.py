"""Every sentence the bot says. Pure: values in, text out (HTML, everything escaped).

Sentences are whole and have named places, so that a translator can take them as they are.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.characters import cleaned, cut
from bot.errors import Usage, UsageError
from storage.models import Job, JobState, Order, Reason, Request

NAME = 60
EVERYTHING = 10_000


@dataclass(frozen=True, slots=True)
class Words:
    """Why something is as it is, and what a person can do about it."""

    why: str
    todo: str = ""


REASONS = {
    Reason.CHAT_NOT_FOUND: Words(
        "there is no such chat", "Check the spelling, or send a link to one of its messages."
    ),
    Reason.CHAT_PRIVATE: Words(
        "this chat is private", "Join it with the Telegram account that downloads, then try again."
    ),
    Reason.CHAT_NOT_JOINED: Words(
        "the Telegram account that downloads is not a member", "Join with it, then try again."
    ),
    Reason.NOT_A_CHAT: Words("this is a person or a bot", "Send the name of a channel or a group."),
    Reason.NO_AUDIO: Words(
        "there is no audio there", "Voice messages count only with the word “voice” at the end."
    ),
    Reason.NOTHING_MATCHES: Words(
        "no audio fits these dates or numbers", "Widen them, or add the word “voice”."
    ),
    Reason.DELETED: Words("deleted by its author"),
    Reason.REPLACED: Words("replaced by its author", "Ask for it anew to get the new file."),
    Reason.EMPTY_FILE: Words("an empty file"),
    Reason.INCOMPLETE_AT_SOURCE: Words("Telegram has only a part of the file"),
    Reason.DAMAGED_AT_SOURCE: Words("Telegram's copy is damaged"),
    Reason.TAMPERED: Words(
        "somebody between Telegram and me changed the file", "Nothing of it was kept."
    ),
    Reason.REFUSED: Words("Telegram refuses it"),
    Reason.BROKEN: Words("something broke on my side", "The log on the server tells more."),
    Reason.FLOOD: Words("Telegram asks for a pause", "It continues by itself."),
    Reason.OFFLINE: Words("Telegram cannot be reached", "It continues by itself."),
    Reason.SERVER_TROUBLE: Words("Telegram has trouble", "It continues by itself."),
    Reason.TOO_MANY_FILES: Words(
        "the server has too many files open",
        "It continues by itself, with fewer at a time. Raising <code>ulimit -n</code> helps.",
    ),
    Reason.OUTSIDE_HOURS: Words("outside the hours for downloads", "It continues by itself."),
    Reason.TAKEOUT_DELAY: Words(
        "Telegram wants the export to be approved",
        "Allow it in another Telegram app of that account, then /retry.",
    ),
    Reason.NO_TAKEOUT: Words("Telegram refuses the export", "It continues without."),
    Reason.LOGIN: Words(
        "no Telegram account is logged in",
        "Run <code>tad login</code> on the server, and it continues.",
    ),
    Reason.NO_ACCESS: Words(
        "the Telegram account may not read this chat any more", "Join it again, then try again."
    ),
    Reason.DISK_FULL: Words("the disk is full", "Make room on the server, and it continues."),
    Reason.DISK_DENIED: Words(
        "the music folder cannot be written to",
        "Correct its permissions on the server, then try again.",
    ),
    Reason.DISK_BROKEN: Words(
        "the disk reports errors", "Look after it on the server, then try again."
    ),
}

_EXAMPLE = "Example: <code>/download @jazz 10</code>"
_USAGE = {
    Usage.NO_CHAT: f"Which chat? {_EXAMPLE}",
    Usage.NOT_A_LINK: f"That is not a chat or a link. Write its @name or a t.me link. {_EXAMPLE}",
    Usage.ELSEWHERE: "I only understand Telegram links, such as <code>https://t.me/jazz/12</code>",
    Usage.LOOKALIKE: "Careful: this link only looks like a Telegram link. I did not open it.",
    Usage.CREDENTIALS: "A link with a name or password in it is not a Telegram link.",
    Usage.INVITE: "This is an invitation. Join first with the Telegram account that downloads, "
    "then send a link to a message there.",
    Usage.NO_CHAT_IN_LINK: "This link does not lead to a channel, a group or a message. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_MESSAGE: "“{detail}” is not a message number. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_COUNT: "“{detail}” does not work as a count. Write a number from 1 to 10000, "
    "or “all”. " + _EXAMPLE,
    Usage.BAD_DATE: "“{detail}” is not a date from 2013 to 2037. "
    "Example: <code>since:2024-01-31</code>",
    Usage.NO_DAYS: "There is no day between these dates: “since” must come before “until”. "
    "Example: <code>since:2024-01-01 until:2024-02-01</code>",
    Usage.UNKNOWN_WORD: "I do not know “{detail}”. /help shows what can be said. " + _EXAMPLE,
    Usage.ONE_MESSAGE: "A link to one message brings just that message. For more, send the chat: "
    "<code>/download @jazz 10</code>",
    Usage.BAD_JOB: "“{detail}” is not the number of a download. "
    "Without a number, /cancel and /retry take the last one.",
    Usage.PLAIN_TEXT: "Send me a t.me link, forward me a track from a channel, or write "
    "<code>/download @jazz 10</code>",
    Usage.UNKNOWN_COMMAND: f"I do not know this command. /help lists the others. {_EXAMPLE}",
    Usage.HIDDEN_ORIGIN: "Telegram does not tell me where this was posted. "
    "Open the original, choose Copy Link, and send me the link.",
    Usage.OWN_UPLOAD: "I fetch from channels and groups. Forward the track from there, "
    "or send a link to it.",
    Usage.NO_AUDIO: "There is no audio in this message.",
}

START = (
    "Hello! I download audio from Telegram channels and groups into your music library.\n\n"
    "Try <code>/download @jazz 10</code> with the name of a channel you like, or just send me "
    "a t.me link. /help tells the rest."
)
HELP = """\
<b>Download</b>
<code>/download @jazz</code> – the 10 newest tracks
<code>/download @jazz 50</code> – the 50 newest
<code>/download @jazz all</code> – everything
<code>/download @jazz 10 from oldest</code>
<code>/download @jazz 100 since:2024-01-01 until:2024-02-01</code> – January 2024
<code>/download @jazz 10-20</code> – messages 10 to 20
<code>/download @jazz 10 voice</code> – voice messages too
<code>/download @jazz all takeout</code> – as an export, which Telegram slows down less; it has to \
be approved in another Telegram app, and may begin only after hours

Or send a link (<code>https://t.me/jazz/12</code>, or <code>t.me/jazz/12-40</code> for a range), \
several links at once, or forward a track from a channel.

<b>Then</b>
/status – how far it is
/cancel – stop a download; finished tracks stay
/retry – try again what failed

A private chat works once the Telegram account that downloads has joined it."""
STRANGER = "Sorry, this is a private bot."
NO_AUDIO_THERE = "There is no audio there."
OUT_OF_DATE = "This button is out of date."
BROKEN = "Sorry, something broke on my side. It is in the log on the server."
NOTHING_RUNS = "Nothing is running."
NO_FAILURES = "There is nothing to try again: nothing failed, nothing was cancelled."
NEVER_MIND = "All right, I leave it."
STOPPING = "The program was stopped. It continues after the next start."
MOVED_DOWN = "⬇️ It continues below."

COMMANDS = {
    "download": "Download audio: @chat 10, or a link",
    "status": "How far it is",
    "cancel": "Stop a download",
    "retry": "Try again what failed",
    "help": "What can be said",
}

_EXPORT = (
    "Telegram will ask in the other apps of the account that downloads whether the export is "
    "allowed, and may let it begin only after hours."
)
_UNNAMED = "Private chat"  # a link to one carries only a number
PAUSE = "⏸ Pause"
RESUME = "▶️ Resume"
CANCEL = "✖️ Cancel"
RETRY = "🔁 Try again"
BEGIN = "▶️ Start"
LEAVE = "Never mind"


def quoted(text: str, room: int = NAME) -> str:
    """Return foreign text, safe to stand in a message: one line, at most `room` units, escaped."""
    return html.escape(cut(cleaned(text), room), quote=False)


def usage(error: UsageError) -> str:
    return _USAGE[error.usage].format(detail=quoted(error.detail, 40))


def chat(job: Job) -> str:
    """Name the chat of a job by its title, or as it was written while the title is unknown."""
    written = job.request.chat if job.request.chat.startswith("@") else _UNNAMED
    return quoted((job.chat and job.chat.title) or written) or quoted(written)


def wish(request: Request) -> str:
    """Say which tracks a request is for."""
    parts = [_which(request)]
    if request.since:
        parts.append(f"since {request.since:%Y-%m-%d}")
    if request.until:
        parts.append(f"before {request.until:%Y-%m-%d}")
    if request.voice:
        parts.append("with voice messages")
    if request.takeout:
        parts.append("as an export")
    return ", ".join(parts)


def _which(request: Request) -> str:
    if len(request.message_ids) == 1:
        return f"message {request.message_ids[0]}"
    if request.message_ids:
        return f"{len(request.message_ids)} messages"
    among, span = "", EVERYTHING
    if request.first_id is not None and request.last_id is not None:
        among = f" among messages {request.first_id}–{request.last_id}"
        span = request.last_id - request.first_id + 1
    if request.limit >= min(span, EVERYTHING):
        return f"all tracks{among}"
    if request.limit == 1:
        return f"the {request.order} track{among}"
    age = "oldest" if request.order is Order.OLDEST else "newest"
    return f"the {request.limit} {age} tracks{among}"


def ask_first(requests: Sequence[Request], tracks: int) -> str:
    """Ask whether a large request is meant."""
    export = f" {_EXPORT}" if any(request.takeout for request in requests) else ""
    if len(requests) == 1:
        [request] = requests
        if request.limit >= EVERYTHING:
            return (
                f"Download up to {EVERYTHING} tracks of {quoted(request.chat)}? "
                f"It may take hours and much disk space.{export}"
            )
        return f"Download up to {tracks} tracks of {quoted(request.chat)}?{export}"
    return f"Download up to {tracks} tracks from {len(requests)} chats?{export}"


def left_out(count: int, most: int) -> str:
    return f"That is more than {most} links: I took the first {most} and left out {count}."


def cancelled(job: Job, saved: int) -> str:
    kept = f" The {tracks(saved)} already here stay." if saved > 1 else ""
    return f"🚫 {chat(job)}: cancelled.{kept}"


def cancelled_all(count: int) -> str:
    return f"🚫 Cancelled {count} downloads. Finished tracks stay."


def which_to_cancel(jobs: Sequence[Job]) -> str:
    shown = [f"/cancel {job.id} – {chat(job)}, {wish(job.request)}" for job in jobs[:20]]
    return "\n".join(["Which one?", *shown, "/cancel all – all of them"])


def no_such_job(job_id: int) -> str:
    return f"There is no download number {job_id}."


def already(job: Job) -> str:
    """Say that a job is at rest and stays so."""
    return f"Download {job.id} ({chat(job)}) is over already: {job.state}."


def nothing_to_retry(job: Job) -> str:
    return f"{chat(job)}: nothing failed there."


def at_rest(job: Job | None) -> str:
    """Answer /status when nothing runs; `job` is the last one."""
    if job is None:
        return f"{NOTHING_RUNS} {_EXAMPLE}"
    why = f": {REASONS[job.reason].why}" if job.reason else ""
    return f"{NOTHING_RUNS} The last one was {chat(job)} ({job.state}{why})."


def pressed(job: Job) -> str:
    """Answer a press, as plain text."""
    match job.state:
        case JobState.PAUSED:
            return "Paused."
        case JobState.CANCELLED:
            return "Cancelled. Finished tracks stay."
        case JobState.DONE:
            return "Already done."
        case JobState.PARTLY_DONE | JobState.FAILED:
            return "Already over."
        case _:
            return "It continues."


def tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"


def size(count: float) -> str:
    """Write bytes as people do: `2.1 MB`."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if count >= 9.95 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def time_left(left: timedelta) -> str:
    seconds = max(1, round(left.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest} min" if hours < 24 else f"{hours // 24} days"


def again(reason: Reason, detail: str, moment: datetime, now: datetime) -> str:
    """Say when something that waits continues; hours of the day by the clock on the wall."""
    if reason is Reason.OUTSIDE_HOURS and detail:
        return f"at {quoted(detail)}"
    return until(moment, now)


def until(moment: datetime, now: datetime) -> str:
    """Say when something continues: soon in seconds or minutes, later by the clock."""
    if moment - now < timedelta(hours=1):
        return f"in {time_left(moment - now)}"
    day = "" if moment.date() == now.date() else f"on {moment.day} {moment:%B} "
    return f"{day}at {moment:%H:%M} UTC"
