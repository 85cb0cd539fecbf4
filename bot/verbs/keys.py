"""`tad keys`: replaces the key that seals the secrets, lists the keys, and forgets old ones."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from bot import logs
from bot.backupplaces import database_of, key_file_of
from bot.settings import Settings, load
from bot.verbs.running import AlreadyRunningError, only_one
from bot.verbs.terminal import carry_out, confirmed, say
from storage import library_keys, seals
from storage.database import Database
from storage.errors import KeyMissingError, KeyWrongError
from storage.journal import Journal
from storage.keys import KeyFile, drop_old, known_keys, renew
from storage.record import Fact, What
from storage.vault import Vault

HELP = "replace the key that seals the secrets, and show the old ones"

_ID = re.compile(r"[0-9a-f]{16}")
_ALREADY_RUNNING = 75  # EX_TEMPFAIL of sysexits.h
_BEGIN_ANEW = (
    "Begin with a new key? Every account must log in again, and webhooks need new secrets. The "
    "library and all downloads stay. If there is a copy of the old key anywhere, put it back "
    "instead."
)
_PUT_BACK = "put the tad.key of that time back, for without it that music is lost."
_LOCKED = (
    "What is encrypted in the library opens only with the lost key. What comes from now on is "
    "encrypted with a new one."
)
_ENCRYPT_ANEW = (
    "The key that the library is encrypted with cannot be opened. Encrypt what comes with a new "
    "one? If there is a copy of the old tad.key anywhere, put it back instead."
)
_COPY = "Keep a copy of {path} elsewhere: backups from now on open with this key alone."
_UNPROVEN = (
    "! The journal before the key was lost cannot be checked any more, unless that key comes back."
)
_CHANGED = (
    "Buttons below older messages are out of date; links to playlists work until the old key is "
    "forgotten. Backups of before need the old key: keep it as long as them, and apart from them."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    actions.add_parser(
        "rotate",
        help="make a new key, and seal every secret with it",
        epilog="It may be stopped at any time, and goes on when it is started again.",
    )
    actions.add_parser("list", help="show the keys, and how many secrets each has sealed")
    forget = actions.add_parser("forget", help="delete an old key for good")
    forget.add_argument("id", type=_key_id, metavar="ID", help="as `tad keys list` shows it")
    lost = actions.add_parser("lost", help="begin anew where the key is lost")
    for action in (forget, lost):
        action.add_argument("--yes", action="store_true", help="do not ask first")


def _key_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no id of a key: `tad keys list` shows them")
    return text


def run(args: argparse.Namespace) -> int:
    settings = load()
    logs.for_terminal(settings.log_format, secrets=settings.secrets)
    if args.action == "list":
        return carry_out(_list(settings))
    try:
        with only_one(settings.data_dir):
            if args.action == "rotate":
                return carry_out(_rotate(settings))
            if args.action == "lost":
                return carry_out(_begin_anew(settings, is_sure=args.yes))
            return carry_out(_forget(settings, args.id, is_sure=args.yes))
    except AlreadyRunningError:
        sys.stderr.write("tad: the bot is running: stop it first, and start it again afterwards\n")
        return _ALREADY_RUNNING


async def _rotate(settings: Settings) -> int:
    """Replace the key; where secrets of an older one are left, only seal those with today's."""
    async with _opened(settings) as (database, vault):
        renewed = await seals.renew(database, vault)
        if renewed.count:
            say(f"Secrets of an older key were left. They have today's now: {vault.key_id.hex()}.")
            say("For a new key, run it once more.")
        else:
            new = renew(key_file_of(settings))
            say(f"There is a new key: {new.key_id.hex()}.")
            renewed = await seals.renew(database, new)
        await _entered(database, key_file_of(settings), What.KEYS_ROTATED)
    say(f"{_secrets(renewed.count)} sealed anew.")
    _tell(renewed.broken)
    say(_COPY.format(path=key_file_of(settings)))
    say(_CHANGED)
    return 0


async def _entered(
    database: Database, key_file: Path, what: What, about: Mapping[str, Fact] | None = None
) -> None:
    """Enter it in the journal, whose own key is sealed with that of today by now."""
    await Journal(database, await seals.opened(database, key_file)).add(what, about or {})


async def _list(settings: Settings) -> int:
    async with _opened(settings) as (database, vault):
        found = await seals.census(database, vault)
    for line in table(known_keys(key_file_of(settings)), found.counts):
        say(line)
    _tell(found.broken)
    return 0


async def _forget(settings: Settings, key_id: str, *, is_sure: bool) -> int:
    async with _opened(settings) as (database, vault):
        found = await seals.census(database, vault)
    keys = {one.id: one for one in known_keys(key_file_of(settings))}
    refusal = _refusal(keys.get(key_id), key_id, found.counts[key_id])
    if refusal:
        sys.stderr.write(f"tad: {refusal}\n")
        return 1
    question = f"Delete the key {key_id}? Backups of before it was replaced open nowhere then."
    if not (is_sure or confirmed(question)):
        say("Nothing was deleted.")
        return 0
    async with _opened(settings) as (database, _):  # before: there is no trace of it afterwards
        await _entered(database, key_file_of(settings), What.KEY_FORGOTTEN, {"key": key_id})
    drop_old(key_file_of(settings), key_id)
    say(f"The key {key_id} is deleted. Links to playlists that it has signed are out of date.")
    return 0


async def _begin_anew(settings: Settings, *, is_sure: bool) -> int:
    with suppress(KeyMissingError, KeyWrongError):
        async with _opened(settings) as (database, vault):
            return await _unlock(database, vault, is_sure=is_sure)
    if not (is_sure or confirmed(_BEGIN_ANEW)):
        say("Nothing was changed.")
        return 0
    begun = await seals.begin_anew(database_of(settings), key_file_of(settings))
    key_id = begun.vault.key_id.hex()
    async with _opened(settings) as (database, _):
        await _entered(database, key_file_of(settings), What.KEY_LOST, {"key": key_id})
    say(f"The key is {key_id} from now on. Log every account in again: tad login.")
    say("Webhooks, if you have any, need new secrets: “New secret” in /watches makes them.")
    if begun.is_library_locked:
        say(_LOCKED)
    return 0


async def _unlock(database: Database, vault: Vault, *, is_sure: bool) -> int:
    """Begin with a new key of the library where that alone cannot be opened."""
    async with database.read() as connection:
        is_locked = await library_keys.is_locked(connection, vault)
    if not is_locked:
        say("The key is not lost: nothing is to be done.")
    elif is_sure or confirmed(_ENCRYPT_ANEW):
        async with database.write() as connection:
            await library_keys.replace_lost(connection, vault)
        say(_LOCKED)
    else:
        say("Nothing was changed.")
    return 0


def _refusal(key: KeyFile | None, key_id: str, secrets: int) -> str:
    if key is None:
        return f"there is no key {key_id}: `tad keys list` shows them"
    if key.is_of_today:
        return f"{key_id} is the key of today: `tad keys rotate` replaces it"
    if secrets:
        return f"{_secrets(secrets)} still sealed with {key_id}: run `tad keys rotate` first"
    return ""


def table(keys: Sequence[KeyFile], counts: Mapping[str, int]) -> list[str]:
    lines = ["ID                STATE  SINCE             SEALS"]
    for key in keys:
        state = "today" if key.is_of_today else "old"
        count = counts.get(key.id, 0)
        lines.append(f"{key.id}  {state:<5}  {key.since:%Y-%m-%d %H:%M}  {count:>5}")
    return lines


def _opened(settings: Settings) -> AbstractAsyncContextManager[seals.Opened]:
    return seals.connected(database_of(settings), key_file_of(settings))


def _secrets(count: int) -> str:
    return "1 secret is" if count == 1 else f"{count} secrets are"


def _tell(broken: Sequence[str]) -> None:
    """Say what to do about secrets that cannot be opened."""
    for context in broken:
        kind, _, of = context.partition(" ")
        match kind:
            case "session":
                say(f"! The session of account {of} cannot be opened: run tad login.")
            case "library":
                say(f"! The key {of} of the encrypted library cannot be opened: {_PUT_BACK}")
            case "journal":
                say(_UNPROVEN)
            case _:
                url = of.partition(" ")[2]
                say(f"! The secret of a webhook cannot be opened: make one in /watches ({url}).")
