"""How messages about followed chats look: text and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import actiontexts, watchruns
from bot import watchtexts as texts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.watchchoices import Wish
from bot.watchruns import Story
from storage.action import ActionKind
from storage.watch import Watch, WatchState

_IN_A_ROW = 5
_LOOKS = {
    WatchState.ACTIVE: texts.LOOK_NOW,
    WatchState.PAUSED: texts.RESUME,
    WatchState.LOST: texts.TRY_AGAIN,
}
_LISTED = 40  # that one message has room for
RUNS = 60  # neighbours that brought nothing are one line
BACKFILLS = 3

_Numbered = tuple[int, Watch]


def every(watches: Sequence[Watch], now: datetime, zone: ZoneInfo | None) -> Face:
    if not watches:
        return Face(texts.NONE)
    numbered = list(enumerate(watches, start=1))
    return _list(texts.HEADING, numbered, Wish.SHOW, now, zone)


def which(name: str, numbered: Sequence[_Numbered], now: datetime, zone: ZoneInfo | None) -> Face:
    """Ask which of several is meant; their numbers are those of the list of all."""
    return _list(texts.which(name), numbered, Wish.ASK_REMOVAL, now, zone)


def one(watch: Watch, story: Story, now: datetime, zone: ZoneInfo | None) -> Face:
    is_active = watch.state is WatchState.ACTIVE
    look = Button(_LOOKS[watch.state], _press(watch, Wish.LOOK))
    first = (look, Button(texts.PAUSE, _press(watch, Wish.PAUSE))) if is_active else (look,)
    second = (
        Button(texts.EDIT, _press(watch, Wish.EDIT)),
        Button(texts.HISTORY, _press(watch, Wish.HISTORY)),
    )
    third = (
        Button(texts.REMOVE, _press(watch, Wish.ASK_REMOVAL)),
        Button(texts.BACK, Press(Action.WATCHES)),
    )
    return Face(watchruns.detail(watch, story, now, zone), (first, second, third))


def history(watch: Watch, story: Story, standing: Sequence[str], now: datetime) -> Face:
    row = [_back(watch)]
    if any(one.kind is ActionKind.CALL for one in watch.rules.actions):
        row.append(Button(actiontexts.RENEW, _press(watch, Wish.ASK_RENEWAL)))
    return Face(watchruns.history(watch, story, standing, now), (tuple(row),))


def ask_renewal(watch: Watch) -> Face:
    calls = [one.target for one in watch.rules.actions if one.kind is ActionKind.CALL]
    yes = Button(actiontexts.RENEW_NOW, _press(watch, Wish.RENEW))
    leave = Button(texts.LEAVE, _press(watch, Wish.HISTORY))
    return Face(actiontexts.ask_renewal(calls), ((yes, leave),))


def ask_removal(watch: Watch) -> Face:
    yes = Button(texts.REMOVE_NOW, _press(watch, Wish.REMOVE))
    leave = Button(texts.LEAVE, _press(watch, Wish.SHOW))
    return Face(texts.ASK_REMOVAL.format(name=texts.named(watch)), ((yes, leave),))


def unknown(name: str | int, count: int) -> Face:
    if isinstance(name, int):
        return Face(texts.no_such(name, count))
    return Face(texts.not_followed(name))


def removed(watch: Watch) -> Face:
    return Face(texts.REMOVED.format(name=texts.named(watch)))


def said(watch: Watch, text: str) -> Face:
    return Face(text, ((_back(watch),),))


def lost(watch: Watch) -> Face:
    again = Button(texts.TRY_AGAIN, _press(watch, Wish.LOOK))
    remove = Button(texts.REMOVE, _press(watch, Wish.ASK_REMOVAL))
    return Face(texts.lost(watch), ((again, remove),))


def held(watch: Watch) -> Face:
    again = Button(texts.TRY_AGAIN, _press(watch, Wish.TRY_ALL))
    return Face(texts.held(watch), ((again,),))


def _list(
    heading: str,
    numbered: Sequence[_Numbered],
    wish: Wish,
    now: datetime,
    zone: ZoneInfo | None,
) -> Face:
    shown = numbered[:_LISTED]
    lines = [heading, *(texts.line(number, one, now, zone) for number, one in shown)]
    if left := len(numbered) - len(shown):
        lines.append(texts.more(left))
    buttons = [Button(f"{number}", _press(one, wish)) for number, one in shown]
    rows = [tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)]
    return Face("\n".join(lines), tuple(rows))


def _back(watch: Watch) -> Button:
    return Button(texts.LEAVE if watch.state is WatchState.LOST else "◀", _press(watch, Wish.SHOW))


def _press(watch: Watch, wish: Wish) -> Press:
    return Press(Action.WATCH, watch.id, (wish,))
