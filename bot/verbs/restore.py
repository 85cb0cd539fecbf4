"""`tad restore`: puts the catalogue of a backup in the place of this one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot import backuptexts, logs
from bot.backupplaces import database_of, key_file_of, key_of
from bot.settings import Settings, load
from bot.verbs.running import AlreadyRunningError, only_one
from bot.verbs.terminal import carry_out, confirmed, say
from downloader.clock import steady_clock
from storage import seals
from storage.errors import KeyMissingError
from storage.files import WORKSHOP
from storage.journal import Journal
from storage.record import What
from storage.restoring import Prepared, prepared

HELP = "put the catalogue of a backup in the place of this one"

_FAILED = 1
_IN_USE = 75  # EX_TEMPFAIL of sysexits.h
_RUNS = "the bot runs in '{folder}': stop it first"
_NO_KEY = (
    "{path} is missing: put the key file of the installation that made the backup there, "
    "for without it the backup opens for nobody"
)
_NO_FILE = "there is no backup {path}: `tad backup list` tells which there are"
_STAYED = "Nothing was changed."
_NO_LIBRARY = (
    "The music folder {music} is not there, or empty. If the music is on a disk, mount it. If it "
    "is lost, `mkdir -p {workshop}` begins a new library, and `tad verify --refill` has the bot "
    "fetch it."
)
_PEOPLE = (
    "People, roles and accounts are those of then: look at /users and /accounts for whoever was "
    "banned or logged out since. Invites that were open are withdrawn."
)
_NEXT = (
    "`tad verify` tells which files are not as the catalogue has them; with --refill they are "
    "fetched again."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "All of the backup is looked at before anything is touched. The bot must not run. What "
        "is there now is kept, beside it, under a name with the time."
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the backup")
    parser.add_argument("--yes", action="store_true", help="do not ask first")


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    file = args.file.absolute()
    if not file.is_file():
        return _refuse(_NO_FILE.format(path=file), _FAILED)
    try:
        with only_one(settings.data_dir):
            return carry_out(_restore(settings, file, is_sure=args.yes))
    except AlreadyRunningError:
        return _refuse(_RUNS.format(folder=settings.data_dir), _IN_USE)
    except KeyMissingError as error:
        return _refuse(_NO_KEY.format(path=error.key_file), _FAILED)


async def _restore(settings: Settings, file: Path, *, is_sure: bool) -> int:
    async with prepared(file, database_of(settings), key_of(settings, file)) as found:
        for line in _compared(found):
            say(line)
        if not (is_sure or confirmed("Put the backup in the place of what is there?")):
            say(_STAYED)
            return 0
        before = await found.put_in_place(steady_clock().now())
    async with seals.connected(database_of(settings), key_file_of(settings)) as (database, vault):
        await Journal(database, vault).add(What.RESTORED)
    for line in _told(before, settings.music_dir.absolute()):
        say(line)
    return 0


def _compared(found: Prepared) -> list[str]:
    holds = backuptexts.holding(found.contents.holdings)
    return [
        f"{backuptexts.backup_of(found.contents)}, holds {holds}.",
        f"What is there now holds {backuptexts.holding(found.present)}.",
    ]


def _told(before: Path | None, music: Path) -> list[str]:
    lines = ["Restored."]
    if before is not None:
        lines.append(f"What was there before is kept as {before}.")
    if not (music / WORKSHOP).is_dir():
        no_library = _NO_LIBRARY.format(music=music, workshop=music / WORKSHOP)
        return [*lines, no_library, _PEOPLE]
    return [*lines, _PEOPLE, _NEXT]


def _refuse(line: str, code: int) -> int:
    sys.stderr.write(f"tad: {line}\n")
    return code
