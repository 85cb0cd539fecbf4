from __future__ import annotations

from pathlib import Path, PurePosixPath

from bench.safety.backup import Found, backed_up, figures_of, torn
from storage.models import Track
from tests.bot.library import a_track


async def test_backups_under_load_are_whole_and_of_one_moment(tmp_path: Path) -> None:
    found = await backed_up(tmp_path, 2)

    assert [] == found.wrong
    assert 2 == len(found.tracks)
    assert found.writes


def test_one_bad_backup_misses_the_goal() -> None:
    bad, writes, _ = figures_of(Found(["half"], [1.0], [7], 5), 1)

    assert (True, False) == (bad.is_missed, writes.is_missed)


def test_half_a_transaction_is_seen() -> None:
    def group(digests: str) -> list[Track]:
        return [
            a_track(number, path=PurePosixPath(f"changing/1/{number}.mp3"), sha256=digest)
            for number, digest in enumerate(digests)
        ]

    assert [] == torn([*group("aaaaaaa"), a_track(9)])
    assert ["1"] == torn(group("aaaaaab"))
    assert ["1"] == torn(group("aaa"))
