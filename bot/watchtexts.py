"""The sentences about chats that are followed; what looks brought is told by `bot.watchruns`.

Pure; all is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import actiontexts
from bot.reasons import REASONS
from bot.retentiontexts import cleaning, limits
from bot.texts import quoted, size, time_left, titled, tracks
from bot.watchwords import WatchOrder
from downloader.retaining import Cleaning
from downloader.watching import Preview
from storage.models import Chat
from storage.retention import Retention
from storage.watch import Notice, Priority, Rhythm, Rules, Watch, WatchState

NONE = (
    "You follow no chat. <code>/watch @jazz every 6h</code> brings what is posted there "
    "from now on."
)
HEADING = "<b>What I follow for you</b>"
NOTHING_FITS = "⚠️ Nothing that is there fits."
LIVE = "Where no account of mine is a member of the chat, I look every 10 minutes instead."
FOLLOW = "Follow it"
LEAVE = "Never mind"
LOOK_NOW = "↻ Look now"
PAUSE = "⏸ Pause"
RESUME = "▶️ Resume"
HISTORY = "History"
EDIT = "✎ Edit"
TRY_AGAIN = "↻ Try again"
REMOVE = "Remove"
REMOVE_NOW = "Yes, remove it"
BACK = "◀ All"
LOOKING = "I am looking at the chat…"
REMOVED = "I follow {name} no more. What it brought stays."
ASK_REMOVAL = "Follow {name} no more? What it has brought stays in the library."
LOST = "⚠️ I cannot follow {name} any more: {why}. {todo}"
HELD = "⚠️ I look at nothing that you follow for now: {why}. {todo}"
COMMENTS = (
    "Its postings are discussed in {name}: I would follow that too, by the same rules, as one more "
    "of /watches."
)
NO_COMMENTS = "⚠️ This chat has no comments."
_UNITS = {
    timedelta(days=1): "day",
    timedelta(hours=1): "hour",
    timedelta(minutes=1): "minute",
}
_MANY = 3


def preview(
    order: WatchOrder,
    found: Preview,
    going: Cleaning | None = None,
    kept: Retention | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Tell what would be fetched at once, what from then on, and what would not be kept.

    `kept` is the retention that the chat has already, `notes` is what else is to be said.
    """
    survey = found.survey
    name = titled(survey.chat, order.chat)
    lines = [f"<b>Follow {name}</b>: {rules(order.rules)}."]
    if not order.backfill:
        lines.append(
            "Nothing is fetched of what was posted before; "
            "<code>backfill 200</code> begins with the newest 200."
        )
        if order.parts and survey.read:
            fit = f"Of the newest {tracks(survey.read)}, {len(survey.wanted)} would have come"
            lines.append(f"{fit}{_unfit(found)}.")
    elif not survey.read:
        lines.append("There is no audio yet.")
    elif survey.new:
        lines.append(f"Now I would fetch {tracks(len(survey.new))}, {size(survey.size)}.")
    else:
        lines.append("Now there is nothing to fetch.")
    if order.backfill and (skipped := _skipped(found)):
        lines.append(skipped)
    if order.backfill and order.parts and survey.read and not survey.wanted:
        lines.append(NOTHING_FITS)
    if order.keep is not None and going is not None:
        lines.append(
            f"Of this chat I would keep {limits(order.keep)}. " + " ".join(cleaning(going))
        )
    elif kept is not None:
        lines.append(f"⚠️ Of this chat I keep {limits(kept)}; /retention changes that.")
    if order.rules.rhythm.is_live:
        lines.append(LIVE)
    lines += notes
    return "\n".join(lines)


def comments(group: Chat | None) -> str:
    if group is None:
        return NO_COMMENTS
    return COMMENTS.format(name=titled(group, str(group.id)))


def _skipped(found: Preview) -> str:
    known, removed = len(found.survey.known), len(found.survey.removed)
    reasons = [f"{known} in the library already"] if known else []
    reasons += [f"{removed} removed before"] if removed else []
    surplus = len(found.survey.surplus)
    reasons += [f"{surplus} more than is kept"] if surplus else []
    reasons += _misfits(found)
    return f"Passed over: {', '.join(reasons)}." if reasons else ""


def _unfit(found: Preview) -> str:
    misfits = _misfits(found)
    return f" ({', '.join(misfits)})" if misfits else ""


def _misfits(found: Preview) -> list[str]:
    unfit = found.survey.unfit.most_common()
    told = [f"{count} not {quoted(part)}" for part, count in unfit[:_MANY]]
    rest = sum(count for _, count in unfit[_MANY:])
    return [*told, f"{rest} for other words"] if rest else told


def not_followed(name: str) -> str:
    return f"You do not follow {quoted(name)}. /watches shows what you follow."


def which(name: str) -> str:
    return f"<b>Several chats that you follow go, or went, by {quoted(name)}. Which one?</b>"


def no_such(number: int, count: int) -> str:
    return f"There is no number {number}: /watches lists {count or 'nothing'}."


def rules(said: Rules, kept: Retention | None = None) -> str:
    """Say by which rules a chat is followed, and how much of it is `kept`.

    `every 6 hours, only lossless, quietly, keeping the newest 500 tracks`
    """
    parts = [rhythm(said.rhythm)]
    if said.hours:
        parts.append(f"between {wall(said.hours[0])} and {wall(said.hours[1])}")
    if said.query:
        parts.append(f"only <code>{quoted(said.query, 100)}</code>")
    if said.topic is not None:
        called = f"“{quoted(said.topic_title)}”" if said.topic_title else said.topic
        parts.append(f"only the topic {called}")
    if said.voice:
        parts.append("voice messages too")
    if said.most_a_day is not None:
        parts.append(f"at most {size(said.most_a_day)} a day")
    if said.priority is not Priority.NORMAL:
        parts.append(f"with {said.priority} priority")
    if said.digest_at is not None:
        parts.append(f"with a digest at {wall(said.digest_at)}")
    elif said.notice is Notice.QUIET:
        parts.append("quietly")
    parts += actiontexts.parts(said)
    parts += [f"keeping {limits(kept)}"] if kept is not None else []
    return ", ".join(parts)


def rhythm(said: Rhythm) -> str:
    if said.is_live:
        return "as it is posted"
    if said.every is not None:
        return f"every {span(said.every)}"
    if said.daily is not None:
        return f"daily at {wall(said.daily)}"
    return f"by cron <code>{quoted(said.cron)}</code>"


def named(watch: Watch) -> str:
    chat = watch.chat
    return titled(chat, f"@{chat.username}" if chat and chat.username else watch.name)


def line(number: int, watch: Watch, now: datetime, zone: ZoneInfo | None) -> str:
    state = state_of(watch, now, zone, "next")
    return f"{number}. <b>{named(watch)}</b> · {rhythm(watch.rules.rhythm)} · {state}"


def more(count: int) -> str:
    return f"… and {count} more; /watch with the @name of one shows it."


def lost(watch: Watch) -> str:
    assert watch.reason is not None, "that is what it is lost for"
    words = REASONS[watch.reason]
    return LOST.format(name=named(watch), why=words.why, todo=words.todo)


def held(watch: Watch) -> str:
    assert watch.reason is not None, "that is what it waits for"
    words = REASONS[watch.reason]
    return HELD.format(why=words.why, todo=words.todo)


def begun(words: str) -> str:
    """Let a sentence begin with these words."""
    return f"{words[:1].upper()}{words[1:]}"


def state_of(watch: Watch, now: datetime, zone: ZoneInfo | None, look: str = "next look") -> str:
    match watch.state:
        case WatchState.PAUSED:
            return "paused"
        case WatchState.LOST:
            why = REASONS[watch.reason].why if watch.reason else "lost"
            return f"stopped: {why}"
        case WatchState.ACTIVE:
            trouble = f" ({REASONS[watch.reason].why})" if watch.reason else ""
            return f"{look} {_when(watch.next_at, now, zone)}{trouble}"


def _when(moment: datetime, now: datetime, zone: ZoneInfo | None) -> str:
    left = moment - now
    if left <= timedelta(0):
        return "right away"
    if left < timedelta(hours=1):
        return f"in {time_left(left)}"
    local = moment.astimezone(zone)
    match (local.date() - now.astimezone(zone).date()).days:
        case 0:
            return f"at {local:%H:%M}"
        case 1:
            return f"tomorrow at {local:%H:%M}"
        case _:
            return f"on {local.day} {local:%B} at {local:%H:%M}"


def span(span: timedelta) -> str:
    for unit, name in _UNITS.items():
        count, rest = divmod(span, unit)
        if not rest:
            return name if count == 1 else f"{count} {name}s"
    return time_left(span)


def wall(at: time) -> str:
    return f"{at:%H:%M}"
