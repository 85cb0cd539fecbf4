"""The sentences and labels for making and changing a watch with buttons. Pure; all is escaped."""

from __future__ import annotations

from bot.characters import cleaned, cut
from bot.texts import quoted
from bot.watchchoices import Choice
from bot.watchtexts import named, rules, span, wall
from bot.watchwords import WatchOrder
from storage.models import Chat
from storage.retention import Retention
from storage.watch import Notice, Rules, Watch

ASKS_CHAT = "Which chat shall I follow?"
_HOW_TO_SAY = "Answer with its @name, or with a link to it or to a message there."
_OR_PRESS = "Or press one that you have fetched from:"
QUESTIONS = {
    Choice.RHYTHM: "How often shall I look for what is new?",
    Choice.PAST: "How much shall I fetch of what was posted before?",
    Choice.NOTICE: "Shall I tell you what comes?",
    Choice.BUDGET: "How much may it fetch in a day?",
}
LABELS = {
    "live": "As it is posted",
    "every 1h": "Every hour",
    "every 6h": "Every 6 hours",
    "every 1d": "Once a day",
    "backfill none": "Nothing",
    "backfill 50": "The newest 50",
    "backfill 200": "The newest 200",
    "backfill all": "Everything",
    "openly": "Yes, of each download",
    "quiet": "No, only what fails",
    "digest 20:00": "Once a day, at 20:00",
    "max none": "No limit",
    "max 1GB/day": "1 GB",
    "max 5GB/day": "5 GB",
    "max 20GB/day": "20 GB",
}
OFTEN = "⏱ How often: {now}"
PAST = "🗂 From before: {now}"
TELL = "🔔 Tell me: {now}"
ROW = {
    Choice.RHYTHM: "⏱ How often",
    Choice.NOTICE: "🔔 Tell me",
    Choice.BUDGET: "📦 Limit",
}
BACK = "◀ Back"
_TITLE = 40
_ALL = 10_000


def which_chat(chats: list[Chat]) -> str:
    return "\n".join([f"{ASKS_CHAT} {_HOW_TO_SAY}", *([_OR_PRESS] if chats else [])])


def title(chat: Chat) -> str:
    """Return how a chat is called, for a button."""
    return cut(cleaned(chat.title), _TITLE) or str(chat.id)


def often(order: WatchOrder) -> str:
    said = order.rules.rhythm
    if said.is_live:
        return OFTEN.format(now="as it is posted")
    if said.every is not None:
        return OFTEN.format(now=f"every {span(said.every)}")
    return OFTEN.format(now=f"daily at {wall(said.daily)}" if said.daily else f"cron {said.cron}")


def past(order: WatchOrder) -> str:
    if not order.backfill:
        return PAST.format(now="nothing")
    every = order.backfill >= _ALL
    return PAST.format(now="everything" if every else f"the newest {order.backfill}")


def tell(said: Rules) -> str:
    if said.digest_at is not None:
        return TELL.format(now=f"daily at {wall(said.digest_at)}")
    return TELL.format(now="only what fails" if said.notice is Notice.QUIET else "everything")


def replaces(known: Watch, *, goes_on: bool) -> str:
    text = f"You follow it already: {rules(known.rules)}. This takes the place of that"
    return f"{text}, and goes on where it is." if goes_on else f"{text}, and begins anew."


def edit(watch: Watch, sentence: str, kept: Retention | None) -> str:
    return (
        f"<b>{named(watch)}</b>: {rules(watch.rules, kept)}.\n"
        "Press what is to change. Or say it anew: copy this, change it and send it; it goes on "
        f"where it is.\n<code>{quoted(sentence, 1000)}</code>"
    )


def question(watch: Watch, kind: Choice) -> str:
    return f"<b>{named(watch)}</b>: {rules(watch.rules)}.\n{QUESTIONS[kind]}"
