"""The sentences about invites, and to whoever comes in. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.roletexts import CAN, named
from bot.texts import quoted, time_left
from storage.invites import Invite
from storage.models import Role

NONE_OPEN = (
    "No invite is open. <code>/invite member</code> makes a link for one person; "
    "<code>/invite guest 48</code> one that works for 48 hours."
)
IN_PRIVATE = "Ask me for invites in our private chat: here anybody could be the first to tap one."
OPEN = "<b>Open invites</b>"
GONE = "This invite was used, or is over."
WITHDRAWN = "Withdrawn: the link opens nothing any more."
WITHDRAW = "✕ {number}"

_YOURS = "Welcome! The bot is yours now."
_LOG_IN = "I download through a Telegram account of yours: log it in first, with /login. Then try"
_TRY = {
    Role.OWNER: (
        "<code>/download @jazz 10</code> with the name of a channel you like. /invite lets others "
        "in, /users shows who is there, /help tells the rest."
    ),
    Role.ADMIN: "/users shows who is there; /help tells the rest.",
    Role.MEMBER: (
        "Try <code>/download @jazz 10</code> with the name of a channel you like; /search finds "
        "what is here already, /help tells the rest."
    ),
    Role.GUEST: "Try /search and some words, or /random; /help tells the rest.",
}


def welcome(role: Role, *, has_account: bool = True) -> str:
    """Greet whoever comes in, and say what they can do, or must do first."""
    if role is Role.OWNER:
        return f"{_YOURS} {'Try' if has_account else _LOG_IN} {_TRY[role]}"
    return f"Welcome! You are {named(role)} here now: you can {CAN[role]}. {_TRY[role]}"


def has_already(role: Role) -> str:
    return f"You are {named(role)} here already, so I left the invite for somebody else."


def made(invite: Invite, link: str, now: datetime) -> str:
    """Show an invite once: the link is not known to anybody afterwards."""
    return (
        f"{link}\n\nWhoever opens this first becomes {named(invite.role)} here, and can "
        f"{CAN[invite.role]}. It works once, for {time_left(invite.expires_at - now)}. "
        "/invite lists what is open, to withdraw it."
    )


def line(number: int, invite: Invite, names: Mapping[int, str], now: datetime) -> str:
    by = names.get(invite.made_by)
    whose = f", by {quoted(by)}" if by else ""
    left = time_left(invite.expires_at - now)
    return f"{number}. for {named(invite.role)}, {left} left{whose}"


def listed(invites: Sequence[Invite], names: Mapping[int, str], now: datetime) -> str:
    lines = [line(number, one, names, now) for number, one in enumerate(invites, start=1)]
    return "\n".join([OPEN, *lines, "Which shall I withdraw?"])
