from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from bench.safety.library import Found, damage, figures_of


def test_every_file_is_damaged_and_in_which_way_is_known(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02}.mp3" for number in range(10)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 1000)
    before = {path: path.read_bytes() for path in paths}
    ways = damage(paths, Random(1))

    assert Counter(flipped=2, cut=2, deleted=2, swapped=4) == Counter(ways.values())
    assert set(paths) == ways.keys()
    assert not [path for path in paths if path.exists() and path.read_bytes() == before[path]]


def test_one_file_that_is_overlooked_or_not_healed_misses_the_goal() -> None:
    found = Found(Counter(cut=1), ["a"], [], ["b"], {})
    figures = {figure.figure: figure for figure in figures_of(found)}

    assert figures["safety.library.overlooked"].is_missed
    assert not figures["safety.library.needless"].is_missed
    assert figures["safety.library.sick"].is_missed
