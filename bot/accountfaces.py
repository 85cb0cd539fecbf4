"""How the accounts look in the chat with the owner. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from bot import accounttexts as texts
from bot import status
from bot.callbacks import Action, Press
from bot.characters import cut
from bot.faces import Button, Face
from downloader.standing import Standing

_NAME = 24


class Wish(IntEnum):
    """What a button does; it stands behind the number of the account, if it is of one."""

    SHOW = 0
    LOG_IN = 1
    CANCEL = 2
    ASK_TO_LOG_OUT = 3
    LOG_OUT = 4
    PANIC = 5
    LEAVE = 6


def press(wish: Wish, account_id: int = 0) -> Press:
    return Press(Action.ACCOUNTS, account_id, (wish,))


CANCEL = Button(texts.CANCEL, press(Wish.CANCEL))


def every(standings: Sequence[Standing], now: datetime) -> Face:
    """Show how each account stands, with buttons to log it out, and one in."""
    lines = status.lines(standings, (), now, named=True) if standings else [texts.NONE]
    rows = [
        (Button(f"{texts.LOG_OUT} {_name(one)}", press(Wish.ASK_TO_LOG_OUT, one.account_id)),)
        for one in standings
    ]
    last = (Button(texts.LOG_IN, press(Wish.LOG_IN)), Button(texts.REFRESH, press(Wish.SHOW)))
    return Face("\n".join([texts.HEAD, *lines]), (*rows, last))


def ask_log_out(one: Standing) -> Face:
    choices = (
        Button(texts.LOG_OUT, press(Wish.LOG_OUT, one.account_id)),
        Button(texts.KEEP, press(Wish.SHOW)),
    )
    return Face(texts.ask_log_out(_name(one)), (choices,))


def ask_panic(accounts: int, jobs: int) -> Face:
    choices = (
        Button(texts.PANIC, press(Wish.PANIC)),
        Button(texts.LEAVE, press(Wish.LEAVE)),
    )
    return Face(texts.ask_panic(accounts, jobs), (choices,))


def _name(one: Standing) -> str:
    return cut(one.name, _NAME) or str(one.account_id)
