"""Finds the verb of a `tad` command line and hands over. Imports only the one that is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import NoReturn, Protocol, cast

from bot.complaints import complaint
from bot.errors import WrongSettingError
from bot.version import own_version
from downloader.clock import Clock
from storage.actor import acting
from storage.errors import StorageError
from storage.record import By

# The same words as `HELP` in each module, so that `tad --help` need not import them.
VERBS = {
    "run": "start the bot and the downloads",
    "login": "log a Telegram account in",
    "claim": "make a code by which somebody becomes the owner of the bot",
    "accounts": "list the Telegram accounts, or remove one",
    "doctor": "check settings, disk, clock, database, backups and Telegram",
    "keys": "replace the key that seals the secrets, and show the old ones",
    "audit": "show who did what, and prove that nobody has altered that",
    "jobs": "show the downloads and their files",
    "library": "move files to their places, clean up, encrypt, fill a phone",
    "backup": "save the catalogue, sealed, or list what is saved",
    "restore": "put the catalogue of a backup in the place of this one",
    "verify": "compare the files of the library with the catalogue",
    "import": "enter a folder of music that you have already in the catalogue",
}
_OPTIONS = ("-h", "--help", "--version")
WRONG_SETTING = 2
NO_VERB = 2
BROKEN = 1


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the list of options."""

    def error(self, message: str) -> NoReturn:
        self.exit(NO_VERB, f"{self.prog}: {message} (`{self.prog} --help` tells more)\n")


class Verb(Protocol):
    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def obey(words: Sequence[str]) -> int:
    try:
        return _obey(words)
    except WrongSettingError as error:
        return _say(error.lines, WRONG_SETTING)
    except StorageError as error:
        return _say([complaint(error)], BROKEN)


def _obey(words: Sequence[str]) -> int:
    chosen = next((word for word in words if word in VERBS), None)
    verb = cast("Verb", import_module(module_of(chosen))) if chosen else None
    parser = _parser(chosen, verb)
    if not words:
        parser.print_help(sys.stderr)
        return NO_VERB
    if verb is None and words[0] not in _OPTIONS:
        parser.error(_unknown(words[0]))
    args = parser.parse_args(words)
    assert verb is not None
    with acting(By.CONSOLE, Clock().on_the_wall):
        return verb.run(args)


def module_of(verb: str) -> str:
    """Return the name of its module; one of the verbs is a word that Python keeps for itself."""
    return f"bot.verbs.{'importing' if verb == 'import' else verb}"


def _parser(chosen: str | None, verb: Verb | None) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tad",
        description="Downloads audio from Telegram channels and groups into a music library.",
    )
    parser.add_argument("--version", action="version", version=f"tad {own_version()}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, line in VERBS.items():
        one = verbs.add_parser(name, help=line, description=line)
        if verb is not None and name == chosen:
            verb.arguments(one)
    return parser


def _unknown(word: str) -> str:
    meant = get_close_matches(word, VERBS, 1)
    return f"there is no command '{word}'" + (f": did you mean {meant[0]}?" if meant else "")


def _say(lines: Sequence[str], code: int) -> int:
    for line in lines:
        print(f"tad: {line}", file=sys.stderr)  # noqa: T201  # this is a command line
    return code
