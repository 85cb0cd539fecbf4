"""Makes a backup from the console, and tells the journal so."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.backupplaces import database_of, key_file_of
from bot.complaints import complaint
from bot.settings import Settings
from bot.version import own_version
from downloader.clock import steady_clock
from storage import seals
from storage.backups import Backup, Backups
from storage.errors import StorageError
from storage.journal import Journal
from storage.record import What
from storage.schema import steps


async def saved(settings: Settings, backups: Backups, to: Path | None) -> Backup:
    """Make one. That it cannot be entered spoils nothing: it is there all the same."""
    backup = await backups.make(steady_clock().now(), own_version(), to)
    # A database of an older version is saved as it is, and not brought up to date to enter it: the
    # older program may be running.
    if backup.contents.holdings.schema == steps()[-1]:
        try:
            await _enter(settings)
        except StorageError as error:
            sys.stderr.write(f"tad: the journal could not be told: {complaint(error)}\n")
    return backup


async def _enter(settings: Settings) -> None:
    async with seals.connected(database_of(settings), key_file_of(settings)) as (database, vault):
        await Journal(database, vault).add(What.BACKED_UP)
