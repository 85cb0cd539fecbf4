"""The sentences about backups, in the chat and on the console. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bot.complaints import complaint
from bot.texts import quoted, size, tracks
from storage.archive import Contents
from storage.backups import Backup, Kept
from storage.errors import BackupError, StorageError
from storage.snapshot import Holdings

MAKING = "I am making a backup, and read it back afterwards…"
STOPPED = "I was stopped before the backup was made. Please ask again."
BROKEN = "This went wrong; it is in the log on the server. Please ask again."
ON_ITS_WAY = "It is on its way."
IN_PRIVATE = "Of backups I speak in our private chat only: ask me there."
_PATH = 200
# What a person asks for first, and the tables that hold it.
_COUNTED = (
    ("jobs", "download"),
    ("watches", "watch"),
    ("playlists", "playlist"),
    ("favorites", "favorite"),
    ("accounts", "account"),
)
_MANY = {"watch": "watches"}


def made(backup: Backup, took: timedelta, key_file: Path) -> str:
    holds = backup.contents.holdings
    path, key = quoted(str(backup.path), _PATH), quoted(str(key_file), _PATH)
    return (
        f"✅ Backup made, and read back whole: {tracks(holds.files)}, {size(backup.size)}, "
        f"in {seconds(took)}.\n"
        f"It lies on the server as <code>{path}</code>.\n\n"
        f"🔑 It opens only with the key file, <code>{key}</code>, which is not in it: keep a copy "
        "of that elsewhere. The music is not in it either; the catalogue says how to get it again."
    )


def send(backup: Backup) -> str:
    return f"Send it here ({size(backup.size)})"


def too_large(largest: int) -> str:
    return f"It is larger than the {size(largest)} that I may send."


def not_made(error: StorageError) -> str:
    return f"❌ No backup was made. {_capital(quoted(complaint(error), 300))}."


def failed(error: StorageError) -> str:
    return (
        f"{not_made(error)}\n"
        "I try again every hour, and say no more until I have made one; /backup tries at once."
    )


def seconds(span: timedelta) -> str:
    return f"{max(0.1, span.total_seconds()):.1f} s"


def report(backup: Backup, key_file: Path) -> list[str]:
    """Say on the console what was made."""
    key = f"It opens only with the key file {key_file}, which is not in it:"
    return [
        f"{backup.path}",
        f"{size(backup.size)}, read back whole: {holding(backup.contents.holdings)}.",
        f"{key} keep a copy of that elsewhere.",
    ]


def listed(every: Sequence[tuple[Kept, Contents | BackupError]], folder: Path) -> list[str]:
    """Say which there are, and what each of them holds, or why it cannot be used."""
    if not every:
        return [f"There is no backup in {folder}: `tad backup` makes one."]
    width = max(len(str(kept.path)) for kept, _ in every)
    return [
        f"{kept.path!s:<{width}}  {size(kept.size):>8}  {_holds(kept, found)}"
        for kept, found in every
    ]


def _holds(kept: Kept, found: Contents | BackupError) -> str:
    if isinstance(found, BackupError):
        return complaint(found).removeprefix(f"{kept.path} ")
    return tracks(found.holdings.files)


def holding(holds: Holdings | None) -> str:
    """Say in one line what a database holds."""
    if holds is None:
        return "nothing"
    parts = [f"{tracks(holds.files)} ({size(holds.bytes)})"]
    return ", ".join([*parts, *_counts(holds.rows)])


def backup_of(contents: Contents) -> str:
    return f"The backup of {contents.made_at:%Y-%m-%d %H:%M} UTC, by version {contents.program}"


def _counts(rows: Mapping[str, int]) -> list[str]:
    found = [(rows.get(table, 0), word) for table, word in _COUNTED]
    return [
        f"{count:,} {word if count == 1 else _MANY.get(word, f'{word}s')}"
        for count, word in found
        if count
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
