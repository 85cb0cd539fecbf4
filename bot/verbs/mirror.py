"""`tad library convert`: fills a folder of elsewhere with small files of what a query means."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot import converting, usages
from bot.errors import UsageError
from bot.faces import bare
from bot.settings import Settings
from bot.verbs import copying as words
from bot.verbs.bar import Bar
from bot.verbs.terminal import carry_out, say
from downloader.clock import steady_clock
from downloader.conversion import Conversion, Into
from downloader.converting import Converter
from downloader.ffmpeg.program import Ffmpeg, found
from downloader.metadata.reader import open_reader
from downloader.mirroring import Copying, Mirroring
from storage.mirrors import Mirror
from storage.models import Track
from storage.query.errors import QueryError
from storage.query.parser import parse
from storage.record import What
from storage.search.search import Cursor
from storage.store import Store, open_store

_FAILED = 1
_REFUSED = 2
_AT_ONCE = 4
_PAGE = 1000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "It may be stopped at any time, and goes on where it was when it is started again. "
        "The bot may run meanwhile."
    )
    parser.add_argument(
        "query", metavar="QUERY", nargs="*", help="as in /search, in quotes; none: all"
    )
    parser.add_argument(
        "--to", choices=[Into.MP3.value, Into.OPUS.value], default=Into.OPUS.value,
        help="the format; default: opus",
    )  # fmt: skip
    parser.add_argument("--bitrate", metavar="RATE", help="such as 96k, which is usual for opus")
    parser.add_argument("--into", metavar="DIR", type=Path, required=True, help="the folder")
    parser.add_argument("--dry-run", action="store_true", help="only count what would be made")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    try:
        into = Into(args.to)
        rate = converting.bitrate(args.bitrate, into) if args.bitrate else None
    except UsageError as error:
        return _refuse(bare(usages.usage(error)))
    folder = args.into.resolve()
    if line := words.refusal(folder, settings.music_dir.resolve()):
        return _refuse(line)
    ffmpeg = found(_at_once())
    if ffmpeg is None and not args.dry_run:
        return _refuse(words.NO_FFMPEG)
    query = " ".join(args.query)
    wanted = Conversion(into, rate)
    try:
        copying = carry_out(
            _mirrored(settings, query, folder, wanted, None if args.dry_run else ffmpeg)
        )
    except QueryError as error:
        return _refuse(bare(usages.of_query(error)))
    except NothingError as nothing:
        sys.stderr.write(f"tad: {words.nothing(query, nothing.meant)}\n")
        return _FAILED
    except KeyboardInterrupt:
        sys.stderr.write(f"{words.STOPPED}\n")
        raise
    for line in [words.as_json(copying)] if args.json else words.report(copying, dry=args.dry_run):
        say(line)
    return _FAILED if copying.troubles else 0


class NothingError(Exception):
    """`meant` are other words that would find something."""

    def __init__(self, meant: str | None) -> None:
        super().__init__(meant)
        self.meant = meant


async def _mirrored(
    settings: Settings, query: str, folder: Path, wanted: Conversion, ffmpeg: Ffmpeg | None
) -> Copying:
    at_once, clock = _at_once(), steady_clock()
    bar = Bar(sys.stderr, clock.monotonic)
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        tracks = await _found(store, query, await _owner_id(settings, store))
        mirror, total = Mirror(folder), len(tracks)

        async def fill(converter: Converter | None) -> Copying:
            mirroring = Mirroring(store.files, mirror, converter, wanted)
            try:
                return await mirroring.run(
                    tracks, lambda so_far: bar.show(lambda: words.so_far(so_far, total)), at_once
                )
            finally:
                bar.clear()

        if ffmpeg is None:
            return await fill(None)
        await store.journal.add(What.COMMANDED, {"command": "library convert"})
        async with open_reader(most=at_once) as reader:
            return await fill(Converter(ffmpeg, reader))


async def _owner_id(settings: Settings, store: Store) -> int:
    """Return whose favorites are meant; nobody has the number 0."""
    if settings.owner_id is not None:
        return settings.owner_id
    owner = await store.people.owner()
    return owner.id if owner else 0


async def _found(store: Store, said: str, person_id: int) -> list[Track]:
    """Raise `NothingError`, also where only other words find something: they may be many."""
    query, now = parse(said), steady_clock().now()
    ids: list[int] = []
    after: Cursor | None = await store.search.start()
    while after is not None:
        page = await store.search.find(query, _PAGE, person_id=person_id, now=now, after=after)
        if page.meant:
            raise NothingError(page.meant)
        ids += page.ids
        after = page.next
    if not ids:
        raise NothingError(None)
    return await store.catalog.many(ids)


def _at_once() -> int:
    return min(_AT_ONCE, os.cpu_count() or 1)


def _refuse(line: str) -> int:
    sys.stderr.write(f"tad: {line}\n")
    return _REFUSED
