"""What /why answers: in plain words what became of a posting or a job, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from bot import edittexts, links, texts, trashtexts
from bot.board import ROOM, visible
from bot.explanation import explained, name, track_name
from bot.findings import Found, JobFindings, PostingFindings
from bot.jobview import HOPELESS
from bot.links import Link
from storage.models import Item, ItemState, Job, JobState, Reason, Sameness
from storage.states import ACTIVE_ITEMS, ENDED_ITEMS, ENDED_JOBS

_AT_REST = frozenset({ItemState.SAVED, ItemState.LINKED})
_HELD = _AT_REST | {ItemState.REMOVED}
_STATES = {
    JobState.QUEUED: "not begun yet",
    JobState.PLANNING: "still looking for tracks",
    JobState.RUNNING: "under way",
}
# That these are over is noticed without being told.
_NOTICED = frozenset({Reason.LOGIN, Reason.DISK_FULL})
_SIGNS = {ItemState.WAITING: "⏳", ItemState.PARKED: "✋", ItemState.FAILED: "❌"}
_POSTING = re.compile(r"(-?\d{1,20})/(\d{1,10})", re.ASCII)
_SAME: dict[str, str] = {Sameness.BYTES: texts.SAME_BYTES, Sameness.FILE: texts.SAME_FILE}
# States that say everything by themselves.
_PLAIN = {
    ItemState.SKIPPED: texts.SKIPPED,
    ItemState.QUEUED: texts.ITS_TURN,
    ItemState.CANCELLED: texts.CANCELLED_BEFORE,
    **dict.fromkeys(ACTIVE_ITEMS, texts.RIGHT_NOW),
}


def of_posting(findings: PostingFindings, now: datetime) -> str:
    """Tell of the newest job that has the posting, and of an older one that brought it."""
    if not findings.found:
        return _unknown(findings.link, findings.job, now)
    newest, *older = findings.found
    told = [newest]
    if newest.item.state not in _AT_REST:
        told += [one for one in older if one.item.state in _AT_REST][:1]
    return "\n".join(line for one in told for line in _told(one, now))


def of_job(findings: JobFindings, now: datetime) -> str:
    """List what went wrong in a job, by reason."""
    job = findings.job
    lines = [f"<b>{texts.chat(job)}</b> · {texts.asked_for(job, now)}: {_standing(findings)}."]
    if job.reason:
        lines.append(explained(job.reason, job.detail, job.until, now))
    groups = groupby(sorted(findings.items, key=_kind), _kind)
    told = [line for _, items in groups for line in _group(list(items), job, now)]
    retry = any(_can_be_retried(item) for item in findings.items)
    last = [texts.TRY_AGAIN.format(job=job.id)] if retry else []
    if not told and not job.reason:
        last = [texts.NOTHING_WRONG if job.state in ENDED_JOBS else texts.NOTHING_WRONG_YET]
    return "\n".join([*_fitting(lines, told), *last])


def _unknown(link: Link, job: Job | None, now: datetime) -> str:
    """Tell of a posting that no job has: why a job for it never got so far, if there is one."""
    over = job is None or job.state in ENDED_JOBS
    if job is None or (over and not job.reason):
        of = f" of {texts.quoted(link.chat)}" if link.chat.startswith("@") else ""
        return texts.NEVER_ASKED.format(message=f"Message {link.first}{of}")
    asked = texts.asked_for(job, now).capitalize()
    if job.reason is Reason.NO_AUDIO and job.request.message_ids:
        return texts.SKIPPED
    if not job.reason:
        return f"🔎 {asked}: {texts.NOT_LOOKED_YET}"
    return f"{'❌' if over else '⏳'} {asked}: {explained(job.reason, job.detail, job.until, now)}"


def _told(found: Found, now: datetime) -> list[str]:
    heading = f"<b>{name(found.item)}</b> · {texts.asked_for(found.job, now)}"
    return [heading, _sentence(found, now)]


def _sentence(found: Found, now: datetime) -> str:
    item, job = found.item, found.job
    if found.removal is not None and item.state in _HELD:
        return trashtexts.why(found.removal, found.kept_of, now)
    if item.state in _HELD:
        return _place(found)
    if job.state is JobState.PAUSED and item.state not in ENDED_ITEMS:
        return texts.PAUSED_TOO.format(job=job.id)
    if plain := _PLAIN.get(item.state):
        return plain.format(job=job.id)
    assert item.reason, "whatever waits, is parked or failed has a reason"
    why = explained(item.reason, item.detail, item.until, now)
    retry = f" {texts.TRY_AGAIN.format(job=job.id)}" if _can_be_retried(item) else ""
    return f"{_SIGNS[item.state]} {why}{retry}"


def _place(found: Found) -> str:
    path = found.track.path if found.track else None
    told = texts.HERE if found.item.state is ItemState.SAVED else _linked_by(found)
    if found.gone:
        told = texts.GONE
    elif found.merged:
        told = texts.MERGED
    place = told.format(
        path=f"<code>{texts.quoted(str(path), 300)}</code>" if path else "?",
        name=f"“{track_name(found.track)}”" if found.track else "?",
    )
    is_instead = found.replaced and found.item.state is ItemState.SAVED
    instead = texts.REPLACED_OTHERS if is_instead else ""
    said = [place, _elsewhere(found), *_fate(found), _quality(found), instead]
    return "\n".join(filter(None, said))


def _quality(found: Found) -> str:
    """Say how good a file is where there is something wrong with it."""
    track = found.track
    return edittexts.sound(track) if track and track.flaws and not found.gone else ""


def _elsewhere(found: Found) -> str:
    """Tell from which other posting a file was fetched, if it was."""
    other = _POSTING.fullmatch(found.item.detail)
    if found.item.state is not ItemState.SAVED or other is None:
        return ""
    address = links.to_message(found.other_chat, int(other[1]), int(other[2]))
    another = texts.ANOTHER_POSTING
    linked = f'<a href="{address}">{another}</a>' if address else another
    return texts.FROM_ELSEWHERE.format(another=linked)


def _fate(found: Found) -> list[str]:
    """Tell that the posting is gone, and where it was forwarded from."""
    fate = found.fate
    if fate is None:
        return []
    gone = [texts.GONE_FROM_CHAT] if fate.gone_at is not None else []
    origin = fate.forwarded
    if origin is None:
        return gone
    # It may be called otherwise by now than it was when it was forwarded.
    where = texts.titled(found.from_chat, origin.name or "another chat")
    address = None
    if origin.chat_id is not None and origin.message_id is not None:
        address = links.to_message(found.from_chat, origin.chat_id, origin.message_id)
    linked = f'<a href="{address}">{where}</a>' if address else where
    return [*gone, texts.FORWARDED.format(where=linked)]


def _linked_by(found: Found) -> str:
    return _SAME.get(found.item.detail, texts.HERE_BEFORE)


def _standing(findings: JobFindings) -> str:
    items = findings.tally.items
    brought = sum(items.get(state, 0) for state in _AT_REST)
    total = sum(items.values())
    state = _STATES.get(findings.job.state, str(findings.job.state))
    return f"{state}, {brought} of {total} here" if total else state


def _kind(item: Item) -> tuple[str, str]:
    return item.state, str(item.reason)


def _group(items: Sequence[Item], job: Job, now: datetime) -> list[str]:
    """Say once why these did not come, then name each, with a link to it."""
    first = items[0]
    soonest = min((item.until for item in items if item.until), default=None)
    why = texts.SKIPPED
    if first.state in _SIGNS and first.reason:
        told = explained(first.reason, first.detail, soonest, now)
        why = f"{_SIGNS[first.state]} {told}"
    return [why, *(f"   {_linked(item, job)}" for item in items)]


def _linked(item: Item, job: Job) -> str:
    address = links.to_message(job.chat, item.chat_id, item.message_id)
    return f'<a href="{address}">{name(item)}</a>' if address else name(item)


def _can_be_retried(item: Item) -> bool:
    if item.state is ItemState.PARKED:
        return item.reason not in _NOTICED
    return item.state is ItemState.FAILED and item.reason not in HOPELESS


def _fitting(lines: Sequence[str], told: Iterable[str]) -> list[str]:
    """Return as many lines as one message holds, and how many more there are."""
    kept, left, room = list(lines), 0, ROOM - 200 - sum(visible(line) + 1 for line in lines)
    for line in told:
        room -= visible(line) + 1
        if room > 0:
            kept.append(line)
        else:
            left += 1
    return [*kept, f"… and {left} more"] if left else kept
