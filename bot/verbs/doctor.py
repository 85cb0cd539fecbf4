"""`tad doctor`: looks at everything the bot needs and says what to do, one line each."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator

from bot import logs
from bot.errors import WrongSettingError
from bot.settings import Settings, load
from bot.verbs.access import telegram_access
from bot.verbs.checks import DATABASE, Finding, Mark, fine, here, wrong
from bot.verbs.envfile import env_file
from bot.verbs.terminal import carry_out, say
from downloader.clock import Clock

HELP = "check settings, disk, clock, database, backups and Telegram"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit code 0 when nothing is wrong (✗), 1 otherwise. A warning (!) is not wrong."
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="look at this machine only; an account that is not signed in is a warning",
    )


def run(args: argparse.Namespace) -> int:
    try:
        settings = load()
        telegram_access(settings)  # is it one?
    except WrongSettingError as error:
        for line in error.lines:
            say(drawn(wrong("settings", line)))
        for finding in env_file():
            say(drawn(finding))
        say("(the rest is checked once these are right)")
        return 1
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    say(drawn(fine("settings")))
    return carry_out(_examine(settings, quick=args.quick))


async def _examine(settings: Settings, *, quick: bool) -> int:
    well = True
    async for finding in _findings(settings, quick=quick):
        say(drawn(finding))
        well = well and finding.well
    return 0 if well else 1


async def _findings(settings: Settings, *, quick: bool) -> AsyncIterator[Finding]:
    for noticed in env_file():
        yield noticed
    is_stored = False
    # A container that waits for its first login is up: that it is ill would help nobody.
    async for finding in here(settings, login_needed=not quick):
        yield finding
        is_stored |= finding.what == DATABASE and finding.mark is Mark.FINE
    if quick:
        return
    # A container asks every minute, so what it does not ask for loads none of its libraries.
    from bot.verbs.ends import far  # noqa: PLC0415
    from bot.verbs.precautions import precautions  # noqa: PLC0415

    if is_stored:
        async for finding in precautions(settings, Clock().on_the_wall()):
            yield finding
    async for finding in far(settings):
        yield finding


def drawn(finding: Finding) -> str:
    line = f"{finding.mark} {finding.what}"
    return f"{line}: {finding.hint}" if finding.hint else line
