"""`tad doctor`: looks at everything the bot needs and says what to do, one line each."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator

from bot import logs
from bot.errors import WrongSettingError
from bot.settings import Settings
from bot.verbs.access import telegram_access
from bot.verbs.checks import Finding, fine, here, wrong
from bot.verbs.terminal import say
from downloader.telegram.access import Access

HELP = "check settings, disk, clock, database and both ends of Telegram"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit code 0 when all is well, 1 when something is to be done."
    parser.add_argument("--quick", action="store_true", help="look at this machine only")


def run(args: argparse.Namespace) -> int:
    try:
        settings = Settings()
        access = telegram_access(settings)
    except WrongSettingError as error:
        for line in error.lines:
            say(drawn(wrong("settings", line)))
        return 1
    logs.set_up(settings.log_format, "error")
    say(drawn(fine("settings")))
    return asyncio.run(_examine(settings, access, quick=args.quick))


async def _examine(settings: Settings, access: Access, *, quick: bool) -> int:
    well = True
    async for finding in _findings(settings, access, quick=quick):
        say(drawn(finding))
        well = well and finding.well
    return 0 if well else 1


async def _findings(settings: Settings, access: Access, *, quick: bool) -> AsyncIterator[Finding]:
    async for finding in here(settings):
        yield finding
    if quick:
        return
    # A container asks every minute, so what needs no network loads none of its libraries.
    from bot.verbs.ends import far  # noqa: PLC0415

    async for finding in far(settings, access):
        yield finding


def drawn(finding: Finding) -> str:
    mark = "✓" if finding.well else "✗"
    return f"{mark} {finding.what}: {finding.hint}" if finding.hint else f"{mark} {finding.what}"
