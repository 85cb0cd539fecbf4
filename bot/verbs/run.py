"""`tad run`: the bot and the downloads, until stopped."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING

import structlog

from bot import journalkeeping, logs
from bot.aiogram_types import import_aiogram
from bot.settings import Settings, load
from bot.verbs.running import AlreadyRunningError, only_one
from bot.version import own_version
from downloader.clock import Clock
from storage.actor import acting
from storage.errors import StorageError
from storage.models import Account, AccountState
from storage.record import By

if TYPE_CHECKING:
    from bot.app import App

HELP = "start the bot and the downloads"

_FAILED = 1
_ALREADY_RUNNING = 75  # EX_TEMPFAIL of sysexits.h

log = structlog.get_logger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings come from the environment and .env: see .env.example."


def run(args: argparse.Namespace) -> int:
    del args
    settings = load()
    logs.set_up(settings.log_format, settings.log_level, settings.secrets)
    with _here_to_stay():
        import_aiogram()
        from bot.app import open_app  # noqa: PLC0415  # it imports aiogram as well

    try:
        with only_one(settings.data_dir), acting(By.PROGRAM, Clock().on_the_wall):
            asyncio.run(_run(settings, open_app(settings)))
    except AlreadyRunningError:
        folder = settings.data_dir
        sys.stderr.write(f"tad: another `tad run` already uses the folder '{folder}'\n")
        return _ALREADY_RUNNING
    except StorageError:
        raise
    except Exception:
        log.exception("stopped by an error")
        return _FAILED
    return 0


@contextmanager
def _here_to_stay() -> Iterator[None]:
    """Leave what is made in the block out of every search for garbage.

    What is imported stays to the end. To search it over and over while it grows takes a fifth of
    the time of the imports; later, searches would make pauses, and the end come a second later.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _run(settings: Settings, opening: AbstractAsyncContextManager[App]) -> None:
    async with opening as app:
        announce(settings, await app.store.accounts.all())
        await journalkeeping.started(app.store, settings)
        await app.run()
        await journalkeeping.stopped(app.store)
    log.info("stopped")


def announce(settings: Settings, accounts: Sequence[Account]) -> None:
    """Say what starts, where its files are, and what a person must do first."""
    signed_in = sum(account.state is AccountState.READY for account in accounts)
    log.info(
        "started",
        version=own_version(),
        data=str(settings.data_dir.absolute()),
        music=str(settings.music_dir.absolute()),
        accounts=signed_in,
    )
    if not signed_in:
        log.warning("no Telegram account is signed in; send the bot /login, or run tad login")
