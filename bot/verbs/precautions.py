"""What the doctor looks at that is missed only when something has gone wrong already.

That none of it is well is a warning: the bot works all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from bot import texts
from bot.backupplaces import database_of, key_file_of
from bot.settings import Settings
from bot.verbs.checks import Finding, fine, warning
from bot.verbs.lastbackup import counted_by_key, newest_backup
from storage import seals
from storage.journal import Journal
from storage.keys import KeyFile, known_keys
from storage.record import Verified, Wrong

_RECORDS = 10_000  # of the journal: half a second


async def precautions(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Look at the newest backup, the journal, and keys that were replaced."""
    key_file = key_file_of(settings)
    yield await newest_backup(settings, now)
    async with seals.connected(database_of(settings), key_file) as (database, vault):
        yield journal(await Journal(database, vault).verify(newest=_RECORDS))
        sealed = (await seals.census(database, vault)).counts
    old = [one for one in known_keys(key_file) if not one.is_of_today]
    if old:
        yield old_keys(old, sealed, await counted_by_key(settings))


def journal(found: Verified) -> Finding:
    what, broken = "journal", found.broken
    if broken is None and not found.count:
        return fine(what, "nothing stands in it yet")
    if broken is None:
        all_of_it = found.head.number
        part = f"the newest {found.count:,} of " if found.count < all_of_it else ""
        return fine(what, f"{part}{texts.counted(all_of_it, 'record')}, unbroken")
    if broken.wrong is Wrong.UNREADABLE:
        hint = f"record {broken.number} cannot be checked, for its key is not here"
        return warning(what, f"{hint}: put the old key file back beside the new one, if it is left")
    hint = f"record {broken.number} is not as it was written: run: tad audit verify"
    return warning(what, f"{hint}, and look who else can write to the data folder")


def old_keys(old: Iterable[KeyFile], sealed: Counter[str], backups: Counter[str]) -> Finding:
    """Tell of each key that was replaced what it still opens, here."""
    told, is_well = [], True
    for key in old:
        if sealed[key.id]:
            is_well = False
            secrets = texts.counted(sealed[key.id], "secret")
            told.append(f"{key.id} still seals {secrets}: stop the bot, and run: tad keys rotate")
        elif backups[key.id]:
            told.append(f"{key.id} opens {texts.counted(backups[key.id], 'backup')}: keep it")
        else:
            told.append(f"{key.id} opens nothing here any more: tad keys forget {key.id}")
    return (fine if is_well else warning)("old keys", "; ".join(told))
