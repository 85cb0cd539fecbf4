"""The `tad` command: loads everything else where Ctrl-C ends it without a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130
NOBODY_READS = 141


def main(argv: Sequence[str] | None = None) -> int:
    try:
        if argv is None:  # this process is ours
            from bot.crashes import redact  # noqa: PLC0415

            redact()
        from bot.commandline import obey  # noqa: PLC0415  # it may come during this as well

        code = obey(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # As in `tad jobs | head`: the rest is for nobody, and shall not be tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    return code


if __name__ == "__main__":
    sys.exit(main())
