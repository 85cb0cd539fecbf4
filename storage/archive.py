"""The form of a backup: what it holds, then the database, all sealed; docs/backups.md has it all.

Blocking. Nothing is believed that was not sealed with our key, and nothing is used that was not
read to its end.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

from storage import snapshot
from storage.errors import (
    BackupBrokenError,
    BackupKeyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
    NewerBackupError,
    NotABackupError,
    SealBrokenError,
    disk_errors,
)
from storage.reading import regular_file
from storage.schema import steps
from storage.segments import SEGMENT, SegmentKey, SegmentReader, SegmentWriter, key_id_of
from storage.snapshot import GivenUpError, Holdings

PURPOSE = "backup"
_FORMAT = 1
_DATABASE = "tad.db"
_LENGTH = 4  # bytes that say how long the contents are
_MOST_CONTENTS = 1 << 20
_PIECE = 16 * SEGMENT
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. Its database is `size` bytes long and has this SHA-256 (hex)."""

    made_at: datetime
    program: str
    size: int
    sha256: str
    holdings: Holdings


def write(
    out: BinaryIO,
    key: SegmentKey,
    database: Path,
    made_at: datetime,
    program: str,
    given_up: Event,
) -> Contents:
    """Seal a database that nobody writes to; return what the backup says of it."""
    digest = hashlib.sha256()
    for piece in _pieces(database, given_up):
        digest.update(piece)
    size = database.stat().st_size
    holdings = snapshot.holdings(database)
    contents = Contents(made_at, program, size, digest.hexdigest(), holdings)
    writer = SegmentWriter(out, key)
    document = json.dumps(_document(contents), ensure_ascii=False).encode()
    writer.write(len(document).to_bytes(_LENGTH, "big") + document)
    packer = zlib.compressobj(_LEVEL)
    for piece in _pieces(database, given_up):
        writer.write(packer.compress(piece))
    writer.write(packer.flush())
    writer.finish()
    return contents


def contents_of(path: Path, key: SegmentKey) -> Contents:
    """Read what a backup says it holds. Raises `BackupError`."""
    with _opened(path, key) as reader:
        return _contents(path, reader)[0]


def unpack(path: Path, key: SegmentKey, target: Path, given_up: Event) -> Contents:
    """Write the database of a backup to a new file, once all of it was looked at.

    Raises `BackupError`, and then what was written is of no use. The file is not durable yet.
    """
    with _opened(path, key) as reader:
        contents, offset = _contents(path, reader)
        with disk_errors(target), target.open("xb") as out:
            _unpack(path, reader, offset, out, contents, given_up)
    _check(path, target, contents)
    return contents


def _unpack(
    path: Path,
    reader: SegmentReader,
    offset: int,
    out: BinaryIO,
    contents: Contents,
    given_up: Event,
) -> None:
    unpacker, digest, written = zlib.decompressobj(), hashlib.sha256(), 0
    while offset < reader.size:
        if given_up.is_set():
            raise GivenUpError
        with disk_errors(path):
            sealed = reader.read_at(offset, _PIECE)
        plain = unpacker.decompress(sealed)
        offset, written = offset + len(sealed), written + len(plain)
        digest.update(plain)
        out.write(plain)
    is_whole = unpacker.eof and not unpacker.unused_data
    if not is_whole or (written, digest.hexdigest()) != (contents.size, contents.sha256):
        raise BackupBrokenError(path)


def _check(path: Path, database: Path, contents: Contents) -> None:
    try:
        snapshot.check(database)
        if snapshot.holdings(database) != contents.holdings:
            raise BackupBrokenError(path)
    except DatabaseDamagedError as error:
        raise BackupBrokenError(path) from error


@contextmanager
def _opened(path: Path, key: SegmentKey) -> Iterator[SegmentReader]:
    with regular_file(path) as source:
        if source is None:
            raise DiskFailure(DiskTrouble.MISSING, path)
        with disk_errors(path):
            sealed_by = key_id_of(source)
        if sealed_by is None:
            raise NotABackupError(path)
        if sealed_by != key.id:
            raise BackupKeyError(path)
        # What is of the disk of the target, whoever opens that has translated already.
        try:
            with disk_errors(path):
                yield SegmentReader(source, key)
        except (SealBrokenError, zlib.error) as error:
            raise BackupBrokenError(path) from error


def _contents(path: Path, reader: SegmentReader) -> tuple[Contents, int]:
    """Return them, and where the database begins."""
    length = int.from_bytes(reader.read_at(0, _LENGTH), "big")
    if not 0 < length <= _MOST_CONTENTS:
        raise BackupBrokenError(path)
    try:
        said = json.loads(reader.read_at(_LENGTH, length))
        form = said["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise BackupBrokenError(path) from error
    if form != _FORMAT:
        raise NewerBackupError(path, str(form))
    try:
        contents = _read(said)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupBrokenError(path) from error
    if contents.holdings.schema not in steps():
        raise NewerBackupError(path, contents.program)
    return contents, _LENGTH + length


def _document(contents: Contents) -> dict[str, Any]:
    holds = contents.holdings
    return {
        "format": _FORMAT,
        "program": contents.program,
        "made_at": contents.made_at.astimezone(UTC).isoformat(),
        "schema": holds.schema,
        "files": holds.files,
        "bytes": holds.bytes,
        "rows": dict(holds.rows),
        "members": {_DATABASE: {"size": contents.size, "sha256": contents.sha256}},
    }


def _read(said: Mapping[str, Any]) -> Contents:
    ((name, member),) = said["members"].items()
    if name != _DATABASE:
        raise ValueError(name)
    rows = {str(table): int(count) for table, count in said["rows"].items()}
    holdings = Holdings(str(said["schema"]), rows, int(said["files"]), int(said["bytes"]))
    made_at = datetime.fromisoformat(said["made_at"])
    size, digest = int(member["size"]), str(member["sha256"])
    return Contents(made_at, str(said["program"]), size, digest, holdings)


def _pieces(path: Path, given_up: Event) -> Iterator[bytes]:
    with disk_errors(path), path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        while piece := file.read(_PIECE):
            if given_up.is_set():
                raise GivenUpError
            yield piece
