"""The sentences about what holds for all watches. Pure; all is escaped."""

from __future__ import annotations

from bot.retentiontexts import limits
from bot.texts import quoted, size
from bot.watchtexts import rules
from bot.watchwords import WatchOrder

NO_DEFAULTS = (
    "Nothing is set for new watches: each is as its sentence says, every 6 hours where it does "
    "not. Set it with <code>/watch defaults every 6h quiet max 5GB/day</code>"
)
DEFAULTS_OFF = "From now on each new /watch is only as its sentence says. {others}"
_OTHERS = "What you follow already stays as it is."
NO_BUDGET = (
    "All watches together may fetch as much as there is. <code>/watch budget 20GB/day</code> "
    "limits them; each may have a <code>max</code> of its own, too."
)
BUDGET_OFF = "All watches together may fetch as much as there is, from now on."
NOT_THE_OWNER = "Only the owner of this bot may say how much all watches may fetch."


def defaults(words: str, said: WatchOrder, *, is_new: bool) -> str:
    """Tell what holds for each new watch, and how to have it otherwise."""
    kept = f", keeping {limits(said.keep)}" if said.keep is not None else ""
    past = f", beginning with the newest {said.backfill}" if said.backfill else ""
    each = "From now on each" if is_new else "Each"
    its = f"{rules(said.rules)}{past}{kept}"
    lines = [f"{each} new /watch is: {its}. What you write behind /watch @chat overrides it."]
    lines += [_OTHERS] if is_new else [f"You said: <code>{quoted(words, 300)}</code>"]
    lines.append("<code>/watch defaults off</code> ends that.")
    return "\n".join(lines)


def defaults_off() -> str:
    return DEFAULTS_OFF.format(others=_OTHERS)


def budget(most_a_day: int, asked: int) -> str:
    return (
        f"All watches together fetch at most {size(most_a_day)} a day; {size(asked)} so far "
        "today. What is beyond that comes the next day, the ones with <code>priority high</code> "
        "first. What you fetch yourself does not count.\n<code>/watch budget off</code> ends that."
    )
