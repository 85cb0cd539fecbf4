"""Says in one line why the program cannot start, and what to do. Pure; imports nothing heavy."""

from __future__ import annotations

import re

from storage.errors import (
    BackupError,
    BackupKeyError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
    InUseError,
    KeyMissingError,
    KeyWrongError,
    LibraryLockedError,
    NameTaken,
    NewerBackupError,
    NewerSchemaError,
    NotABackupError,
    StorageError,
)

_DISK = {
    DiskTrouble.FULL: "the disk is full: make room",
    DiskTrouble.DENIED: "permission denied: give the user that runs this the right to write there",
    DiskTrouble.READ_ONLY: "the file system is read-only: mount it writable",
    DiskTrouble.MISSING: "there is no such folder: correct DATA_DIR or MUSIC_DIR, or mount it",
    DiskTrouble.BROKEN: "the disk does not answer as it should: look at the system's log",
    DiskTrouble.LOCKED: "it is encrypted with a key that is not here: put that tad.key back",
    DiskTrouble.CROWDED: "too many open files: raise the limit (ulimit -n)",
}

_TEMPLATE = "write it like {artist}/{album}/[{track:02} ]{title}; the README names the fields"
_MEANING = {
    "bot_token": "it is the token that @BotFather gave you, like 123456:ABC-DEF",
    "bot_api_url": "write an address like https://api.telegram.org",
    "bot_api_local": "write true or false",
    "owner_id": "it is your own Telegram user id; @userinfobot tells it",
    "telegram_api_id": "it is the number from https://my.telegram.org, API development tools",
    "telegram_api_hash": "it is on https://my.telegram.org, API development tools",
    "telegram_dc": "write data centre@host:port, like 2@127.0.0.1:4430",
    "backups": "write it like daily 03:00, keep 7 or every 12h, keep 7, or off",
    "storage_chat": "it is the id of a chat, like -1001234567890; STORAGE_CHAT in the README",
    "workers": "write a number from 1 to 32",
    "disk_reserve_mb": "write a number of megabytes, 0 or more",
    "trash_days": "write a number of days, or 0 for never",
    "pace": "write gentle, normal or eager",
    "bandwidth_limit": "write a speed like 5MB/s or 500kB/s, 10kB/s or more",
    "fetch_between": "write two times of the day, like 02:00-06:00",
    "time_zone": "write a name like Europe/Berlin",
    "check_bytes": "write all, risky or off",
    "write_tags": "write true or false",
    "fingerprints": "write true or false",
    "replaygain": "write true or false",
    "check_sound": "write true or false",
    "upgrades": "write keep or replace",
    "lookups": "write off, missing or all",
    "lookup_contact": "write an address of mail, or of a page that begins with https://",
    "acoustid_key": "it is the API key of an application from https://acoustid.org",
    "name_rules_off": "write names of rules with commas in between",
    "library_template": _TEMPLATE,
    "singles_template": _TEMPLATE,
    "compilation_template": _TEMPLATE,
    "log_format": "write console or json",
    "log_level": "write debug, info, warning or error",
}
# By the beginning of what the library calls the kind of error.
_PROBLEMS = {
    "int_parsing_size": "is too large",
    "int_": "is not a number",
    "greater_than": "is too small",
    "less_than": "is too large",
    "bool_": "is neither true nor false",
    "url_scheme": "does not begin with http:// or https://",
    "url_": "is not an address",
}
# A secret in the wrong line is longer, or holds a colon or a slash.
_SHOWABLE = re.compile(r"[@+\w. -]{1,20}")


def setting_complaint(name: str, kind: str, words: str, value: object = "") -> str:
    """Say what is wrong with a setting; `kind` and `words` are those of the library.

    The value is repeated only where it cannot be a secret that got into the wrong line.
    """
    if not name:
        return words.removeprefix("Value error, ")
    hint = f" ({_MEANING[name]})" if name in _MEANING else ""
    if kind == "missing":
        return f"{name.upper()} is missing{hint}: set it in the environment or in .env"
    if kind == "value_error":
        return f"{name.upper()}: {words.removeprefix('Value error, ')}{hint}"
    shown = f"'{value}'" if _SHOWABLE.fullmatch(str(value)) else "this"
    problems = (problem for start, problem in _PROBLEMS.items() if kind.startswith(start))
    return f"{name.upper()}: {shown} {next(problems, 'cannot be used')}{hint}"


def complaint(error: StorageError) -> str:
    match error:
        case DiskFailure(kind=kind, path=path):
            line = f"{path}: {_DISK[kind]}"
        case NewerSchemaError(version=version):
            line = (
                f"The database was written by a newer version of this program ({version}): "
                "start that version, or restore an older backup"
            )
        case BackupError():
            line = _of_backup(error)
        case NameTaken(path=path):
            line = f"{path} is there already: choose another name"
        case DatabaseDamagedError(path=path, detail=detail):
            line = f"{path} is damaged ({detail}): restore it from a backup"
        case DatabaseBusyError(path=path) | InUseError(path=path):
            line = f"{path} is held by another program: stop that one first"
        case KeyMissingError(key_file=path):
            line = f"{path} is missing: put the key back, or run: tad keys lost"
        case KeyWrongError(key_file=path):
            line = f"{path} holds another key: put the right one back, or run: tad keys lost"
        case LibraryLockedError():
            line = (
                "The key that the library is encrypted with cannot be opened: put the tad.key of "
                "that time back, or run: tad keys lost"
            )
        case _:
            line = str(error)
    return line


def _of_backup(error: BackupError) -> str:
    match error:
        case NotABackupError(path=path):
            return f"{path} is no backup of this program: choose another file"
        case BackupKeyError(path=path):
            return (
                f"{path} was sealed with another key: put the key file of that time in the place "
                "of this one (KEY_FILE), for without it the backup opens for nobody"
            )
        case NewerBackupError(path=path, version=version):
            return (
                f"{path} was made by a newer version of this program ({version}): "
                "restore it with that one"
            )
        case _:
            return f"{error.path} is damaged: it was changed or cut; take another backup"
