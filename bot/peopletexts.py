"""The sentences about people, their roles and limits. Pure; all is escaped."""

from __future__ import annotations

from datetime import datetime

from bot.permissions import Permission, may
from bot.personview import PersonView, Stopped
from bot.roletexts import CAN, named
from bot.texts import ago, counted, quoted, size
from storage.models import Role
from storage.people import Profile
from storage.quota import Quota, Used

IN_PRIVATE = "Who may talk to me I tell in our private chat only: ask me there."
HEADING = "<b>Who may talk to me</b>"
BAN = "⛔ Ban"
LET_IN = "✓ Let in again"
LIMITS = "Limits"
REMOVE = "Remove"
REMOVE_NOW = "Yes, remove"
LEAVE = "Never mind"
BACK = "◀ All"
TO_CARD = "◀"
NEXT = "▶"
BEFORE = "◀"
USUAL = "As usual"
UNLIMITED = "Unlimited"
NOT_BANNED = "Let in again."
NO_LIMITS = "no limits"
NOTHING_LIMITED = "There are no limits for you."
OWN_LIMITS = "Your limits: {parts}."
NO_DOWNLOADS = "no downloads"
HOW_TO_LIMIT = (
    "<code>/quota {who} 5 jobs 100 queued 20GB/day 500MB/file</code> changes it; a part of that is "
    "enough."
)
OF_ROLES = (
    "<b>Limits by role</b>\n{lines}\n<code>/quota member 5 jobs 20GB/day</code> changes that of a "
    "role, <code>/quota @name 10 jobs</code> that of one person."
)


def line(one: PersonView, now: datetime) -> str:
    profile = one.profile
    parts = ["banned" if profile.banned_at else profile.person.role.value]
    if profile.since is not None:
        parts.append(f"since {_day(profile.since)}")
    parts.append(_seen(profile, now))
    if used := _in_use(one.quota, one.used):
        parts.append(used)
    return f"{profile.number}. <b>{_name(profile)}</b> · {' · '.join(parts)}"


def card(one: PersonView, now: datetime) -> str:
    profile = one.profile
    person = profile.person
    known_as = f" @{quoted(profile.username)}" if profile.username else ""
    lines = [f"<b>{_name(profile)}</b>{known_as} (<code>{person.id}</code>)"]
    since = f" since {_day(profile.since)}" if profile.since else ""
    if profile.banned_at is not None:
        lines.append(f"⛔ Banned {ago(profile.banned_at, now)}; was {named(person.role)}.")
    else:
        lines.append(f"{person.role.value.capitalize()}{since}, {_seen(profile, now)}.")
    used = _in_use(one.quota, one.used)
    return "\n".join([*lines, f"Limits: {_limits(one)}.", *([f"Used: {used}."] if used else [])])


def limits_of(one: PersonView) -> str:
    profile = one.profile
    who = f"@{profile.username}" if profile.username else str(profile.person.id)
    whose = "as usual for the role" if one.own == Quota() else "set for this person"
    how = HOW_TO_LIMIT.format(who=quoted(who))
    return f"<b>{_name(profile)}</b>: {_limits(one)} ({whose}).\n{how}"


def ask_removal(profile: Profile) -> str:
    return (
        f"Remove <b>{_name(profile)}</b>? Downloads and watches stand still then, and the role and "
        "limits are forgotten; a new invite would let them in again. Playlists stay."
    )


def given(profile: Profile, role: Role, stopped: Stopped) -> str:
    """Tell what came of a new role, as plain text."""
    name = profile.person.name[:60]
    if profile.banned_at is not None:
        return f"{name} is {named(role)} once let in again: /users does that."
    return f"{name} is {named(role)} now.{_stopped(stopped)}"


def banned(profile: Profile, stopped: Stopped) -> str:
    return f"{profile.person.name[:60]} is banned.{_stopped(stopped)}"


def removed(profile: Profile, stopped: Stopped) -> str:
    return f"{profile.person.name[:60]} is removed.{_stopped(stopped)}"


def you_are(role: Role) -> str:
    return f"You are {named(role)} here now: you can {CAN[role]}. /help tells more."


def in_again(role: Role, *, waits: bool) -> str:
    """Tell somebody who was banned that they are let in; `waits` is whether something is paused."""
    goes_on = " What was paused goes on with <code>/resume all</code>, and watches in /watches."
    return f"{you_are(role)}{goes_on if waits else ''}"


def limits(quota: Quota) -> str:
    """Write limits as people do: `3 downloads at a time, 50 in the queue, 20 GB a day`."""
    parts = []
    if quota.jobs:
        parts.append(f"{counted(quota.jobs, 'download')} at a time")
    if quota.queued:
        parts.append(f"{quota.queued} in the queue")
    if quota.daily:
        parts.append(f"{_round(quota.daily)} a day")
    if quota.largest:
        parts.append(f"files up to {_round(quota.largest)}")
    return ", ".join(parts) or NO_LIMITS


def own_limits(quota: Quota, used: Used) -> str:
    """Tell somebody how much of their limits they use; nothing where there are none."""
    parts = []
    if quota.jobs:
        parts.append(f"{used.jobs} of {quota.jobs} downloads at a time")
    if quota.queued:
        parts.append(f"{used.queued} of {quota.queued} in the queue")
    if quota.daily:
        parts.append(f"{size(used.daily)} of {_round(quota.daily)} today")
    if quota.largest:
        parts.append(f"files up to {_round(quota.largest)}")
    return OWN_LIMITS.format(parts=", ".join(parts)) if parts else ""


def _limits(one: PersonView) -> str:
    return limits_at(one.profile.person.role, one.quota)


def limits_at(role: Role, quota: Quota) -> str:
    """Write what holds for somebody with a role: who may not download needs no limits."""
    return limits(quota) if may(role, Permission.FETCH) else NO_DOWNLOADS


def of_roles(quotas: dict[Role, Quota]) -> str:
    lines = [f"· {role.value}: {limits_at(role, quota)}" for role, quota in quotas.items()]
    return OF_ROLES.format(lines="\n".join(lines))


def of_role(role: Role, quota: Quota) -> str:
    return f"For each {role.value}: {limits_at(role, quota)}."


def _round(count: int) -> str:
    """Write a limit as somebody has said it: `20 GB`, without a fraction of nothing."""
    return size(count).replace(".0 ", " ")


def _in_use(quota: Quota, used: Used) -> str:
    most = f" of {quota.queued}" if quota.queued else ""
    parts = [f"{used.queued}{most} downloads"] if used.queued else []
    if used.daily:
        most = f" of {_round(quota.daily)}" if quota.daily else ""
        parts.append(f"{size(used.daily)}{most} today")
    return ", ".join(parts)


def _stopped(stopped: Stopped) -> str:
    parts = []
    if stopped.jobs:
        parts.append(f"{stopped.jobs} download{'s' * (stopped.jobs > 1)}")
    if stopped.watches:
        parts.append(f"{stopped.watches} watch{'es' * (stopped.watches > 1)}")
    return f" Paused: {' and '.join(parts)}." if parts else ""


def _name(profile: Profile) -> str:
    return quoted(profile.person.name) or str(profile.person.id)


def _seen(profile: Profile, now: datetime) -> str:
    return f"seen {ago(profile.seen_at, now)}" if profile.seen_at else "not seen yet"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
