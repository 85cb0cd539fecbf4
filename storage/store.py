"""Every part of storage, opened together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage import seals
from storage.accounts import Accounts
from storage.boards import Boards
from storage.cache import MemoryCache
from storage.catalog import Catalog
from storage.chats import Chats
from storage.companions import Companions
from storage.database import open_database
from storage.deeds import Deeds
from storage.duplicates import Duplicates
from storage.edits import Edits
from storage.errors import disk_errors
from storage.fates import Fates
from storage.favorites import Favorites
from storage.files import Files, make_library
from storage.filings import Filings
from storage.fingerprints import Fingerprints
from storage.folders import make_way
from storage.imports import Imports
from storage.invites import Invites
from storage.items import Items
from storage.jobs import Jobs
from storage.journal import Journal
from storage.library_keys import LibraryKeys, open_keyring
from storage.listened import Listened
from storage.listings import Listings
from storage.lookups import Lookups
from storage.moves import Moves
from storage.ownership import Ownership
from storage.people import People
from storage.playing import Plays, SentFiles
from storage.playlists import Playlists
from storage.pleas import Pleas
from storage.protection import Protection
from storage.quotas import Quotas
from storage.removals import Removals
from storage.retentions import Retentions
from storage.rulings import Rulings
from storage.samples import Samples
from storage.search.search import Search
from storage.setting_marks import SettingMarks
from storage.stretches import Stretches
from storage.transfers import Transfers
from storage.tried import Trials
from storage.updates import Updates
from storage.vault import Vault
from storage.watch_jobs import WatchJobs
from storage.watch_rules import WatchRules
from storage.watches import Watches
from storage.webhooks import Webhooks

DATABASE_NAME = "tad.db"
KEY_NAME = "tad.key"


@dataclass(frozen=True, slots=True)
class Store:
    jobs: Jobs
    items: Items
    listings: Listings
    catalog: Catalog
    imports: Imports
    filings: Filings
    moves: Moves
    companions: Companions
    search: Search
    samples: Samples
    duplicates: Duplicates
    edits: Edits
    fingerprints: Fingerprints
    listened: Listened
    lookups: Lookups
    rulings: Rulings
    retentions: Retentions
    removals: Removals
    favorites: Favorites
    playlists: Playlists
    plays: Plays
    protection: Protection
    sent_files: SentFiles
    transfers: Transfers
    chats: Chats
    people: People
    updates: Updates
    ownership: Ownership
    invites: Invites
    quotas: Quotas
    pleas: Pleas
    boards: Boards
    watches: Watches
    stretches: Stretches
    deeds: Deeds
    webhooks: Webhooks
    fates: Fates
    trials: Trials
    watch_rules: WatchRules
    watch_jobs: WatchJobs
    accounts: Accounts
    journal: Journal
    setting_marks: SettingMarks
    files: Files
    library_keys: LibraryKeys
    vault: Vault


@asynccontextmanager
async def open_store(
    data_dir: Path, music_dir: Path, key_file: Path | None = None
) -> AsyncIterator[Store]:
    """Open what the folders hold, making on the first run what is missing.

    What was there and is gone is never made anew: a lost key is `KeyMissingError`, and a library
    that is not mounted fails in `Store.files` until it is.
    """
    with disk_errors(data_dir):
        await asyncio.to_thread(make_way, data_dir, 0o700)
    async with open_database(data_dir / DATABASE_NAME) as database:
        catalog, transfers = Catalog(database), Transfers(database)
        is_new = not (await catalog.has_files() or await transfers.documents())
        await asyncio.to_thread(make_library, music_dir, is_new=is_new)
        vault = await seals.opened(database, key_file or data_dir / KEY_NAME)
        files = Files(music_dir, await open_keyring(database, vault))
        journal = Journal(database, vault)
        yield Store(
            jobs=Jobs(database),
            items=Items(database),
            listings=Listings(database),
            catalog=catalog,
            imports=Imports(database),
            filings=Filings(database),
            moves=Moves(database),
            companions=Companions(database, files),
            search=Search(database, MemoryCache()),
            samples=Samples(database),
            duplicates=Duplicates(database),
            edits=Edits(database),
            fingerprints=Fingerprints(database),
            listened=Listened(database),
            lookups=Lookups(database),
            rulings=Rulings(database, journal),
            retentions=Retentions(database, journal),
            removals=Removals(database),
            favorites=Favorites(database),
            playlists=Playlists(database),
            plays=Plays(database),
            protection=Protection(database),
            sent_files=SentFiles(database),
            transfers=transfers,
            chats=Chats(database),
            people=People(database, journal),
            updates=Updates(database),
            ownership=Ownership(database, journal),
            invites=Invites(database, journal),
            quotas=Quotas(database, journal),
            pleas=Pleas(database, journal),
            boards=Boards(database),
            watches=Watches(database, journal),
            stretches=Stretches(database),
            deeds=Deeds(database),
            webhooks=Webhooks(database, vault, journal),
            fates=Fates(database),
            trials=Trials(database),
            watch_rules=WatchRules(database, journal),
            watch_jobs=WatchJobs(database),
            accounts=Accounts(database, vault, journal),
            journal=journal,
            setting_marks=SettingMarks(database, journal),
            files=files,
            library_keys=LibraryKeys(database, vault),
            vault=vault,
        )
