"""Every part of storage, opened together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.accounts import Accounts, any_sealed
from storage.boards import Boards
from storage.cache import MemoryCache
from storage.catalog import Catalog
from storage.chats import Chats
from storage.database import Database, open_database
from storage.duplicates import Duplicates
from storage.errors import disk_errors
from storage.favorites import Favorites
from storage.files import Files, make_library
from storage.folders import make_way
from storage.imports import Imports
from storage.items import Items
from storage.jobs import Jobs
from storage.people import People
from storage.playing import Plays, SentFiles
from storage.playlists import Playlists
from storage.rulings import Rulings
from storage.samples import Samples
from storage.search.search import Search
from storage.transfers import Transfers
from storage.vault import Vault, open_vault

DATABASE_NAME = "tad.db"
KEY_NAME = "tad.key"


@dataclass(frozen=True, slots=True)
class Store:
    jobs: Jobs
    items: Items
    catalog: Catalog
    imports: Imports
    search: Search
    samples: Samples
    duplicates: Duplicates
    rulings: Rulings
    favorites: Favorites
    playlists: Playlists
    plays: Plays
    sent_files: SentFiles
    transfers: Transfers
    chats: Chats
    people: People
    boards: Boards
    accounts: Accounts
    files: Files
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
        vault = await _vault(database, key_file or data_dir / KEY_NAME)
        yield Store(
            jobs=Jobs(database),
            items=Items(database),
            catalog=catalog,
            imports=Imports(database),
            search=Search(database, MemoryCache()),
            samples=Samples(database),
            duplicates=Duplicates(database),
            rulings=Rulings(database),
            favorites=Favorites(database),
            playlists=Playlists(database),
            plays=Plays(database),
            sent_files=SentFiles(database),
            transfers=transfers,
            chats=Chats(database),
            people=People(database),
            boards=Boards(database),
            accounts=Accounts(database, vault),
            files=Files(music_dir),
            vault=vault,
        )


async def _vault(database: Database, key_file: Path) -> Vault:
    sealed = await any_sealed(database)
    vault = await asyncio.to_thread(open_vault, key_file, may_create=sealed is None)
    if sealed is not None:
        vault.check(sealed)
    return vault
