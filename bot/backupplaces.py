"""Where backups lie, what they are made of and what seals them, out of the settings."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from storage.archive import PURPOSE
from storage.backups import Backups
from storage.keys import open_vault
from storage.segments import SegmentKey, key_id_of
from storage.store import DATABASE_NAME, KEY_NAME

_FOLDER = "backups"


def backups_of(settings: Settings, key: SegmentKey | None = None) -> Backups:
    folder = settings.backup_dir or settings.data_dir / _FOLDER
    return Backups(database_of(settings), folder.absolute(), key or key_of(settings))


def key_of(settings: Settings, backup: Path | None = None) -> SegmentKey:
    """Return what backups are sealed with, or what this one was, if that key is kept.

    Raises `KeyMissingError`: a new key would open no backup that there is.
    """
    key_id = sealed_with(backup) if backup else None
    return open_vault(key_file_of(settings), may_create=False).segment_key(PURPOSE, key_id)


def sealed_with(backup: Path) -> bytes | None:
    """Return the id of the key that sealed a backup; None where that cannot be told."""
    try:
        with backup.open("rb") as file:
            return key_id_of(file)
    except OSError:
        return None  # whoever reads it says why not


def database_of(settings: Settings) -> Path:
    return settings.data_dir.absolute() / DATABASE_NAME


def key_file_of(settings: Settings) -> Path:
    return (settings.key_file or settings.data_dir / KEY_NAME).absolute()
