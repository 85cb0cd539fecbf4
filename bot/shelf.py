"""A shelf: tracks in the chat, one page of a list at a time. Pure: values in, text and buttons out.

Nothing of a shelf is remembered. Its buttons carry what is shown and where the page begins; what
was searched for stands in the command that it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiogram.types import InlineKeyboardMarkup

from bot import shelftexts
from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError
from bot.faces import Button, Face, Opener
from storage.models import Track

PAGE = 8
_IN_A_ROW = 5

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page begins: so many tracks are before it, and none came after the `anchor`."""

    anchor: int = 0
    at: int = 0

    @classmethod
    def of(cls, press: Press) -> Bookmark:
        anchor, at = (*press.more, 0, 0)[:2]
        return cls(anchor, at)

    def to(self, at: int) -> Bookmark:
        return replace(self, at=max(0, at))

    def press(self, source: Press) -> Press:
        """Return the press that shows this page of what `source` shows."""
        return replace(source, more=(self.anchor, self.at))


@dataclass(frozen=True, slots=True)
class Total:
    """How many tracks all pages have; nobody counted further where there `is_more`."""

    count: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of `size`. `source` shows it from the start; `beside` stands between the arrows.

    `own` are the rows below, and `instead` what is said where there are no tracks. Where it
    `takes_out`, the numbers take tracks out of the playlist that is shown. A `total` of None is
    that of this one page.
    """

    source: Press
    tracks: Sequence[Track]
    bookmark: Bookmark = Bookmark()
    is_last: bool = True
    heading: str = ""
    instead: str = shelftexts.NONE_HERE
    beside: tuple[Button, ...] = ()
    own: Rows = ()
    openers: tuple[Opener, ...] = ()
    takes_out: bool = False
    total: Total | None = None
    size: int = PAGE

    def turned(self, at: int) -> Press:
        """Return the press that shows the page which begins there."""
        press = self.bookmark.to(at).press(self.source)
        return replace(press, more=(*press.more, 1)) if self.takes_out else press


def face(shelf: Shelf) -> Face:
    numbered = list(enumerate(shelf.tracks, shelf.bookmark.at + 1))
    lines = [shelftexts.line(number, track) for number, track in numbered] or [shelf.instead]
    text = "\n".join([shelf.heading, "", *lines] if shelf.heading else lines) + _place(shelf)
    numbers = [_number(shelf, number, track) for number, track in numbered]
    return Face(text, (*in_rows(numbers), *_turning(shelf), *shelf.own), shelf.openers)


def in_rows(buttons: Sequence[Button], width: int = _IN_A_ROW) -> Rows:
    """Lay out buttons in rows that are as even as can be."""
    if not buttons:
        return ()
    rows = -(-len(buttons) // width)
    size = -(-len(buttons) // rows)
    return tuple(tuple(buttons[at : at + size]) for at in range(0, len(buttons), size))


def on_display(markup: InlineKeyboardMarkup | None, chat_id: int, seal: Seal) -> list[int]:
    """Return the tracks of the shelf that has this keyboard, in their order."""
    rows = markup.inline_keyboard if markup else []
    found = [
        seal.unpack(chat_id, button.callback_data)
        for row in rows
        for button in row
        if button.callback_data
    ]
    ids = [press.number for press in found if press.action is Action.SEND]
    if not ids:
        raise OutOfDateError
    return ids


def _place(shelf: Shelf) -> str:
    """Tell which of all the tracks these are, where there are others."""
    at, total = shelf.bookmark.at, shelf.total
    if not shelf.tracks or total is None or (not at and shelf.is_last):
        return ""
    last = at + len(shelf.tracks)
    return f"\n\n{shelftexts.place(at + 1, last, total.count, is_more=total.is_more)}"


def _number(shelf: Shelf, number: int, track: Track) -> Button:
    if shelf.takes_out:
        more = (track.id, shelf.bookmark.at)
        return Button(f"✖ {number}", Press(Action.TAKE_OUT, shelf.source.number, more))
    return Button(str(number), Press(Action.SEND, track.id))


def _turning(shelf: Shelf) -> Rows:
    at = shelf.bookmark.at
    row: list[Button] = []
    if at > 0:
        row.append(Button(shelftexts.PREVIOUS, shelf.turned(at - shelf.size)))
    row += shelf.beside
    if len(shelf.tracks) > 1 and not shelf.takes_out:
        row.append(Button(shelftexts.SEND_ALL, Press(Action.SEND_ALL)))
    if not shelf.is_last:
        row.append(Button(shelftexts.NEXT, shelf.turned(at + shelf.size)))
    return (tuple(row),) if row else ()
