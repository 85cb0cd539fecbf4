"""`tad accounts`: lists the Telegram accounts that are signed in, or removes one."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from bot import logs
from bot.settings import Settings, load
from bot.verbs.access import telegram_access
from bot.verbs.refusals import refusal
from bot.verbs.terminal import carry_out, say
from downloader.errors import DownloaderError
from downloader.telegram.access import Access
from downloader.telegram.login import log_out
from storage.errors import VaultError
from storage.models import Account
from storage.store import open_store

_END_IT = "End that session in a Telegram app: Settings > Devices."
HELP = "list the Telegram accounts, or remove one"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    remove = actions.add_parser("remove", help="log an account out and forget it")
    remove.add_argument("id", type=_user_id, metavar="ID", help="its Telegram user id")


def _user_id(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is no user id: `tad accounts` lists them")
    return int(text)


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, secrets=settings.secrets)
    if args.action == "remove":
        return carry_out(_remove(settings, telegram_access(settings), args.id))
    accounts = carry_out(_all(settings))
    for line in table(accounts, datetime.now(UTC)):
        say(line)
    return 0


def table(accounts: list[Account], now: datetime) -> list[str]:
    if not accounts:
        return ["No account is signed in. Sign one in with: tad login"]
    lines = ["ID            STATE          NAME"]
    for account in accounts:
        until = account.rests_until
        rest = f", rests until {until:%Y-%m-%d %H:%M} UTC" if until and until > now else ""
        lines.append(f"{account.id:<13} {account.state:<14} {account.name}{rest}")
    return lines


async def _all(settings: Settings) -> list[Account]:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        return await store.accounts.all()


async def _remove(settings: Settings, access: Access, account_id: int) -> int:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        if account_id not in {account.id for account in await store.accounts.all()}:
            sys.stderr.write(f"tad: no account {account_id}; `tad accounts` lists them\n")
            return 1
        try:
            await log_out(access, store, account_id)
        except DownloaderError as error:
            say(f"Telegram was not told to log it out: {refusal(error)}.")
            say(_END_IT)
        except VaultError:
            say("Its session cannot be opened, so Telegram was not told to log it out.")
            say(_END_IT)
        await store.accounts.remove(account_id)
    say(f"Account {account_id} is removed.")
    return 0
