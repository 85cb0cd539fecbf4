"""The command: `python -m bench NAME[.CASE]... [--quick]`, `--list`, `--soak`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial

from bench import registry
from bench.figure import CannotMeasureError, Measurement


class Outcome(IntEnum):
    """The exit code, from best to worst."""

    MET = 0
    MISSED = 1
    COULD_NOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list:
        for name in registry.names():
            print(f"{name:12} {registry.summary(name)}")
            for case in registry.cases(name):
                print(f"  {case}")
        return Outcome.MET
    names = registry.soaks() if options.soak else options.names
    if unknown := set(names) - set(registry.known()):
        parser.error(f"no figure {', '.join(sorted(unknown))}; --list tells which there are")
    if not names and not options.soak:
        parser.error("which figure? --list tells which there are")
    return max(
        (run_one(name, partial(registry.load, name), quick=options.quick) for name in names),
        default=Outcome.MET,
    )


def run_one(name: str, load: Callable[[], Measurement], *, quick: bool) -> Outcome:
    """Print each figure of one measurement as it comes, and what went wrong on stderr."""
    outcome = Outcome.MET
    try:
        for figure in load().measure(quick=quick):
            print(figure.line(), flush=True)
            if figure.is_missed:
                outcome = Outcome.MISSED
    except CannotMeasureError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return Outcome.COULD_NOT_RUN
    except Exception:  # noqa: BLE001  # exit code 1 is for a missed goal, and the next one may run
        traceback.print_exc()
        return Outcome.COULD_NOT_RUN
    return outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure, and print one JSON object for each figure.",
        epilog="Exit code: 0 all goals met, 1 one missed, 2 something could not run.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME[.CASE]", help="what to measure")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, for a first look")
    parser.add_argument("--list", action="store_true", help="tell what can be measured")
    parser.add_argument("--soak", action="store_true", help="run the long proofs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
