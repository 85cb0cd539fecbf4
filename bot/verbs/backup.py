"""`tad backup`: saves the catalogue, while the bot runs or not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import backuptexts, logs
from bot.backupplaces import backups_of, database_of, key_file_of
from bot.settings import load
from bot.verbs.saving import saved
from bot.verbs.terminal import carry_out, say
from storage.archive import Contents
from storage.backups import Backup, Backups, Kept
from storage.errors import BackupError

HELP = "save the catalogue, sealed, or list what is saved"

_NOTHING = 1
_REFUSED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Of several at the same place, the bot removes the oldest when it has made a new one "
        "(BACKUPS). Neither the key file nor the music is in a backup: keep a copy of the key "
        "file elsewhere, for without it no backup opens."
    )
    parser.add_argument("action", nargs="?", choices=["list"], help="tell which there are")
    parser.add_argument("--to", metavar="PLACE", type=Path, help="a file or folder of elsewhere")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    if args.action is None and not database_of(settings).is_file():
        folder = settings.data_dir.absolute()
        sys.stderr.write(f"tad: there is no catalogue in {folder} yet, so nothing is to be saved\n")
        return _NOTHING
    backups = backups_of(settings)
    if args.action == "list":
        every = carry_out(backups.every())
        said = [(one, _opened(backups, one)) for one in every]
        lines = backuptexts.listed(said, backups.folder)
        for line in [_all_as_json(every)] if args.json else lines:
            say(line)
        return 0
    to = args.to.absolute() if args.to else None
    if to is not None and not (to.is_dir() or to.parent.is_dir()):
        sys.stderr.write(f"tad: there is no folder {to.parent}: make it, or choose another\n")
        return _REFUSED
    backup = carry_out(saved(settings, backups, to))
    lines = backuptexts.report(backup, key_file_of(settings))
    for line in [_as_json(backup)] if args.json else lines:
        say(line)
    return 0


def _opened(backups: Backups, kept: Kept) -> Contents | BackupError:
    try:
        return backups.contents(kept.path)
    except BackupError as error:
        return error


def _as_json(backup: Backup) -> str:
    said = {
        "path": str(backup.path),
        "size": backup.size,
        "made_at": backup.contents.made_at.isoformat(),
        "tracks": backup.contents.holdings.files,
    }
    return json.dumps(said, ensure_ascii=False)


def _all_as_json(every: Sequence[Kept]) -> str:
    said = [
        {"path": str(one.path), "size": one.size, "made_at": one.made_at.isoformat()}
        for one in every
    ]
    return json.dumps(said, ensure_ascii=False)
