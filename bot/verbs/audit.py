"""`tad audit`: shows the journal of who did what, and proves that nobody has altered it."""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections.abc import Sequence

from bot import journaltexts, logs
from bot.journalnames import Names, names
from bot.settings import Settings, load
from bot.verbs.terminal import carry_out, say
from storage.record import Broken, Head, Record, Verified, Wrong
from storage.store import open_store

HELP = "show who did what, and prove that nobody has altered that"

_BROKEN = 1
_LAST = 50
_NOTED = re.compile(r"(\d{1,18}):([0-9a-f]{8,64})")
_WRONG = {
    Wrong.CHANGED: "Record {number}{at} was changed, or put in by somebody.",
    Wrong.MISSING: "Record {number} is missing{at}.",
    Wrong.ORDER: "Record {number}{at} stood elsewhere: it was moved, copied, or is of another "
    "branch of the journal.",
    Wrong.CUT: "From record {number} on, the end was cut off or altered{at}.",
    Wrong.NOT_AS_NOTED: "Record {number}{at} is another one than you have noted.",
    Wrong.UNREADABLE: "Record {number}{at} cannot be checked: it needs the key file of that time. "
    "Put that back if you have it; if it is lost, what was recorded with it stays unproven.",
}
_NOTE = (
    "Note that number and hash elsewhere: `tad audit verify --noted NUMBER:HASH` tells later "
    "whether the end was cut off."
)
_OF = {Wrong.MISSING: "; the next one is", Wrong.CUT: "; the nearest record is"}


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    verify = actions.add_parser(
        "verify",
        help="read all of it, and name the first record that is not as it was written",
        epilog="The exit code is 1 where one is not.",
    )
    verify.add_argument(
        "--noted",
        type=_noted,
        metavar="NUMBER:HASH",
        help="an end of the journal that was told before: it must still be there",
    )
    show = actions.add_parser("show", help="print the newest records, the oldest of them first")
    show.add_argument("--last", type=_count, metavar="N", default=_LAST, help=f"{_LAST} by default")
    show.add_argument("--json", action="store_true", help="print one JSON object a line")


def _noted(text: str) -> Head:
    match = _NOTED.fullmatch(text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no end of the journal: `tad audit verify` prints one, like 57:0a1b2c3d…"
        )
    return Head(int(match[1]), match[2])


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of records")
    return int(text)


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, "error", settings.secrets)
    if args.action == "verify":
        verified = carry_out(_verify(settings, args.noted))
        for line in told(verified):
            say(line)
        return _BROKEN if verified.broken else 0
    records, called = carry_out(_newest(settings, args.last))
    for line in as_json(records) if args.json else table(records, called):
        sys.stdout.write(f"{line}\n")
    return 0


async def _verify(settings: Settings, noted: Head | None) -> Verified:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        return await store.journal.verify(noted)


async def _newest(settings: Settings, count: int) -> tuple[list[Record], Names]:
    async with open_store(settings.data_dir, settings.music_dir, settings.key_file) as store:
        records = (await store.journal.newest(count))[::-1]
        return records, await names(store, records)


def told(verified: Verified) -> list[str]:
    """Say what was found, and what to do next."""
    if verified.broken is None and not verified.count:
        return ["There is no record yet."]
    if verified.broken is None:
        return [
            f"{_records(verified.count)}, all as they were written.",
            f"The last one is {verified.head}",
            _NOTE,
        ]
    whole = verified.head.number
    before = f"The {_records(whole)} before it are as they were written." if whole else ""
    return [_broken(verified.broken), *filter(None, [before])]


def _broken(broken: Broken) -> str:
    of = _OF.get(broken.wrong, "")
    at = f"{of} of {broken.at:%Y-%m-%d %H:%M:%S} UTC" if broken.at else ""
    return _WRONG[broken.wrong].format(number=broken.number, at=at)


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def table(records: Sequence[Record], called: Names) -> list[str]:
    if not records:
        return ["There is no record yet."]
    lines = ["NUMBER  TIME (UTC)           WHO                   WHAT"]
    for one in records:
        at = f"{one.at:%Y-%m-%d %H:%M:%S}" if one.at else "?"
        who, what = (
            html.unescape(say_it(one, called))
            for say_it in (journaltexts.who, journaltexts.sentence)
        )
        lines.append(f"{one.number:<7} {at:<20} {who:<21} {what}")
    return lines


def as_json(records: Sequence[Record]) -> list[str]:
    return [
        json.dumps(
            {
                "number": one.number,
                "at": one.at.isoformat() if one.at else None,
                "who": one.who,
                "what": one.what,
                "about": dict(one.about),
            },
            ensure_ascii=False,
        )
        for one in records
    ]
