"""`tad verify`: compares the files of the library with the catalogue, byte by byte."""

from __future__ import annotations

import argparse
import re
import sys
from random import Random

from bot import logs
from bot.settings import Settings, load
from bot.verbs import wholeness as words
from bot.verbs.bar import Bar
from bot.verbs.terminal import carry_out, say
from downloader.clock import steady_clock
from downloader.refilling import Ordered, refill
from downloader.verifying import Verified, Verifier
from storage.models import Origin
from storage.record import What
from storage.store import Store, open_store

HELP = "compare the files of the library with the catalogue"

_FAILED = 1
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%?", re.ASCII)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The exit code is 1 where a file is missing, damaged or unknown. The bot may run meanwhile."
    )
    parser.add_argument(
        "--share",
        metavar="SHARE",
        type=_share,
        default=1.0,
        help="look only at so much, chosen by chance, such as 10%%",
    )
    parser.add_argument(
        "--refill", action="store_true", help="have the bot fetch again what is not whole"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    try:
        verified, ordered = carry_out(_verify(settings, args.share, refills=args.refill))
    except KeyboardInterrupt:
        sys.stderr.write(f"{words.STOPPED}\n")
        raise
    found = verified, ordered
    for line in [words.as_json(*found)] if args.json else words.report(*found):
        say(line)
    return 0 if verified.is_well else _FAILED


async def _verify(
    settings: Settings, share: float, *, refills: bool
) -> tuple[Verified, Ordered | None]:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        verified = await _looked(store, settings, share)
        if not refills:
            return verified, None
        owner_id = settings.owner_id or await _owner_id(store)
        if owner_id is None:
            sys.stderr.write("tad: nobody owns the bot yet: claim it first, with `tad claim`\n")
            return verified, None
        owner = Origin(owner_id, owner_id)  # in the chat with the bot
        now = steady_clock().on_the_wall()
        if verified.to_fetch:
            await store.journal.add(What.COMMANDED, {"command": "verify --refill"})
        return verified, await refill(store, verified.damaged, verified.missing, owner, now)


async def _owner_id(store: Store) -> int | None:
    owner = await store.people.owner()
    return owner.id if owner else None


async def _looked(store: Store, settings: Settings, share: float) -> Verified:
    bar = Bar(sys.stderr, steady_clock().monotonic)

    def tell(so_far: Verified) -> None:
        bar.show_bytes(so_far.bytes, so_far.total_bytes, words.so_far(so_far))

    chance = Random()  # noqa: S311  # which files come is no secret
    try:
        return await Verifier(store, settings.music_dir, chance, tell).run(share)
    finally:
        bar.clear()


def _share(text: str) -> float:
    """Read `10%`; argparse tells of what is none."""
    match = _SHARE.fullmatch(text)
    share = float(match[1]) / 100 if match else 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError("write a share like 10%, at most 100%")
    return share
