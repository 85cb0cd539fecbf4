"""The sentences about what goes beyond somebody's limits. Pure; all is escaped."""

from __future__ import annotations

from bot.texts import chat, quoted, size, wish
from storage.models import Job
from storage.plea import Excess, Plea

GRANT = "✓ Allow it once"
DENY = "✕ No"
OVER = "It was cancelled meanwhile."

_ASKS = {
    Excess.QUEUED: "It would be number {wanted} in a queue of {limit}.",
    Excess.DAILY: "It brings {wanted}, and {limit} of today's limit are left.",
    Excess.LARGEST: "Its largest file has {wanted}; the limit is {limit}.",
}
_TOLD = {
    Excess.QUEUED: "your queue of {limit} is full; there is room when one of them is over",
    Excess.DAILY: "it brings {wanted}, and {limit} of your limit are left for today; "
    "after midnight /resume {job} tries again",
    Excess.LARGEST: "its largest file has {wanted}, and your limit is {limit}",
}


def asks(plea: Plea, job: Job, name: str) -> str:
    """Ask whoever sees to people for a yes."""
    return (
        f"<b>{quoted(name)}</b> asks for more than the limits allow: {chat(job)}, "
        f"{wish(job.request)}, as download {job.id}. {_filled(_ASKS[plea.excess], plea)}"
    )


def decided(plea: Plea, job: Job, name: str, by: str) -> str:
    """Show what was decided, in place of the question."""
    verdict = "allowed it" if plea.is_granted else "said no"
    return f"{asks(plea, job, name)}\n{quoted(by)} {verdict}."


def over(plea: Plea, job: Job, name: str) -> str:
    return f"{asks(plea, job, name)}\n{OVER}"


def held(plea: Plea, job: Job) -> str:
    """Tell the person themself."""
    why = _filled(_TOLD[plea.excess], plea)
    return f"⏸ {chat(job)}, download {job.id}, waits: {why}. I have asked for a yes."


def answered(plea: Plea, job: Job) -> str:
    if plea.is_granted:
        return f"{chat(job)}, download {job.id}: allowed, it goes on."
    return f"{chat(job)}, download {job.id}: not allowed, so it was cancelled."


def _filled(words: str, plea: Plea) -> str:
    write = str if plea.excess is Excess.QUEUED else size
    return words.format(wanted=write(plea.wanted), limit=write(plea.limit), job=plea.job_id)
