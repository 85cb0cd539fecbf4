"""`tad import`: enters an existing folder of music in the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path, PurePosixPath

from bot import logs
from bot.settings import Settings, load
from bot.verbs.bar import Bar
from bot.verbs.intake import (
    BROKEN,
    STOPPED,
    as_json,
    counted,
    looking,
    place_in,
    refusal,
    report,
)
from bot.verbs.terminal import carry_out
from downloader.clock import steady_clock
from downloader.importing import IMPORTED, Importer, extent
from downloader.intake import Intake
from downloader.metadata.children import ReaderBrokenError
from downloader.metadata.reader import open_reader
from storage.record import What
from storage.store import open_store

HELP = "enter a folder of music that you have already in the catalogue"

_FAILED = 1
_REFUSED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "It may be stopped at any time, and goes on where it was when it is started again. "
        "The bot may run meanwhile."
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder, in the music folder")
    parser.add_argument(
        "--copy",
        action="store_true",
        help=f"if it is elsewhere, link or copy its files into {IMPORTED}/ of the music folder",
    )
    parser.add_argument("--dry-run", action="store_true", help="only count what would be entered")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    settings = load()
    # The report names the files whose tags cannot be read.
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    folder, music = args.folder.resolve(), settings.music_dir.resolve()
    if line := refusal(folder, music, copy=args.copy):
        sys.stderr.write(f"tad: {line}\n")
        return _REFUSED
    try:
        intake = carry_out(_import(settings, folder, place_in(folder, music), dry=args.dry_run))
    except ReaderBrokenError:
        sys.stderr.write(f"tad: {BROKEN}\n")
        return _FAILED
    except KeyboardInterrupt:
        sys.stderr.write(f"{STOPPED}\n")
        raise
    lines = [as_json(intake)] if args.json else report(intake, dry=args.dry_run)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 0


async def _import(
    settings: Settings, folder: Path, inside: PurePosixPath | None, *, dry: bool
) -> Intake:
    clock = steady_clock()
    bar = Bar(sys.stderr, clock.monotonic)
    opening = open_store(settings.data_dir, settings.music_dir, settings.key_file)
    try:
        async with opening as store, open_reader() as reader:
            all_of_it = await extent(folder, lambda so_far: bar.show(lambda: looking(so_far)))

            def tell(intake: Intake) -> None:
                bar.show_bytes(intake.bytes, all_of_it.bytes, counted(intake, all_of_it))

            importer = Importer(store, reader, clock, folder, inside, tell, settings.name_rules)
            if dry:
                return await importer.look()
            await store.journal.add(What.COMMANDED, {"command": "import"})
            return await importer.run()
    finally:
        bar.clear()
