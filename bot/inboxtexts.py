"""What is said of updates whose handling was cut off, and how they are named. HTML."""

from __future__ import annotations

from html import escape

from aiogram.types import CallbackQuery, Message, Update

from bot.characters import cleaned, cut

_LONGEST = 60


def stopped_after(what: str) -> str:
    return f"I was stopped just after doing what you asked: {what}. It is done."


def set_aside(what: str) -> str:
    return (
        f"I could not do what you asked: {what}. Each time I tried, something went wrong, so I have"
        " left it. Send it again if you still want it."
    )


def done_by_another(what: str, words: str) -> str:
    done = f"The bot that was here before me did what you asked: {what}. It is done."
    return f"{done} {words}".strip()


def left_by_another(what: str) -> str:
    return (
        f"The bot that was here before me was replaced before it could do what you asked: {what}."
        " Send it to me if you still want it."
    )


def named(update: Update) -> str:
    """Return what somebody asked for, as they see it in the chat."""
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    return _said(update.message) if update.message is not None else ""


def _said(message: Message) -> str:
    words = cut(cleaned(message.text or message.caption or ""), _LONGEST)
    return f"“{escape(words)}”" if words else "what you sent"


def _pressed(query: CallbackQuery) -> str:
    message = query.message
    markup = message.reply_markup if isinstance(message, Message) else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == query.data:
                return f"the button “{escape(cut(cleaned(button.text), _LONGEST))}”"
    return "the button you pressed"
