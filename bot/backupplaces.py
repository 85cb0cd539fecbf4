"""Where backups lie, what they are made of and what seals them, out of the settings."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from storage.archive import PURPOSE
from storage.backups import Backups
from storage.segments import SegmentKey
from storage.store import DATABASE_NAME, KEY_NAME
from storage.vault import open_vault

_FOLDER = "backups"


def backups_of(settings: Settings, key: SegmentKey | None = None) -> Backups:
    folder = settings.backup_dir or settings.data_dir / _FOLDER
    return Backups(database_of(settings), folder.absolute(), key or key_of(settings))


def key_of(settings: Settings) -> SegmentKey:
    """Raise `KeyMissingError`: a new key would open no backup that there is."""
    return open_vault(key_file_of(settings), may_create=False).segment_key(PURPOSE)


def database_of(settings: Settings) -> Path:
    return settings.data_dir.absolute() / DATABASE_NAME


def key_file_of(settings: Settings) -> Path:
    return (settings.key_file or settings.data_dir / KEY_NAME).absolute()
