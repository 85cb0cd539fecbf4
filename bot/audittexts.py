"""The sentences about audits. Pure; all is escaped."""

from __future__ import annotations

from collections import Counter

from bot import links
from bot.characters import cleaned
from bot.explanation import explained
from bot.reasons import REASONS
from bot.texts import quoted, size, titled, tracks
from downloader.audit import Audit, Verdict
from storage.models import Reason

ASKED_ANEW = "You have asked for this anew; see below."
STOPPED = "I was stopped before this was done. Please ask again."
BROKEN = "This went wrong; it is in the log on the server. Please ask again."
REFILL = "Fetch what is missing ({count})"
IS_WHOLE = "Nothing is missing."
ALL_ASKED_IS_HERE = "Nothing that was asked for is missing."
_HOW = "“Fetch what is missing” brings it; so does the link of a message, one by one."
_ON_ITS_WAY = "⬇️ What is missing is being fetched."
_ALL_BELOW = "The list of all {count} is below."
_LISTED = "{name}: what is missing or damaged."
_NO_NAME = "a track without a name"
_NAMED = 3  # files of one kind
_READING = "I am comparing {name} with the library…"
_SO_FAR = " {count} postings so far."
_MANY = 3
_ROOM = 120
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
    Verdict.UNSEEN: "▫️ {count} never asked for: <code>/download {chat} all</code> would bring them",
}


def reading(name: str, read: int = 0) -> str:
    so_far = _SO_FAR.format(count=read) if read else ""
    return _READING.format(name=quoted(name)) + so_far


def failed(name: str, reason: Reason, detail: str) -> str:
    return f"<b>{quoted(name)}</b>: {explained(reason, detail, start=False)}"


def found(audit: Audit, *, is_asked_for: bool = False) -> str:
    """Tell what is true of a chat, and of what nothing is, say nothing.

    What is missing may have been `asked_for` since.
    """
    lines = [f"<b>{_chat(audit)}</b>: {tracks(audit.read)} posted, {size(audit.size)}."]
    for verdict, line in _LINES.items():
        if count := audit.verdicts[verdict]:
            why, address = _why(audit, verdict), quoted(_address(audit))
            lines.append(line.format(count=count, why=why, chat=address))
            lines += _files(audit, verdict)
    lines += _changes(audit)
    if audit.is_cut_off:
        lines.append("The chat is longer than what I read at once; of what is older I say nothing.")
    if is_long(audit):
        lines.append(_ALL_BELOW.format(count=len(audit.faults)))
    if is_asked_for:
        lines.append(_ON_ITS_WAY)
    elif audit.to_fetch:
        lines.append(_HOW)
    elif not audit.faults:
        lines.append(ALL_ASKED_IS_HERE if audit.verdicts[Verdict.UNSEEN] else IS_WHOLE)
    return "\n".join(lines)


def is_long(audit: Audit) -> bool:
    """Tell whether there are more files missing or damaged than a message names."""
    counts = Counter(one.verdict for one in audit.faults)
    return any(count > _NAMED for count in counts.values())


def listed(audit: Audit) -> str:
    """Return all that is missing or damaged, one a line, as plain text."""
    label = REFILL.format(count=len(audit.to_fetch))
    lines = [_LISTED.format(name=cleaned(audit.chat.title) or _address(audit))]
    lines.append(f"To have all of it, press “{label}” below the audit; or send me a link.\n")
    for one in audit.faults:
        link = links.to_message(audit.chat, audit.chat.id, one.message_id) or ""
        named = cleaned(one.name) or _NO_NAME
        lines.append("\t".join(filter(None, [one.verdict, named, link])))
    return "\n".join([*lines, ""])


def file_name(audit: Audit) -> str:
    return f"missing_{(audit.chat.username or abs(audit.chat.id))}.txt"


def _files(audit: Audit, verdict: Verdict) -> list[str]:
    """Name the first of the files of which something is wrong."""
    named = [one.name for one in audit.faults if one.verdict is verdict]
    shown = [f"   <code>{quoted(one, _ROOM) or _NO_NAME}</code>" for one in named[:_NAMED]]
    left = len(named) - len(shown)
    return [*shown, f"   … and {left} more"] if left else shown


def _chat(audit: Audit) -> str:
    return titled(audit.chat, _address(audit))


def _address(audit: Audit) -> str:
    return f"@{audit.chat.username}" if audit.chat.username else str(audit.chat.id)


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
