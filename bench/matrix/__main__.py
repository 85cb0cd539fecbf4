"""Plays runs again: `python -m bench.matrix F05 F20 17` plays a pair with seed 17."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.matrix.play import play
from bench.matrix.table import FAULTS


def main(arguments: list[str]) -> int:
    numbers = [one for one in arguments if one.startswith("F")]
    seeds = [int(one) for one in arguments if not one.startswith("F")]
    faults = [fault for fault in FAULTS if fault.number in numbers]
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        plays = [(faults, seed) for seed in seeds]
        for run in play(plays, Path(folder) / "run"):
            missed = missed or bool(run.wrong)
            print(" + ".join(run.faults), run.seed, f"{run.strikes} strikes, {run.seconds:.1f} s")
            for line in run.wrong:
                print("   ", line)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
