"""The sentences about chats that are followed. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import actiontexts
from bot.reasons import REASONS
from bot.retentiontexts import cleaning, limits
from bot.texts import ago, quoted, size, time_left, tracks
from bot.watchwords import WatchOrder
from downloader.retaining import Cleaning
from downloader.watching import Preview
from storage.models import Chat
from storage.retention import Retention
from storage.watch import Notice, Priority, Rhythm, Rules, Run, Watch, WatchState

NONE = (
    "You follow no chat. <code>/watch @jazz every 6h</code> brings what is posted there "
    "from now on."
)
HEADING = "<b>What I follow for you</b>"
NOTHING_FITS = (
    "⚠️ Nothing that is there fits. What is no option is looked for in the names; how often to "
    "look is said by <code>every 1h</code>, <code>daily 02:00</code> or <code>live</code>."
)
FOLLOW = "Follow it"
LEAVE = "Never mind"
LOOK_NOW = "↻ Look now"
PAUSE = "⏸ Pause"
RESUME = "▶️ Go on"
HISTORY = "History"
EDIT = "✎ Edit"
TRY_AGAIN = "↻ Try again"
REMOVE = "Remove"
REMOVE_NOW = "Yes, remove it"
BACK = "◀ All"
LOOKING = "I am looking at the chat…"
REMOVED = "I follow {name} no more. What it brought stays."
ASK_REMOVAL = "Follow {name} no more? What it has brought stays in the library."
NO_HISTORY = "It has not been looked at yet."
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
    name = quoted(survey.chat.title or order.chat)
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
    if order.parts and survey.read and not survey.wanted:
        lines.append(NOTHING_FITS)
    if order.keep is not None and going is not None:
        lines.append(
            f"Of this chat I would keep {limits(order.keep)}. " + " ".join(cleaning(going))
        )
    elif kept is not None:
        lines.append(f"⚠️ Of this chat I keep {limits(kept)}; /retention changes that.")
    lines += notes
    return "\n".join(lines)


def comments(group: Chat | None) -> str:
    if group is None:
        return NO_COMMENTS
    return COMMENTS.format(name=quoted(group.title or str(group.id)))


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


def rules(said: Rules) -> str:
    """Say by which rules a chat is followed: `every 6 h, only lossless, quiet`."""
    parts = [rhythm(said.rhythm)]
    if said.hours:
        parts.append(f"between {wall(said.hours[0])} and {wall(said.hours[1])}")
    if said.query:
        parts.append(f"only <code>{quoted(said.query, 100)}</code>")
    if said.topic is not None:
        parts.append(f"topic {said.topic}")
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
    return ", ".join(parts)


def rhythm(said: Rhythm) -> str:
    if said.is_live:
        return "as it is posted, or every 10 minutes where no account is a member"
    if said.every is not None:
        return f"every {span(said.every)}"
    if said.daily is not None:
        return f"daily at {wall(said.daily)}"
    return f"by cron <code>{quoted(said.cron)}</code>"


def named(watch: Watch) -> str:
    if watch.chat is not None and watch.chat.title:
        return quoted(watch.chat.title)
    return quoted(watch.name)


def line(number: int, watch: Watch, now: datetime, zone: ZoneInfo | None) -> str:
    state = _state(watch, now, zone)
    return f"{number}. <b>{named(watch)}</b> · {rhythm(watch.rules.rhythm)} · {state}"


def detail(watch: Watch, last: Run | None, now: datetime, zone: ZoneInfo | None) -> str:
    lines = [
        f"<b>{named(watch)}</b>: {rules(watch.rules)}.",
        f"{begun(_state(watch, now, zone))}.",
    ]
    lines.append(f"Last: {run(last, now)}." if last else NO_HISTORY)
    if watch.state is WatchState.LOST and watch.reason is not None:
        lines.append(REASONS[watch.reason].todo)
    return "\n".join(one for one in lines if one)


def history(watch: Watch, runs: list[Run], standing: Sequence[str], now: datetime) -> str:
    """`standing` is how it stands with what is done with the tracks."""
    lines = [f"<b>{named(watch)}</b>", *standing]
    return "\n".join(
        [*lines, *(f"· {run(one, now)}" for one in runs)] if runs else [*lines, NO_HISTORY]
    )


def run(one: Run, now: datetime) -> str:
    when = ago(one.at, now)
    if one.reason is not None:
        return f"{when}, nothing: {REASONS[one.reason].why}"
    if not one.found:
        return f"{when}, nothing new"
    return f"{when}, {tracks(one.found)}, {size(one.size)}"


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


def _state(watch: Watch, now: datetime, zone: ZoneInfo | None) -> str:
    match watch.state:
        case WatchState.PAUSED:
            return "paused"
        case WatchState.LOST:
            why = REASONS[watch.reason].why if watch.reason else "lost"
            return f"stopped: {why}"
        case WatchState.ACTIVE:
            trouble = f" ({REASONS[watch.reason].why})" if watch.reason else ""
            return f"next look {_when(watch.next_at, now, zone)}{trouble}"


def _when(moment: datetime, now: datetime, zone: ZoneInfo | None) -> str:
    left = moment - now
    if left <= timedelta(0):
        return "now"
    if left < timedelta(hours=1):
        return f"in {time_left(left)}"
    local = moment.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else f"on {local.day} {local:%B} "
    return f"{day}at {local:%H:%M}"


def span(span: timedelta) -> str:
    for unit, name in _UNITS.items():
        count, rest = divmod(span, unit)
        if not rest:
            return name if count == 1 else f"{count} {name}s"
    return time_left(span)


def wall(at: time) -> str:
    return f"{at:%H:%M}"
