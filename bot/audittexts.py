"""The sentences about audits. Pure; all is escaped."""

from __future__ import annotations

from collections import Counter

from bot.explanation import explained
from bot.reasons import REASONS
from bot.texts import quoted, size, tracks
from downloader.audit import Audit, Verdict
from storage.models import Reason

ASKED_ANEW = "You have asked for this anew; see below."
STOPPED = "I was stopped before this was done. Please ask again."
BROKEN = "This went wrong; it is in the log on the server. Please ask again."
REFILL = "Fetch what is missing ({count})"
IS_WHOLE = "Nothing is missing."
_READING = "I am comparing {name} with the library…"
_SO_FAR = " {count} postings so far."
_MANY = 3
_LINES = {
    Verdict.UNDER_WAY: "⬇️ {count} on the way",
    Verdict.FETCHED: "✅ {count} fetched and in the library",
    Verdict.LINKED: "✅ {count} in the library already, by another posting or an import",
    Verdict.REMOVED: "🗑 {count} removed on purpose",
    Verdict.CANCELLED: "🛑 {count} cancelled",
    Verdict.PASSED_OVER: "➖ {count} passed over{why}",
    Verdict.FAILED: "❌ {count} failed{why}",
    Verdict.MISSING: "❗️ {count} missing: the file is not there any more",
    Verdict.DAMAGED: "❗️ {count} damaged: the file is not as it was saved",
    Verdict.ALTERED: "✏️ {count} written into by another program since; they stay as they are",
    Verdict.EXCHANGED: "❗️ {count} hold another file now than the one that was fetched",
    Verdict.OVERLOOKED: "❗️ {count} ought to have come and were never looked at",
    Verdict.UNSEEN: "▫️ {count} never asked for",
}


def reading(name: str, read: int = 0) -> str:
    so_far = _SO_FAR.format(count=read) if read else ""
    return _READING.format(name=quoted(name)) + so_far


def failed(name: str, reason: Reason, detail: str) -> str:
    return f"<b>{quoted(name)}</b>: {explained(reason, detail, start=False)}"


def found(audit: Audit) -> str:
    """Tell what is true of a chat, and of what nothing is, say nothing."""
    name = quoted(audit.chat.title or str(audit.chat.id))
    lines = [f"<b>{name}</b>: {tracks(audit.read)} posted, {size(audit.size)}."]
    for verdict, line in _LINES.items():
        if count := audit.verdicts[verdict]:
            lines.append(line.format(count=count, why=_why(audit, verdict)))
    lines += _changes(audit)
    if audit.is_cut_off:
        lines.append("The chat is longer than what I read at once; of what is older I say nothing.")
    if not audit.to_fetch:
        lines.append(IS_WHOLE)
    return "\n".join(lines)


def _changes(audit: Audit) -> list[str]:
    lines = []
    if audit.gone:
        lines.append(f"👻 {audit.gone} deleted in the chat since; what came of them stays")
    if audit.edited:
        lines.append(f"✏️ {audit.edited} edited since; now I know what they say")
    return lines


def _why(audit: Audit, verdict: Verdict) -> str:
    match verdict:
        case Verdict.FAILED:
            told = Counter({REASONS[one].why: count for one, count in audit.failed.items()})
        case Verdict.PASSED_OVER:
            told = Counter({_unfit(one): count for one, count in audit.passed_over.items()})
        case _:
            return ""
    reasons = [f"{count} {why}" for why, count in told.most_common(_MANY)]
    rest = told.total() - sum(count for _, count in told.most_common(_MANY))
    reasons += [f"{rest} for other reasons"] if rest else []
    return f": {', '.join(reasons)}" if reasons else ""


def _unfit(query: str) -> str:
    return f"not <code>{quoted(query, 60)}</code>" if query else "not wanted then"
