"""What holds for somebody, what they use of it, and how they are told of that themselves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import peopletexts
from downloader.clock import Clock
from downloader.rhythms import midnight
from storage.models import Person
from storage.people import People
from storage.quota import Quota, Used
from storage.quotas import Quotas


class OwnLimits:
    def __init__(self, people: People, quotas: Quotas, clock: Clock, zone: ZoneInfo | None) -> None:
        self._people = people
        self._quotas = quotas
        self._clock = clock
        self._zone = zone

    async def of(self, person: Person) -> tuple[Quota, Used]:
        """Return the limits of somebody, and what is used of them today."""
        since = midnight(self._clock.on_the_wall(), self._zone)
        return await self._quotas.of(person), await self._quotas.used(person.id, since)

    async def told(self, person_id: int) -> str:
        """Say how much of their limits somebody uses; nothing where there are none."""
        person = await self._people.get(person_id)
        return peopletexts.own_limits(*await self.of(person)) if person else ""
