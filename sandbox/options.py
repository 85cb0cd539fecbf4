"""The command line of `python -m sandbox`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

from sandbox.faults import Faults, Wire
from sandbox.trouble import Fault, described, fault_of

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
  python -m sandbox --env > sandbox.env     (then, beside it: a tad with these settings)

With --say the exit code is 0 if every line was answered and every download of this run ended
well, 1 if not, and 2 if the command makes no sense. With --json the last line is one object:
  ok      true if the exit code is 0; downloads of earlier runs in --data do not count
  jobs    [{{id, state, reason}}]
  items   [{{job, posting, state, reason}}]
  files   [{{path, size, sha256_source, sha256, title, artist}}]
jobs, items and files are everything in the catalogue, that of earlier runs too.
"""


_HIGHEST_PORT = 65535
_DEMO_BANDWIDTH = 500_000.0  # bytes/s


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
    env: bool
    faults: Faults
    troubles: tuple[Fault, ...] = ()

    @property
    def plays(self) -> bool:
        return bool(self.say) or self.demo

    @property
    def notes(self) -> TextIO:
        """Where what is said beside the transcript goes: stdout may be for a program to read."""
        return sys.stderr if self.json or self.env else sys.stdout


def read(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; what is wrong with it ends the program with a word about it."""
    parser = _parser()
    given = parser.parse_args(arguments)
    plays = given.say or given.demo
    if given.json and not plays:
        parser.error("--json tells what --say or --demo did: give one of them too")
    if given.env and plays:
        parser.error("--env starts no bot, so nothing would answer --say or --demo")
    # On a line as fast as loopback everything is over before a board shows it under way.
    usual = _DEMO_BANDWIDTH if given.demo else None
    wire = Wire(rtt=given.rtt / 1000, bandwidth=given.bandwidth or usual)
    rules = [rule for fault in given.fault for rule in fault.rules]
    return Options(
        tuple(given.say), given.demo, given.serve, given.json, given.music, given.data, given.port,
        given.env, Faults(rules, wire), tuple(given.fault),
    )  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the list of options."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help tells more)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m sandbox",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--say", metavar="LINE", type=_line, action="append", default=[],
        help="say this as the owner and print what the bot answers, then wait for every download "
        "to come to rest and exit; may be repeated, and each line waits for the answer to the one "
        'before; "[Pause]" presses the newest button of that name')  # fmt: skip
    add("--demo", action="store_true",
        help="play a first conversation, over 500 kB/s; on a terminal stay open")  # fmt: skip
    add("--serve", action="store_true", help="stay open after --say or --demo, until Ctrl-C")
    add(
        "--json",
        action="store_true",
        help="print one JSON object for each message or edit, and one about all at the end",
    )
    add("--music", metavar="DIR", type=_folder, help="publish the audio below DIR in @library")
    add("--data", metavar="DIR", type=Path, help="keep database and music in DIR")
    add("--port", metavar="N", type=_port, default=0, help="port of the chat page (default: any)")
    add("--env", action="store_true",
        help="start no bot, print the settings by which another tad finds this Telegram, as "
        "lines for its .env, and stay open; its login code comes to the page's phone")  # fmt: skip
    add("--rtt", metavar="MS", type=_delay, default=0.0, help="delay of every reply")
    add("--bandwidth", metavar="BYTES_PER_S", type=_amount, help="of each connection to Telegram")
    add("--fault", metavar="NAME=VALUE", type=fault_of, action="append", default=[],
        help="let something go wrong, see below")  # fmt: skip
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _line(text: str) -> str:
    if not text.strip(" []\t\n"):
        raise argparse.ArgumentTypeError(f"{text!r} says nothing")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1-{_HIGHEST_PORT})")
    return int(text)


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
