"""The sentences about what is done with the tracks of a watch. Pure; all is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.actionwords import ME
from bot.targets import Barrier
from bot.texts import quoted, tracks
from storage.action import Action, ActionKind, Deed, DeedState, Snag
from storage.watch import Rules

_CALLED = {
    ActionKind.SEND: "sent to {target}",
    ActionKind.LIST: "put into the playlist “{target}”",
    ActionKind.CALL: "told to {target}",
}
_SNAGS = {
    Snag.MAY_NOT: "I may not write there",
    Snag.SLOW: "they ask me to wait",
    Snag.UNREACHABLE: "nobody answers there",
    Snag.REFUSED: "the answer was {detail}",
    Snag.NOT_PUBLIC: "this is no public address",
    Snag.UNREADABLE: "its secret cannot be opened; “New secret” in /watches makes another one",
    Snag.PROTECTED: "its chat does not want it passed on; SEND_PROTECTED=true would allow that",
    Snag.NO_FILE: "its file is not there",
    Snag.TOO_LARGE: "it is larger than what I may send",
    Snag.BROKEN: "something broke in me",
}
_GIVEN_UP = (
    "⚠️ Of {name}, {count} could not be {called}: {why}. “↻ Look now” in /watches tries once more."
)
_MAY_NOT = (
    "⚠️ I may not write to {target}, where {name} is to go. Add me there, in a channel as an "
    "administrator who may post. What comes meanwhile is kept for a week, and goes there as soon "
    "as I may; “↻ Look now” in /watches tries at once."
)
_LATER = "What comes meanwhile is kept for a week, and goes there as soon as I may."
_BARRED = {
    Barrier.SHUT: "⚠️ I may not write to {target} yet. Add me there, in a channel as an "
    f"administrator who may post. {_LATER}",
    Barrier.UNKNOWN: "⚠️ I see no channel or group {target}, so I could send nothing there. Check "
    f"the spelling; if it is private, add me there and write its number. {_LATER}",
    Barrier.UNOPENED: "⚠️ I cannot write to you yet: open our private chat and press Start. "
    f"{_LATER}",
    Barrier.UNSURE: "⚠️ I could not ask Telegram just now whether I may write to {target}. If I "
    f"may not, I will tell you. {_LATER}",
}
PROTECTED = (
    "⚠️ This chat does not want its posts passed on, so nothing of it is sent on. If you may send "
    "it, set <code>SEND_PROTECTED=true</code>."
)
# What Telegram does not tell of a track.
_LATE = re.compile(r"\{\s*(album|date|year|month|genre|composer|track|disc)\b", re.IGNORECASE)
_READ_LATER = "The {field} is read from the file once it is here."
_EXAMPLE = "A file would be called <code>{path}</code>."
SHOWN = (
    "🔑 What I tell to {target} is signed with this secret, which I show only now:\n"
    "<code>{secret}</code>\n"
    "The README says how to check it. “New secret” in /watches makes another one."
)
RENEW = "🔑 New secret"
RENEW_NOW = "Yes, a new one"
_ASK_RENEWAL = (
    "Make a new secret for {target}? The one in use ends at once: until the receiver knows the new "
    "one, it will take what I tell it for forged."
)
SENT = "I have sent you the secret in our private chat."
NOT_SENT = "I could not send you the secret. Open our private chat, press Start, and try again."
_MANY = 3


def parts(rules: Rules) -> list[str]:
    """Say what is done with each track: `sent to @club`."""
    said = [_called(one) for one in rules.actions]
    if said:
        said[0] = f"each track {said[0]}"
    if rules.folder:
        said.append(f"filed as <code>{quoted(rules.folder, 200)}</code>")
    return said


def example(path: str, folder: str) -> str:
    """Say what a file would be called by this template, as far as anybody knows before."""
    later = _LATE.search(folder)
    rest = [_READ_LATER.format(field=later[1])] if later else []
    return " ".join([_EXAMPLE.format(path=quoted(path, 250)), *rest])


def barred(target: str, why: Barrier) -> str:
    return _BARRED[why].format(target=quoted(target))


def ask_renewal(targets: Sequence[str]) -> str:
    return _ASK_RENEWAL.format(target=", ".join(quoted(target, 100) for target in targets))


def secret(target: str, written: str) -> str:
    return SHOWN.format(target=quoted(target, 100), secret=written)


def snagged(deed: Deed, snag: Snag, detail: str, name: str, count: int) -> str:
    """Tell of what was in vain; `name` is that of the watch, escaped."""
    target = quoted(deed.action.target)
    if snag is Snag.MAY_NOT and not count:
        return _MAY_NOT.format(target=target, name=name)
    words = {"name": name, "count": tracks(max(count, 1)), "called": _called(deed.action)}
    return _GIVEN_UP.format(why=_why(snag, detail), **words)


def standing(
    counts: Mapping[tuple[ActionKind, DeedState], int], snags: Sequence[Deed]
) -> list[str]:
    """Say how much was done, what is due, and what was in vain and why."""
    lines = []
    for kind, words in ((one.action.kind, _called(one.action)) for one in _one_each(snags)):
        given_up = counts.get((kind, DeedState.GIVEN_UP), 0)
        due = counts.get((kind, DeedState.DUE), 0)
        why = next(one for one in snags if one.action.kind is kind)
        said = [f"{given_up} not" if given_up else "", f"{due} not yet" if due else ""]
        reason = _why(why.snag, why.detail) if why.snag else ""
        lines.append(f"⚠️ {words}: {' and '.join(filter(None, said))} ({reason})")
    done = {kind: number for (kind, state), number in counts.items() if state is DeedState.DONE}
    lines += [f"{_DONE[kind]}: {tracks(number)}" for kind, number in sorted(done.items())]
    return [f"· {line[:1].upper()}{line[1:]}" for line in lines[: 2 * _MANY]]


_DONE = {
    ActionKind.SEND: "sent on",
    ActionKind.LIST: "put into the playlist",
    ActionKind.CALL: "told to the webhook",
}


def _one_each(snags: Sequence[Deed]) -> list[Deed]:
    return list({one.action.kind: one for one in snags}.values())


def _called(action: Action) -> str:
    target = "you" if action == Action(ActionKind.SEND, ME) else quoted(action.target, 100)
    return _CALLED[action.kind].format(target=target)


def _why(snag: Snag, detail: str) -> str:
    return _SNAGS[snag].format(detail=quoted(detail, 60))
