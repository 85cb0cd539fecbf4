"""How each account stands at one moment, for people to see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from downloader.conduct import Conduct
from downloader.lending import Call, Member
from storage.models import Account, AccountState, Reason


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when an account makes no more of these calls, and why."""

    call: Call
    until: datetime
    reason: Reason = Reason.FLOOD


@dataclass(frozen=True, slots=True)
class Outage:
    """Why no data centre can be used that an account has files in, and for how long."""

    reason: Reason
    left: timedelta


class Presence(Protocol):
    """What only a connected account knows of itself."""

    @property
    def conduct(self) -> Conduct: ...

    @property
    def connections(self) -> int: ...

    @property
    def outage(self) -> Outage | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """`busy` counts the requests under way, `files` the documents they are for.

    `speed` is in bytes per second; `rests` are those that are not over. `waited_last_day` is how
    long Telegram told it to wait in all.
    """

    account_id: int
    name: str
    state: AccountState
    busy: int = 0
    connections: int = 0
    rests: tuple[Rest, ...] = ()
    floods_last_hour: int = 0
    files: int = 0
    speed: float = 0.0
    floods_last_day: int = 0
    waited_last_day: timedelta = timedelta(0)
    is_lost: bool = False  # since the program has started


def standings(
    accounts: Iterable[Account],
    members: Sequence[Member],
    now: datetime,
    presences: Mapping[int, Presence] = MappingProxyType({}),
) -> list[Standing]:
    """Tell of every stored account, whether the pool has it or not."""
    by_id = {member.account_id: member for member in members}
    return [
        _present(_standing(account, by_id.get(account.id), now), presences.get(account.id), now)
        for account in accounts
    ]


def _standing(account: Account, member: Member | None, now: datetime) -> Standing:
    if member is None:
        rests = dict.fromkeys(Call, account.rests_until) if account.rests_until else {}
        return Standing(account.id, account.name, account.state, rests=_those(rests, now))
    state = account.state
    if member.lost and state is AccountState.READY:
        state = AccountState.NEEDS_LOGIN  # the database does not know it yet
    return Standing(
        account.id,
        account.name,
        state,
        busy=member.busy,
        rests=_those(member.rests, now),
        files=len(member.documents),
        is_lost=member.lost,
    )


def _present(standing: Standing, presence: Presence | None, now: datetime) -> Standing:
    """Add what the account itself knows."""
    if presence is None:
        return standing
    conduct, outage = presence.conduct, presence.outage
    out = [Rest(Call.FILES, now + outage.left, outage.reason)] if outage else []
    return replace(
        standing,
        connections=presence.connections,
        rests=(*standing.rests, *out),
        floods_last_hour=conduct.floods_last_hour,
        speed=conduct.arrived.per_second(),
        floods_last_day=conduct.floods_last_day,
        waited_last_day=conduct.waited_last_day,
    )


def _those(rests: dict[Call, datetime], now: datetime) -> tuple[Rest, ...]:
    return tuple(Rest(call, until) for call, until in rests.items() if until > now)
