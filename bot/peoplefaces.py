"""How messages about people look: text and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from bot import peopletexts as texts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.permissions import RANKS, is_above
from bot.personview import PersonView
from storage.models import Person

_IN_A_ROW = 5
_ON_A_PAGE = 20


class Wish(IntEnum):
    """What is to be done with a person."""

    SHOW = 0
    ROLE = 1  # with its place among `RANKS`
    BAN = 2
    LET_IN = 3
    ASK_REMOVAL = 4
    REMOVE = 5
    LIMITS = 6
    USUAL = 7
    UNLIMITED = 8


def every(people: Sequence[PersonView], page: int, now: datetime) -> Face:
    first = max(0, min(page, (len(people) - 1) // _ON_A_PAGE)) * _ON_A_PAGE
    shown = people[first : first + _ON_A_PAGE]
    lines = [texts.HEADING, *(texts.line(one, now) for one in shown)]
    buttons = [Button(str(one.profile.number), _press(one, Wish.SHOW)) for one in shown]
    rows = [tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)]
    page = first // _ON_A_PAGE
    turn = [Button(texts.BEFORE, Press(Action.PEOPLE, page - 1))] if page else []
    if first + _ON_A_PAGE < len(people):
        turn.append(Button(texts.NEXT, Press(Action.PEOPLE, page + 1)))
    return Face("\n".join(lines), (*rows, tuple(turn)) if turn else tuple(rows))


def card(one: PersonView, viewer: Person, now: datetime) -> Face:
    back = Button(texts.BACK, Press(Action.PEOPLE))
    if not is_above(viewer.role, one.profile.person.role):
        return Face(texts.card(one, now), ((back,),))
    rows: tuple[tuple[Button, ...], ...]
    if one.profile.banned_at is not None:
        rows = ((Button(texts.LET_IN, _press(one, Wish.LET_IN)),),)
    else:
        roles = [role for role in RANKS if is_above(viewer.role, role)]
        first = tuple(
            Button(f"→ {role.value}", _press(one, Wish.ROLE, RANKS.index(role)))
            for role in roles
            if role is not one.profile.person.role
        )
        limits = Button(texts.LIMITS, _press(one, Wish.LIMITS))
        rows = (first, (limits, Button(texts.BAN, _press(one, Wish.BAN))))
    last = (Button(texts.REMOVE, _press(one, Wish.ASK_REMOVAL)), back)
    return Face(texts.card(one, now), (*rows, last))


def limits(one: PersonView) -> Face:
    row = (
        Button(texts.USUAL, _press(one, Wish.USUAL)),
        Button(texts.UNLIMITED, _press(one, Wish.UNLIMITED)),
    )
    back = Button(texts.TO_CARD, _press(one, Wish.SHOW))
    return Face(texts.limits_of(one), (row, (back,)))


def ask_removal(one: PersonView) -> Face:
    yes = Button(texts.REMOVE_NOW, _press(one, Wish.REMOVE))
    leave = Button(texts.LEAVE, _press(one, Wish.SHOW))
    return Face(texts.ask_removal(one.profile), ((yes, leave),))


def _press(one: PersonView, wish: Wish, *more: int) -> Press:
    return Press(Action.PERSON, one.profile.person.id, (wish, *more))
