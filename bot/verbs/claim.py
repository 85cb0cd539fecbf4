"""`tad claim`: makes a new code by which somebody becomes the owner."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from bot import logs
from bot.claiming import lines
from bot.settings import Settings, load
from bot.verbs.ends import bot_name
from bot.verbs.terminal import carry_out, confirmed, say
from storage.store import Store, open_store

HELP = "make a code by which somebody becomes the owner of the bot"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The bot may run meanwhile. A code that was made before does not count any more."
    )


def run(args: argparse.Namespace) -> int:
    del args
    settings = load()
    logs.for_terminal(settings.log_format, secrets=settings.secrets)
    if settings.owner_id is not None:
        say(f"OWNER_ID says that the owner is {settings.owner_id}: change that, or take it out.")
        return 1
    return carry_out(_claim(settings))


async def _claim(settings: Settings) -> int:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        if not await _may_go_on(store):
            say("Everything stays as it is.")
            return 1
        code = await store.ownership.new_code(datetime.now(UTC))
    for line in lines(code, await bot_name(settings), datetime.now(UTC)):
        say(line)
    return 0


async def _may_go_on(store: Store) -> bool:
    owner = await store.people.owner()
    if owner is None:
        return True
    say(f"{owner.name} ({owner.id}) is the owner, and becomes an admin once the new code is used.")
    return confirmed("Make a code?")
