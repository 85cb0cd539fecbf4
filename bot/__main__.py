"""The `tad` command: loads everything else where Ctrl-C ends it without a word."""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    try:
        from bot.commandline import obey  # noqa: PLC0415  # it may come during this as well

        return obey(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
