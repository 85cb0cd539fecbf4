"""The sentences the bot says. Pure: values in, text out (HTML, everything escaped).

Sentences are whole and have named places, so that a translator can take them as they are.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.characters import cleaned, cut
from bot.reasons import REASONS
from storage.models import Chat, Job, JobState, Order, Reason, Request
from storage.states import ENDED_JOBS

NAME = 60
EVERYTHING = 10_000
EXAMPLE = "Example: <code>/download @jazz 10</code>"
STRANGER = "Sorry, this is a private bot."
NO_AUDIO_IN_THESE = "There is no audio in these messages, or they were deleted."
BUTTONS_FOR_SOME = "The others have no buttons: write /pause, /cancel or /retry with their number."
OUT_OF_DATE = "This button is out of date."
NOT_YOURS = "This is somebody else’s."
BROKEN = "Sorry, something broke on my side. It is in the log on the server."
NOTHING_RUNS = "Nothing is running here."
NOTHING_PAUSED = "Nothing is paused here."
ALL_PAUSED = "Everything is paused already. /resume goes on."
NO_FAILURES = "There is nothing to try again: nothing failed, nothing was cancelled."
HERE = "✅ In the library: {path}"
HERE_BEFORE = "✅ It was in the library already: {path}"
MERGED = "✅ It was merged with {name}, of the same recording: {path}"
SAME_BYTES = "✅ It has the same bytes as {name}, which was in the library already: {path}"
SAME_FILE = "✅ It is the same file as {name}, which was in the library already: {path}"
GONE = (
    "🗑 It was saved as {path}, but somebody took the file away. "
    "Send me its link without /why, and I fetch it again."
)
FROM_ELSEWHERE = "Its posting was gone, so I fetched it from {another}."
REPLACED = "better than another file, which is in the /trash"
REPLACED_OTHERS = (
    "It took the place of lesser files of the same recording, which lie in the trash: "
    "/duplicates undo brings them back."
)
GONE_FROM_CHAT = "The message is not in the chat any more; the file stays."
FORWARDED = "It was forwarded from {where}."
ANOTHER_POSTING = "another posting of the same file"
NO_AUDIO_IN_IT = "There is no audio in this message, or it was deleted."
SKIPPED = f"➖ {NO_AUDIO_IN_IT}"
ITS_TURN = "⏳ It waits for its turn."
RIGHT_NOW = "⬇️ It is being downloaded right now."
PAUSED_TOO = "⏸ This download is paused. /resume {job} goes on."
CANCELLED_BEFORE = "🚫 It was cancelled before its turn came. /retry {job} fetches it after all."
TRY_AGAIN = "/retry {job} tries again."
NEVER_ASKED = "{message} was never asked for. Send me its link without /why, and I fetch it."
NOT_LOOKED_YET = "I am still looking for its tracks."
NOTHING_WRONG = "Nothing went wrong."
NOTHING_WRONG_YET = "Nothing went wrong so far."
NEVER_MIND = "All right, I leave it."
STOPPING = "The program was stopped. It continues after the next start."
STANDS_STILL = "Stopping… Nothing more is fetched. I cannot store that just yet, but I will."
A_MOMENT = "One moment…"
ONE_MOMENT = "One moment… I cannot store that just yet, but I will."
BUSY = "Another program keeps my database busy, so nothing came of this. Please try it again."
UNWRITABLE = "The disk of the server lets me store nothing, so nothing came of this. Is it full?"
BEST_GONE = "The best file is not there any more, so I moved nothing."
NO_ACCOUNT = "No Telegram account is logged in: /login"
NEEDS_LOGIN = "needs a new login: /login"
USED_ELSEWHERE = (
    "its login was used in two places at once, so Telegram ended it. If that was not you, somebody "
    "has a copy: end all other sessions under Settings → Devices. Then /login again."
)
BANNED = (
    "banned or frozen by Telegram. Appeal in their app and then /login, or use another account."
)
RECONNECTING = "reconnecting…"
LOOKING_FOR_NEWS = "Looking for what was posted…"
SLOWED = "🐢 Telegram limits the speed of accounts without Premium."
MOVED_DOWN = "⬇️ It continues below."

_EXPORT = (
    "Telegram will ask in the other apps of the account that downloads whether the export is "
    "allowed, and may let it begin only after hours."
)
_CELLS = 10
_OF_CHATS = frozenset(
    {
        Reason.CHAT_NOT_FOUND,
        Reason.CHAT_PRIVATE,
        Reason.CHAT_NOT_JOINED,
        Reason.NOT_A_CHAT,
        Reason.NO_ACCESS,
        Reason.LOGIN,
    }
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


def titled(chat: Chat | None, name: str) -> str:
    """Return how a chat is called; where nothing of that can be shown, its `name`."""
    return (quoted(chat.title) if chat else "") or quoted(name) or _UNNAMED


def chat(job: Job) -> str:
    """Name the chat of a job by its title, or as it was written while the title is unknown."""
    written = job.request.chat if job.request.chat.startswith("@") else _UNNAMED
    return titled(job.chat, written)


def wish(request: Request) -> str:
    """Say which tracks a request is for."""
    parts = [_which(request) + _matching(request)]
    if request.since:
        parts.append(f"since {request.since:%Y-%m-%d}")
    if request.until:
        parts.append(f"before {request.until:%Y-%m-%d}")
    if request.voice:
        parts.append("with voice messages")
    if request.takeout:
        parts.append("as an export")
    return ", ".join(parts)


def _matching(request: Request) -> str:
    return f" matching “{quoted(request.query)}”" if request.query else ""


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
        whose = f"{quoted(request.chat)}{_matching(request)}"
        if request.limit >= EVERYTHING:
            return (
                f"Download up to {EVERYTHING:,} tracks of {whose}? "
                f"It may take hours and much disk space.{export}"
            )
        return f"Download up to {tracks} tracks of {whose}?{export}"
    return f"Download up to {tracks} tracks from {len(requests)} chats?{export}"


def left_out(count: int, most: int) -> str:
    return f"That is more than {most} links: I took the first {most} and left out {count}."


def paused(job: Job) -> str:
    return f"⏸ {chat(job)}: paused. /resume {job.id} goes on."


def paused_all(count: int) -> str:
    return f"⏸ Paused {count} downloads. /resume all goes on."


def cancelled(job: Job, saved: int) -> str:
    kept = f" The {tracks(saved)} already here stay." if saved > 1 else ""
    return f"🚫 {chat(job)}: cancelled.{kept}"


def cancelled_all(count: int) -> str:
    return f"🚫 Cancelled {count} downloads. Finished tracks stay."


def which(command: str, jobs: Sequence[Job]) -> str:
    """Ask which of several jobs a command is for."""
    shown = [f"/{command} {job.id} – {chat(job)}, {wish(job.request)}" for job in jobs[:20]]
    return "\n".join(["Which one?", *shown, f"/{command} all – all of them"])


def no_such_job(job_id: int) -> str:
    return f"There is no download number {job_id}."


def already(job: Job) -> str:
    """Say that a job is at rest and stays so."""
    return f"Download {job.id} ({chat(job)}) is over already: {job.state}."


def asked_for(job: Job, now: datetime) -> str:
    """Name a job as something that was asked for some time ago."""
    return f"download {job.id}, {ago(job.created_at, now)}"


def nothing_to_retry(job: Job) -> str:
    return f"{chat(job)}: nothing failed there{'' if job.state in ENDED_JOBS else ' so far'}."


def at_rest(job: Job | None) -> str:
    """Answer /status when nothing runs; `job` is the last one."""
    if job is None:
        return f"{NOTHING_RUNS} {EXAMPLE}"
    why = f": {REASONS[job.reason].why}" if job.reason else ""
    return f"{NOTHING_RUNS} The last one was {chat(job)} ({job.state}{why})."


def library(track_count: int, count: int) -> str:
    """Tell how large the library is; `count` are its bytes."""
    return f"🎵 {tracks(track_count)}, {size(count)}"


def looking_up(track_count: int) -> str:
    return f"🔎 Looks up {tracks(track_count)} in MusicBrainz"


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
    return counted(count, "track")


def files(count: int) -> str:
    return counted(count, "file")


def connections(count: int) -> str:
    return counted(count, "connection")


def pauses(count: int) -> str:
    """Say how often Telegram has asked an account for a pause of late."""
    return f"{counted(count, 'pause')} in the last hour"


def waited(span: timedelta) -> str:
    return f"{time_left(span)} of pauses in the last day"


def counted(count: int, thing: str) -> str:
    return f"1 {thing}" if count == 1 else f"{count} {thing}s"


def size(count: float) -> str:
    """Write bytes as people do: `2.1 MB`."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if count >= 9.95 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def bar(part: float) -> str:
    """Draw how far something is, from 0 to 1: `▰▰▰▱▱▱▱▱▱▱ 30 %`."""
    cells = min(_CELLS, int(part * _CELLS))
    return f"{'▰' * cells}{'▱' * (_CELLS - cells)} {int(100 * part)} %"


def time_left(left: timedelta) -> str:
    seconds = max(1, round(left.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    hours, rest = divmod(round(seconds / 60), 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest and hours < 24 else f"{hours} h"
    return f"{hours // 24} days"


def again(reason: Reason, detail: str, moment: datetime, now: datetime) -> str:
    """Say when something that waits continues; hours of the day by the clock on the wall."""
    if reason is Reason.OUTSIDE_HOURS and detail:
        return f"at {quoted(detail)}"
    return until(moment, now)


def coming(left: timedelta, waiting: timedelta) -> str:
    """Say how long something takes, and how much of that is `waiting`."""
    if waiting < timedelta(seconds=1):
        return f"{time_left(left)} left"
    return f"about {time_left(left)} left, {time_left(waiting)} of it waiting"


def ago(moment: datetime, now: datetime) -> str:
    if now - moment < timedelta(minutes=1):
        return "just now"
    if now - moment < timedelta(days=1):
        return f"{time_left(now - moment)} ago"
    return f"on {moment.day} {moment:%B %Y}"


def until(moment: datetime, now: datetime) -> str:
    """Say when something continues: soon in seconds or minutes, later by the clock."""
    if moment - now < timedelta(hours=1):
        return f"in {time_left(moment - now)}"
    day = "" if moment.date() == now.date() else f"on {moment.day} {moment:%B} "
    return f"{day}at {moment:%H:%M} UTC"


def pause(wait: timedelta) -> str:
    return f"Telegram asks me to wait {time_left(wait)}. Please try it again then."


def not_looked_at(reason: Reason) -> str:
    words = REASONS[reason]
    todo = words.todo if reason in _OF_CHATS else "Please try it again later."
    return f"I cannot look at this chat: {words.why}. {todo}"


def queue_full(limit: int, most_asked: int) -> str:
    return (
        f"You have {limit} downloads that are not over, which is your limit, and {most_asked} more "
        "wait for a yes. There is room when one is over; /cancel ends one."
    )


def too_fast(wait: timedelta) -> str:
    return f"That is too much at once. Please go on in {time_left(wait)}."


def at_work(limit: int) -> str:
    """Tell that a download begins when another one is over."""
    some = "one is" if limit == 1 else f"{limit} are"
    return f"Of your downloads {some} at work, which is your limit: this begins when one is over."
