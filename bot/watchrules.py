"""What people say of all their watches: /watch defaults and /watch budget."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import watchruletexts as texts
from bot import watchwords
from bot.characters import cleaned
from bot.errors import Usage, UsageError
from bot.watchwords import WatchOrder
from downloader.clock import Clock
from downloader.rhythms import midnight
from storage.models import Person, Role
from storage.store import Store

_OFF = "off"


class WatchRules:
    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    async def usual(self, person_id: int) -> WatchOrder:
        """Return what holds for each new watch of a person."""
        return watchwords.usual(await self._store.watch_rules.defaults(person_id))

    async def answer(self, said: str, person: Person) -> str | None:
        """Do what is said of all watches, and tell; None where a chat is meant."""
        subject, _, rest = cleaned(said).partition(" ")
        match subject.lower():
            case "defaults" | "default":
                return await self._defaults(rest, person)
            case "budget":
                return await self._budget(rest, person)
            case _:
                return None

    async def _defaults(self, words: str, person: Person) -> str:
        rules = self._store.watch_rules
        if words.lower() == _OFF:
            await rules.set_defaults(person.id, "")
            return texts.defaults_off()
        if words:
            said = watchwords.usual(words)
            await rules.set_defaults(person.id, words)
            return texts.defaults(words, said, is_new=True)
        words = await rules.defaults(person.id)
        if not words:
            return texts.NO_DEFAULTS
        return texts.defaults(words, watchwords.usual(words), is_new=False)

    async def _budget(self, words: str, person: Person) -> str:
        rules = self._store.watch_rules
        if words and person.role is not Role.OWNER:
            return texts.NOT_THE_OWNER
        if words.lower() == _OFF:
            await rules.set_budget(None)
            return texts.BUDGET_OFF
        if words:
            await rules.set_budget(_amount(words))
        most = await rules.budget()
        if most is None:
            return texts.NO_BUDGET
        since = midnight(self._clock.on_the_wall(), self._zone)
        return texts.budget(most, await self._store.watches.asked_since(None, since))


def _amount(words: str) -> int:
    try:
        return watchwords.budget(words.replace(" ", "").removeprefix("max"))
    except UsageError:
        raise UsageError(Usage.BAD_BUDGET_OF_ALL, words) from None
