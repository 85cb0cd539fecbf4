"""The process under strace: `python -m bench.power.child PLACE MARKS LIFE`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

import structlog

from bench.power.story import LIVES, Story


def main(place: Path, marks: Path, life: int) -> None:
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    descriptor = os.open(marks, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def mark(promise: str) -> None:
        os.write(descriptor, f"{promise}\n".encode())

    asyncio.run(LIVES[life](Story(place, mark)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
