"""`tad login`: signs a Telegram account in, by QR code or by phone."""

from __future__ import annotations

import argparse
import sys

from bot import logs
from bot.settings import Settings, load
from bot.verbs.access import telegram_access
from bot.verbs.refusals import refusal
from bot.verbs.terminal import Terminal, carry_out, say
from downloader.errors import DownloaderError
from downloader.telegram.access import Access
from downloader.telegram.login import login
from storage.models import Account
from storage.store import open_store

HELP = "log a Telegram account in"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--phone",
        metavar="NUMBER",
        nargs="?",
        const="",
        help="sign in by a code instead of a QR code; asked for when left out",
    )


def run(args: argparse.Namespace) -> int:
    settings = load()
    access = telegram_access(settings)
    logs.for_terminal(settings.log_format, secrets=settings.secrets)
    if args.phone:
        logs.hide(args.phone)
    try:
        account = carry_out(_login(settings, access, args.phone))
    except DownloaderError as error:
        return _sorry(refusal(error))
    except EOFError:
        return _sorry("nobody answered")
    say(f"Signed in as {account.name} ({account.id}).")
    return 0


async def _login(settings: Settings, access: Access, phone: str | None) -> Account:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        return await login(access, store, Terminal(), phone=phone, qr=phone is None)


def _sorry(line: str) -> int:
    sys.stderr.write(f"tad: {line}\n")
    return 1
