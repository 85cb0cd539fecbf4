"""A folder for what nobody needs to keep."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108  # a folder of our own is made in it


def scratch(prefix: str) -> Path:
    """Make it in memory where there is one: a kill loses nothing that was written."""
    parent = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
