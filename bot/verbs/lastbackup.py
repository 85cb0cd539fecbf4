"""What the doctor says of the backups that there are."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from bot import texts
from bot.backupplaces import backups_of, key_of, sealed_with
from bot.complaints import complaint
from bot.settings import Settings
from bot.verbs.checks import Finding, fine, warning
from storage.backups import Kept
from storage.errors import BackupError, StorageError

_OLD = timedelta(days=7)
_WHAT = "backup"
_MAKE_ONE = "make one: tad backup"


async def newest_backup(settings: Settings, now: datetime) -> Finding:
    """Judge it by its age, and by whether a key that is here opens it."""
    try:
        backups = await asyncio.to_thread(backups_of, settings)
        every = await backups.every()
        if every:
            return await asyncio.to_thread(_judged, settings, every[0], now)
    except BackupError as error:
        return warning(_WHAT, f"{complaint(error)}; or {_MAKE_ONE}")
    except StorageError as error:
        return warning(_WHAT, complaint(error))
    by_itself = ", or leave it to the bot" if settings.backup_schedule else ""
    return warning(_WHAT, f"there is none in {backups.folder}; {_MAKE_ONE}{by_itself}")


async def counted_by_key(settings: Settings) -> Counter[str]:
    """Count the backups that each key has sealed, by its id."""
    every = await (await asyncio.to_thread(backups_of, settings)).every()
    found = [await asyncio.to_thread(sealed_with, one.path) for one in every]
    return Counter(key_id.hex() for key_id in found if key_id is not None)


def _judged(settings: Settings, newest: Kept, now: datetime) -> Finding:
    """Raise `BackupError` where no key that is here opens it."""
    key = key_of(settings, newest.path)
    backups_of(settings, key).contents(newest.path)
    age = f"{newest.path}, {_age(now - newest.made_at)}"
    if key.id != key_of(settings).id:
        return warning(_WHAT, f"{age}, opens only with a key that was replaced; {_MAKE_ONE}")
    if now - newest.made_at > _OLD:
        return warning(_WHAT, f"{age}, opens with the key, but is old; {_MAKE_ONE}")
    return fine(_WHAT, f"{age}, opens with the key")


def _age(span: timedelta) -> str:
    if span < timedelta(hours=1):
        return "made just now"
    if span < timedelta(days=1):
        return f"{texts.counted(int(span / timedelta(hours=1)), 'hour')} old"
    return f"{texts.counted(span.days, 'day')} old"
