"""Where people come in: by a code of the console, or by an invite. The only way to a role."""

from __future__ import annotations

import re
from dataclasses import dataclass

import structlog
from aiogram.enums import ChatType
from aiogram.types import Message

from bot import invitetexts
from bot.claiming import Claiming
from bot.menu import Menu
from bot.permissions import is_above
from bot.throttle import Rate, Throttle
from downloader.clock import Clock
from storage.invites import Invite
from storage.models import AccountState, Person, Role
from storage.store import Store

log = structlog.get_logger(__name__)

_PAYLOAD = re.compile(r"/start\s+(?P<kind>[ci])-(?P<token>[\w-]{22})\s*", re.ASCII)
# Codes cannot be guessed; this keeps those who try from keeping the database busy.
_OF_ONE = Rate(per_second=0.1, burst=10)
_OF_ALL = Rate(per_second=0.5, burst=30)
_EVERYBODY = 0


@dataclass(frozen=True, slots=True)
class Token:
    is_claim: bool
    secret: str


def token_in(message: Message) -> Token | None:
    """Return what somebody holds who stands at the door; what was forwarded lends nothing."""
    if message.chat.type != ChatType.PRIVATE or message.forward_origin or message.via_bot:
        return None
    match = _PAYLOAD.fullmatch(message.text or "")
    return Token(match["kind"] == "c", match["token"]) if match else None


class Entrance:
    def __init__(self, store: Store, clock: Clock, claiming: Claiming, menu: Menu) -> None:
        self._store = store
        self._clock = clock
        self._claiming = claiming
        self._menu = menu
        self._throttle = Throttle(clock.monotonic)

    async def enter(self, token: Token, who: Person, known: Person | None) -> str | None:
        """Let somebody in, `who` has no role of their own yet unless they are `known`.

        Return the greeting; None where the token opens nothing, or nothing more than they have.
        """
        throttle = self._throttle
        if throttle.wait(who.id, _OF_ONE) or throttle.wait(_EVERYBODY, _OF_ALL):
            return None
        if token.is_claim:
            if not await self._claiming.claim(token.secret, who):
                return None
            role = Role.OWNER
        else:
            invite = await self._invite(token.secret)
            if invite is None:
                return None
            role = invite.role
            if known is not None and not is_above(role, known.role):
                return invitetexts.has_already(known.role)
            was = known.role if known else None
            person, now = Person(who.id, who.name, role), self._clock.on_the_wall()
            if not await self._store.invites.use(invite, person, now, was):
                return None
        log.info("person let in", person=who.id, role=role)
        await self._menu.publish(who.id, role)
        accounts = await self._store.accounts.all()
        has_account = any(one.state is AccountState.READY for one in accounts)
        return invitetexts.welcome(role, has_account=has_account)

    async def _invite(self, secret: str) -> Invite | None:
        """Return what a token opens: no more than whoever made it could still give away."""
        invite = await self._store.invites.named(secret, self._clock.on_the_wall())
        if invite is None or invite.made_by == await self._claiming.owner_id():
            return invite
        maker = await self._store.people.get(invite.made_by)
        return invite if maker is not None and is_above(maker.role, invite.role) else None
