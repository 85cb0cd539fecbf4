"""Files on their way up, by the real rules (https://core.telegram.org/api/files#uploading-files)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from sandbox.faults import RpcFailure

MOST_PARTS = 4000
LARGEST_PART = 512 << 10
_GRAIN = 1 << 10
UNKNOWN = -1  # parts of a file whose end is not known yet


@dataclass(slots=True)
class Upload:
    """What has come of one file. Raises `RpcFailure` for what Telegram would refuse."""

    parts: dict[int, bytes] = field(default_factory=dict)
    part_size: int = 0  # of all but the last, once one of them has come

    def take(self, number: int, body: bytes, total: int = UNKNOWN) -> None:
        """Keep a part; one that comes again replaces the first."""
        if not body:
            _refuse("FILE_PART_EMPTY")
        if len(body) > LARGEST_PART:
            _refuse("FILE_PART_TOO_BIG")
        if total != UNKNOWN and not 0 < total <= MOST_PARTS:
            _refuse("FILE_PARTS_INVALID")
        if not 0 <= number < (MOST_PARTS if total == UNKNOWN else total):
            _refuse("FILE_PART_INVALID")
        if total != UNKNOWN and number < total - 1:
            self._check_size(len(body))
        self.parts[number] = body

    def whole(self, total: int) -> bytes:
        """Return the file, which must be complete."""
        if not 0 < total <= MOST_PARTS:
            _refuse("FILE_PARTS_INVALID")
        for number in range(total):
            if number not in self.parts:
                _refuse(f"FILE_PART_{number}_MISSING")
        for number in range(total - 1):
            self._check_size(len(self.parts[number]))
        if self.part_size and len(self.parts[total - 1]) > self.part_size:
            _refuse("FILE_PART_SIZE_CHANGED")
        return b"".join(self.parts[number] for number in range(total))

    def _check_size(self, size: int) -> None:
        if size % _GRAIN or LARGEST_PART % size:
            _refuse("FILE_PART_SIZE_INVALID")
        if self.part_size not in {0, size}:
            _refuse("FILE_PART_SIZE_CHANGED")
        self.part_size = size


def _refuse(message: str) -> NoReturn:
    raise RpcFailure(400, message)
