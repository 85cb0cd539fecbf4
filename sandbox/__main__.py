"""`python -m sandbox`: Telegram on loopback with the real product inside."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib import import_module

from sandbox.options import read


def main(arguments: Sequence[str] | None = None) -> int:
    started = time.monotonic()
    options = read(arguments)
    print("Starting a Telegram on this machine …", file=options.notes, flush=True)
    # The servers bring heavy libraries along: not for --help, and not before the clock runs.
    command = import_module("sandbox.command")
    return int(command.put_on(options, started))


if __name__ == "__main__":
    sys.exit(main())
