"""Enters in the journal that the program starts and ends, and logs once a day where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog
from pydantic import SecretStr

from bot.settings import Settings
from bot.version import own_version
from downloader.clock import Clock
from storage.errors import StorageError
from storage.journal import Journal
from storage.record import By, What
from storage.store import Store

log = structlog.get_logger(__name__)

_ONE_DAY = timedelta(days=1)


async def started(store: Store, settings: Settings) -> None:
    """Enter a start, what is set otherwise since the last, and that this one broke off."""
    last = await store.journal.last(By.PROGRAM, [What.STARTED, What.STOPPED])
    if last is not None and last.what is What.STARTED:
        log.warning("the last run was not stopped, but broke off")
        await store.journal.add(What.BROKE_OFF)
    await store.journal.add(What.STARTED, {"version": own_version()})
    if changed := await store.setting_marks.renew(_values(settings)):
        log.info("settings changed since the last start", names=changed)


async def stopped(store: Store) -> None:
    await store.journal.add(What.STOPPED)


async def tell_where_it_ends(journal: Journal, clock: Clock) -> None:
    """Log it now and then once a day, until cancelled: `tad audit verify --noted` takes it."""
    while True:
        try:
            if (head := await journal.head()) is not None:
                log.info("journal ends", head=str(head))
        except StorageError as error:  # tomorrow is early enough
            log.warning("end of the journal not read", error=str(error))
        await clock.sleep(_ONE_DAY.total_seconds())


def _values(settings: Settings) -> Mapping[str, str]:
    found = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {
        name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in found.items()
    }
