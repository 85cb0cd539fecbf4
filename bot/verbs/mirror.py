"""`tad library convert` and `export`: fill a folder of elsewhere with what a query means."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

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


def arguments(parser: argparse.ArgumentParser, *, converts: bool) -> None:
    parser.epilog = (
        "It may be stopped at any time, and goes on where it was when it is started again. "
        "The bot may run meanwhile."
    )
    parser.add_argument(
        "query", metavar="QUERY", nargs="*", help="as in /search, in quotes; none: all"
    )
    if converts:
        parser.add_argument(
            "--to", choices=[Into.MP3.value, Into.OPUS.value], default=Into.OPUS.value,
            help="the format; default: opus",
        )  # fmt: skip
        parser.add_argument(
            "--bitrate", metavar="RATE", help="such as 96k, which is usual for opus"
        )
    parser.add_argument("--into", metavar="DIR", type=Path, required=True, help="the folder")
    parser.add_argument("--dry-run", action="store_true", help="only count what would be made")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def convert(args: argparse.Namespace, settings: Settings) -> int:
    try:
        into = Into(args.to)
        rate = converting.bitrate(args.bitrate, into) if args.bitrate else None
    except UsageError as error:
        return _refuse(bare(usages.usage(error)))
    ffmpeg = None if args.dry_run else found(_at_once())
    if ffmpeg is None and not args.dry_run:
        return _refuse(words.NO_FFMPEG)
    return _run(args, settings, _Way("convert", Conversion(into, rate), ffmpeg))


def export(args: argparse.Namespace, settings: Settings) -> int:
    return _run(args, settings, _Way("export"))


@dataclass(frozen=True, slots=True)
class _Way:
    """What is made of the tracks, and by which program; nothing: they are brought as they are."""

    action: str
    conversion: Conversion | None = None
    ffmpeg: Ffmpeg | None = None


def _run(args: argparse.Namespace, settings: Settings, way: _Way) -> int:
    folder = args.into.resolve()
    if line := words.refusal(folder, settings.music_dir.resolve()):
        return _refuse(line)
    query = " ".join(args.query)
    try:
        copying = carry_out(_mirrored(settings, query, folder, way, dry=args.dry_run))
    except QueryError as error:
        return _refuse(bare(usages.of_query(error)))
    except NothingError as nothing:
        sys.stderr.write(f"tad: {words.nothing(query, nothing.meant)}\n")
        return _FAILED
    except KeyboardInterrupt:
        sys.stderr.write(f"{words.STOPPED}\n")
        raise
    converts = way.conversion is not None
    lines = words.report(copying, dry=args.dry_run, converts=converts)
    for line in [words.as_json(copying)] if args.json else lines:
        say(line)
    return _FAILED if copying.troubles else 0


class NothingError(Exception):
    """`meant` are other words that would find something."""

    def __init__(self, meant: str | None) -> None:
        super().__init__(meant)
        self.meant = meant


async def _mirrored(
    settings: Settings, query: str, folder: Path, way: _Way, *, dry: bool
) -> Copying:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        is_whole = way.conversion is None and not query
        tracks = await (_all(store) if is_whole else _found(store, query, settings))
        mirror = Mirror(folder)
        if not dry:
            await store.journal.add(What.COMMANDED, {"command": f"library {way.action}"})
        if way.ffmpeg is None:
            mirroring = Mirroring(store.files, mirror, way.conversion, dry=dry)
            # What lies beside the tracks belongs to all of them.
            beside = await store.companions.below(PurePosixPath()) if is_whole else []
            return await _fill(mirroring, tracks, beside)
        async with open_reader(most=_at_once()) as reader:
            converter = Converter(way.ffmpeg, reader)
            return await _fill(Mirroring(store.files, mirror, way.conversion, converter), tracks)


async def _fill(
    mirroring: Mirroring, tracks: Sequence[Track], beside: Sequence[PurePosixPath] = ()
) -> Copying:
    bar, total = Bar(sys.stderr, steady_clock().monotonic), len(tracks) + len(beside)

    def tell(so_far: Copying) -> None:
        bar.show(lambda: words.so_far(so_far, total))

    try:
        return await mirroring.run(tracks, tell, _at_once(), beside)
    finally:
        bar.clear()


async def _all(store: Store) -> list[Track]:
    return [one for one in await store.catalog.every() if one.path is not None]


async def _owner_id(settings: Settings, store: Store) -> int:
    """Return whose favorites are meant; nobody has the number 0."""
    if settings.owner_id is not None:
        return settings.owner_id
    owner = await store.people.owner()
    return owner.id if owner else 0


async def _found(store: Store, said: str, settings: Settings) -> list[Track]:
    """Raise `NothingError`, also where only other words find something: they may be many."""
    query, now = parse(said), steady_clock().now()
    person_id = await _owner_id(settings, store)
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
