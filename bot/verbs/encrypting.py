"""`tad library encrypt` and `decrypt`: seal the files of the library, or open them again."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractAsyncContextManager

from bot.backupplaces import key_file_of
from bot.settings import Settings
from bot.verbs import sealed as words
from bot.verbs.bar import Bar
from bot.verbs.terminal import carry_out, confirmed, say
from downloader.clock import steady_clock
from downloader.resealing import Resealing, reseal
from storage.record import What
from storage.store import Store, open_store

_FAILED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The bot must not run. It may be stopped at any time: what is done stays done, all of it "
        "can be used meanwhile, and the same command goes on from there."
    )
    parser.add_argument("--yes", action="store_true", help="do not ask first")


def encrypt(args: argparse.Namespace, settings: Settings) -> int:
    return _run(settings, seals=True, is_sure=args.yes)


def decrypt(args: argparse.Namespace, settings: Settings) -> int:
    return _run(settings, seals=False, is_sure=args.yes)


def _run(settings: Settings, *, seals: bool, is_sure: bool) -> int:
    try:
        done = carry_out(_carried_out(settings, seals=seals, is_sure=is_sure))
    except KeyboardInterrupt:
        sys.stderr.write(f"{words.STOPPED}\n")
        raise
    if done is None:
        say(words.NOTHING)
        return 0
    for line in words.report(done, seals=seals):
        say(line)
    return _FAILED if done.troubles else 0


async def _carried_out(settings: Settings, *, seals: bool, is_sure: bool) -> Resealing | None:
    """Raise `InUseError` while the bot runs: it would go on as it has begun."""
    async with _opened(settings) as store:
        with store.files.held():
            if not (is_sure or await _is_wanted(store, settings, seals=seals)):
                return None
            await _begin(store, seals=seals)
    async with _opened(settings) as store:
        with store.files.held():
            return await _resealed(store)


async def _is_wanted(store: Store, settings: Settings, *, seals: bool) -> bool:
    tracks = [one for one in await store.catalog.every() if one.path]
    size = sum(one.file_size for one in tracks)
    for line in words.preview(len(tracks), size, key_file_of(settings), seals=seals):
        say(line)
    return confirmed(words.question(seals=seals))


async def _begin(store: Store, *, seals: bool) -> None:
    command = f"library {'encrypt' if seals else 'decrypt'}"
    await store.journal.add(What.COMMANDED, {"command": command})
    if seals:
        await store.library_keys.begin()
    else:
        await store.library_keys.end()


async def _resealed(store: Store) -> Resealing:
    bar = Bar(sys.stderr, steady_clock().monotonic)

    def tell(so_far: Resealing) -> None:
        bar.show_bytes(so_far.bytes, so_far.total_bytes, words.so_far(so_far))

    try:
        return await reseal(store, tell)
    finally:
        bar.clear()


def _opened(settings: Settings) -> AbstractAsyncContextManager[Store]:
    return open_store(settings.data_dir, settings.music_dir, settings.key_file)
