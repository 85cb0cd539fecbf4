"""How a message looks: its text and what can be pressed below it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Press, Seal
from bot.characters import cut, units

MOST = 4096  # UTF-16 units of text in one message (https://core.telegram.org/bots/api#sendmessage)


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    press: Press


@dataclass(frozen=True, slots=True)
class Opener:
    """A button that opens an address and asks the bot nothing."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Face:
    """HTML, rows of buttons, and one row of openers below them."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    openers: tuple[Opener, ...] = ()


def keyboard(face: Face, chat_id: int, seal: Seal) -> InlineKeyboardMarkup | None:
    if not face.rows and not face.openers:
        return None
    rows = [
        [
            InlineKeyboardButton(text=button.label, callback_data=seal.pack(chat_id, button.press))
            for button in row
        ]
        for row in face.rows
    ]
    if face.openers:
        rows.append([InlineKeyboardButton(text=one.label, url=one.url) for one in face.openers])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def bare(text: str) -> str:
    """Return HTML as the plain text that it shows."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def fitting(text: str) -> str:
    """Return as many lines of HTML as one message has room for; what is left out is marked.

    A line that alone has no room is shortened, and loses what makes it bold and the like.
    """
    if units(bare(text)) <= MOST:
        return text
    kept: list[str] = []
    room = MOST - 2  # for the mark, on a line of its own
    for line in text.split("\n"):
        size = units(bare(line)) + 1
        if size > room:
            if not kept:
                kept.append(html.escape(cut(bare(line), room - 1), quote=False))
            break
        kept.append(line)
        room -= size
    return "\n".join([*kept, "…"])
