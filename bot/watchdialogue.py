"""How making and changing a watch with buttons looks."""

from __future__ import annotations

from collections.abc import Sequence

from bot import watchchoicetexts as texts
from bot import watchtexts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.watchchoices import WORDS, Choice, Draft, Wish
from bot.watchwords import WatchOrder
from downloader.retaining import Cleaning
from downloader.watching import Preview
from storage.models import Chat
from storage.retention import Retention
from storage.watch import Watch

_OF_EDITS = (Choice.RHYTHM, Choice.NOTICE, Choice.BUDGET)
_TWO = 2


def which_chat(chats: Sequence[Chat], message_id: int) -> Face:
    """Ask for a chat; these are likely."""
    shown = Draft(message_id).shown()
    drafts = [(chat, Draft(message_id, shown.chosen, chat.id, is_shown=True)) for chat in chats]
    rows = tuple((Button(texts.title(chat), draft.press),) for chat, draft in drafts)
    return Face(texts.which_chat(list(chats)), rows)


def preview(
    order: WatchOrder,
    found: Preview,
    going: Cleaning | None,
    kept: Retention | None,
    notes: Sequence[str],
    draft: Draft,
) -> Face:
    row = (
        Button(watchtexts.FOLLOW, draft.made().press),
        Button(watchtexts.LEAVE, Press(Action.NEVER_MIND, draft.message_id)),
    )
    return Face(watchtexts.preview(order, found, going, kept, notes), (row,))


def in_place_of(known: Watch, preview: Face, *, goes_on: bool) -> Face:
    """Tell that the chat is followed already, and whether this goes on where that is."""
    return Face(f"{preview.text}\n{texts.replaces(known, goes_on=goes_on)}", preview.rows)


def with_choices(preview: Face, order: WatchOrder, draft: Draft) -> Face:
    """Let what a preview shows be chosen otherwise, before it is confirmed."""
    labels = {
        Choice.RHYTHM: texts.often(order),
        Choice.PAST: texts.past(order),
        Choice.NOTICE: texts.tell(order.rules),
    }
    rows = tuple((Button(label, draft.asking(kind).press),) for kind, label in labels.items())
    return Face(preview.text, (*rows, *preview.rows))


def ask(kind: Choice, draft: Draft) -> Face:
    buttons = [
        Button(texts.LABELS[words], draft.choosing(kind, number).press)
        for number, words in enumerate(WORDS[kind], start=1)
    ]
    back = Button(texts.BACK, draft.shown().press)
    return Face(texts.QUESTIONS[kind], (*_rows(buttons), (back,)))


def edit(watch: Watch, sentence: str, kept: Retention | None) -> Face:
    row = tuple(Button(texts.ROW[kind], _press(watch, Wish.EDIT, kind)) for kind in _OF_EDITS)
    back = Button(texts.BACK, _press(watch, Wish.SHOW))
    return Face(texts.edit(watch, sentence, kept), (row, (back,)))


def choose(watch: Watch, kind: Choice) -> Face:
    buttons = [
        Button(texts.LABELS[words], _press(watch, Wish.EDIT, kind, number))
        for number, words in enumerate(WORDS[kind])
    ]
    back = Button(texts.BACK, _press(watch, Wish.EDIT))
    return Face(texts.question(watch, kind), (*_rows(buttons), (back,)))


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[at : at + _TWO]) for at in range(0, len(buttons), _TWO))


def _press(watch: Watch, *more: int) -> Press:
    return Press(Action.WATCH, watch.id, more)
