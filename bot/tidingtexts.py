"""The sentences that tell what watches brought, and what became of their chats. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot import texts
from bot.reasons import REASONS
from bot.texts import quoted, size, tracks
from bot.watchtexts import begun, named
from storage.models import Job, Reason
from storage.watch import Called, Watch
from storage.watch_jobs import Brought

_UNNAMED = "A chat without a name"
_MOST = 20  # lines of one message
_TITLE = 60
_REASONS = 2


@dataclass(frozen=True, slots=True)
class Tiding:
    """What came of a watch, None where it is gone or does not matter, or of one job.

    `job` is the last one, and `reasons` are those for which whole jobs failed.
    """

    job: Job
    watch: Watch | None
    brought: Brought
    reasons: tuple[Reason, ...] = ()

    @property
    def has_failed(self) -> bool:
        return bool(self.reasons or self.brought.failed)

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.brought.saved) or self.has_failed


def failed(tidings: Sequence[Tiding]) -> str:
    """Tell what did not come, and how to hear more of it."""
    lines = [f"⚠️ {_name(one)}: {_failure(one)} {_more(one.job)}" for one in tidings[:_MOST]]
    return "\n".join([*lines, *_rest(tidings)])


def digest(tidings: Sequence[Tiding]) -> str:
    """Tell what came in a day, by watch."""
    count = sum(one.brought.saved for one in tidings)
    total = sum(one.brought.size for one in tidings)
    head = f"{tracks(count)} came, {size(total)}" if count else "Nothing came"
    lines = [f"🗞 <b>{head}</b>", *(_line(one) for one in tidings[:_MOST]), *_rest(tidings)]
    return "\n".join(lines)


def renamed(watch: Watch) -> str:
    before, now = watch.called, watch.chat
    assert before is not None, "or nobody would know"
    assert now is not None, "or it had no name"
    old, new = _shown(before), _shown(Called(now.title, now.username))
    address = f"@{quoted(now.username)}" if now.username else ""
    if before.title != now.title:
        called = f"{old} is called <b>{new}</b> now"
        words = f"{called} ({address})" if address else called
    elif address:
        words = f"<b>{new}</b> has another address now: {address}"
    else:
        words = f"<b>{new}</b> has no @name any more"
    return f"{words}. I go on following it."


def _shown(called: Called) -> str:
    return quoted(called.title) or (f"@{quoted(called.username)}" if called.username else _UNNAMED)


def _line(one: Tiding) -> str:
    parts = []
    if one.brought.saved:
        titles = "; ".join(quoted(title, _TITLE) for title in one.brought.titles)
        left = one.brought.saved - len(one.brought.titles)
        more = f" and {left} more" if left else ""
        parts.append(f"{tracks(one.brought.saved)}, {size(one.brought.size)}: {titles}{more}.")
    if one.has_failed:
        parts.append(f"⚠️ {begun(_failure(one))} {_more(one.job)}")
    return f"· <b>{_name(one)}</b>: {' '.join(parts)}"


def _failure(one: Tiding) -> str:
    if one.reasons:
        return f"could not be fetched: {REASONS[one.reasons[-1]].why}."
    why = _whys(one.brought.reasons)
    return f"{tracks(one.brought.failed)} did not come: {why}."


def _whys(reasons: Counter[Reason]) -> str:
    return ", ".join(REASONS[reason].why for reason, _ in reasons.most_common(_REASONS))


def _more(job: Job) -> str:
    return f"<code>/why {job.id}</code> tells more, <code>/retry {job.id}</code> tries again."


def _name(one: Tiding) -> str:
    return named(one.watch) if one.watch else texts.chat(one.job)


def _rest(tidings: Sequence[Tiding]) -> list[str]:
    left = len(tidings) - _MOST
    return [f"… and {left} more; /watches shows all."] if left > 0 else []
