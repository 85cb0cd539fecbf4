"""The command line of `python -m sandbox`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.faults import Faults, Wire
from sandbox.trouble import described, rules_of

_DESCRIPTION = """\
A Telegram of its own on this machine, with the real bot inside: no account, no token, no network.
It opens a chat page on which you are Ann, the owner of the bot. Try: /download @jazz 10
"""
_EPILOG = f"""\
faults (each may be given more than once):
{described()}

chats: @jazz (30 tunes, every format), @world_music (names in many scripts, and nasty ones),
@vinyl_club (a group with topics), @vault_fm (protected), @silence (empty), @poems (no audio),
@backstage (private), and "Basement Tapes", a private channel that Ann is in.

examples:
  python -m sandbox
  python -m sandbox --say "/download @jazz 10"
  python -m sandbox --say "/download @library 100" --music ~/Music --data /tmp/try --json
  python -m sandbox --say "/download @jazz 10" --fault flood=5 --fault drop=20 --rtt 80

With --say the exit code is 0 if every download ended well, else 1.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """`say` are the lines to play; `data` is None for a folder that is thrown away."""

    say: tuple[str, ...]
    demo: bool
    serve: bool
    json: bool
    music: Path | None
    data: Path | None
    port: int
    faults: Faults

    @property
    def plays(self) -> bool:
        return bool(self.say) or self.demo


def read(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; what is wrong with it ends the program with a word about it."""
    given = _parser().parse_args(arguments)
    wire = Wire(rtt=given.rtt / 1000, bandwidth=given.bandwidth)
    rules = [rule for rules in given.fault for rule in rules]
    return Options(
        tuple(given.say), given.demo, given.serve, given.json, given.music, given.data, given.port,
        Faults(rules, wire),
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--say", metavar="LINE", action="append", default=[],
        help="say this as the owner and print what the bot answers, then wait for every download "
        "to come to rest and exit; may be repeated, and each line waits for the answer to the one "
        'before; "[Pause]" presses the newest button of that name')  # fmt: skip
    add("--demo", action="store_true", help="play a first conversation; on a terminal stay open")
    add("--serve", action="store_true", help="stay open after --say or --demo, until Ctrl-C")
    add(
        "--json",
        action="store_true",
        help="print one JSON object for each message or edit, and one about all at the end",
    )
    add("--music", metavar="DIR", type=_folder, help="publish the audio below DIR in @library")
    add("--data", metavar="DIR", type=Path, help="keep database and music in DIR")
    add("--port", metavar="N", type=int, default=0, help="port of the chat page (default: any)")
    add("--rtt", metavar="MS", type=_delay, default=0.0, help="delay of every reply")
    add("--bandwidth", metavar="BYTES_PER_S", type=_amount, help="of each connection to Telegram")
    add("--fault", metavar="NAME=VALUE", type=rules_of, action="append", default=[],
        help="let something go wrong, see below")  # fmt: skip
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _delay(text: str) -> float:
    return 0.0 if text == "0" else _amount(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 < amount < 1e12:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return amount
