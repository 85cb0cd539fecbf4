"""`tad library`: moves files to where they belong, or into the trash, encrypts and copies them."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractAsyncContextManager

from bot import logs
from bot.settings import Settings, load
from bot.verbs import cleaning, encrypting, mirror, moves
from bot.verbs.bar import Bar
from bot.verbs.terminal import carry_out, confirmed, say
from downloader.arrangement import Arrangement
from downloader.clock import steady_clock
from downloader.refiling import Outcome, Refiler
from downloader.scribe import Scribe
from storage.record import What
from storage.store import Store, open_store

HELP = "move files to their places, clean up, encrypt, fill a phone"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    preview = actions.add_parser("preview", help="show what would move; nothing is changed")
    preview.add_argument("--json", action="store_true", help="print one JSON object")
    refile = actions.add_parser(
        "refile",
        help="move every file to where the templates want it",
        epilog="It may be stopped at any time, and goes on where it was when it is started again.",
    )
    refile.add_argument("--yes", action="store_true", help="do not ask first")
    mirror.arguments(
        actions.add_parser("convert", help="fill a folder with small files of what a query means"),
        converts=True,
    )
    mirror.arguments(
        actions.add_parser("export", help="copy files as they are, and decrypted, into a folder"),
        converts=False,
    )
    encrypting.arguments(actions.add_parser("encrypt", help="encrypt all files, and what comes"))
    encrypting.arguments(actions.add_parser("decrypt", help="have all files plain again"))
    for action in (preview, refile):
        action.add_argument(
            "--imported",
            action="store_true",
            help="files that were there before the catalogue, too; else they stay",
        )
    clean = actions.add_parser(
        "clean",
        help="show what is more than is kept of the chats; with --yes, move it into the trash",
    )
    how = clean.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only show it, as without --yes")
    how.add_argument("--yes", action="store_true", help="move it into the trash")
    clean.add_argument("--json", action="store_true", help="print what goes as one JSON array")


_ELSEWHERE = {
    "convert": mirror.convert,
    "export": mirror.export,
    "encrypt": encrypting.encrypt,
    "decrypt": encrypting.decrypt,
}


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(
        settings.log_format, "error", settings.secrets
    )  # the report names what cannot be moved
    if args.action in _ELSEWHERE:
        return _ELSEWHERE[args.action](args, settings)
    if args.action == "preview":
        arrangement = carry_out(_arrangement(settings, imported=args.imported))
        lines = [moves.as_json(arrangement)] if args.json else moves.preview(arrangement)
    elif args.action == "clean":
        lines = carry_out(_clean(settings, is_sure=args.yes, as_json=args.json))
    else:
        try:
            lines = carry_out(_refile(settings, imported=args.imported, is_sure=args.yes))
        except KeyboardInterrupt:
            sys.stderr.write(f"{moves.STOPPED}\n")
            raise
    for line in lines:
        say(line)
    return 0


async def _arrangement(settings: Settings, *, imported: bool) -> Arrangement:
    async with _opened(settings) as store:
        return await Refiler(store, settings.templates, imported=imported).arrangement()


async def _refile(settings: Settings, *, imported: bool, is_sure: bool) -> list[str]:
    """Raise `InUseError` while the bot runs: it could not find what is moved under its hands."""
    async with _opened(settings) as store:
        with store.files.held():
            refiler = Refiler(store, settings.templates, imported=imported)
            await refiler.take_up()
            arrangement = await refiler.arrangement()
            if not arrangement.steps or not (is_sure or _is_wanted(arrangement)):
                return moves.nothing(arrangement)
            await store.journal.add(What.COMMANDED, {"command": "library refile"})
            outcome = await _run(refiler, arrangement)
            await Scribe(store, steady_clock()).write()
            return moves.report(outcome)


async def _clean(settings: Settings, *, is_sure: bool, as_json: bool) -> list[str]:
    clock = steady_clock()
    async with _opened(settings) as store:
        looked = await cleaning.look(store, clock)
        said = cleaning.preview(looked)
        if is_sure and looked:
            await store.journal.add(What.COMMANDED, {"command": "library clean"})
            said = [await cleaning.clean(store, clock)]
    return [cleaning.as_json(looked)] if as_json else said


def _opened(settings: Settings) -> AbstractAsyncContextManager[Store]:
    return open_store(settings.data_dir, settings.music_dir, settings.key_file)


def _is_wanted(arrangement: Arrangement) -> bool:
    for line in moves.preview(arrangement):
        say(line)
    return confirmed(moves.question(arrangement))


async def _run(refiler: Refiler, arrangement: Arrangement) -> Outcome:
    bar = Bar(sys.stderr, steady_clock().monotonic)
    total = len(arrangement.steps)
    try:
        return await refiler.run(
            arrangement, lambda outcome: bar.show(lambda: moves.so_far(outcome, total))
        )
    finally:
        bar.clear()
