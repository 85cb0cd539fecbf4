from __future__ import annotations

from datetime import timedelta

from bot import duplicatetexts as texts
from storage.duplicates import Group, Spare, Version
from storage.models import RulingKind, RulingState
from storage.rulings import Ruling
from tests.bot.library import NOW


def a_version(number: int = 1, chat: str | None = None) -> Version:
    return Version(number, "mp3", 320_000, 9_000_000, chat)


def a_group(*versions: Version) -> Group:
    return Group("So <What>", "Miles", "x.mp3", timedelta(seconds=545), versions)


def test_a_recording_names_its_files_the_best_first() -> None:
    group = a_group(a_version(), a_version(2, "Jazz & Co"), Version(3, "", None, 500, None))

    assert [
        "<b>2. Miles – So &lt;What&gt;</b> · 9:05",
        "   ✓ mp3, 320 kbit/s, 9.0 MB, imported",
        "   · mp3, 320 kbit/s, 9.0 MB, from Jazz &amp; Co",
        "   · ?, 500 B, imported",
    ] == texts.group(2, group)


def test_of_many_files_only_some_are_named() -> None:
    told = texts.group(1, a_group(*map(a_version, range(1, 10))))

    assert 8 == len(told)
    assert "   … and 3 more" == told[-1]


def test_counts_agree_with_their_nouns() -> None:
    one, two = Spare(1, 1, 1, 9), Spare(2, 3, 1, 9)

    assert texts.ask_to_merge(one).startswith("Keep the best of 1 recording and move 1 file (1 B)")
    assert texts.ask_to_merge(two).startswith("Keep the best of 2 recordings and move 3 files")


def test_a_ruling_tells_what_was_said_and_when() -> None:
    merged = Ruling(1, RulingKind.MERGED, RulingState.STANDS, NOW, 2, 9_000_000, "So What", "Miles")
    apart = Ruling(1, RulingKind.APART, RulingState.STANDS, NOW, 2, 0, "So What", "Miles")
    every = Ruling(1, RulingKind.MERGED, RulingState.STANDS, NOW, 40, 9_000_000)
    now = NOW + timedelta(minutes=3)

    assert "1. Merged: “Miles – So What”, 2 files, 9.0 MB, 3 min ago" == texts.ruling(
        1, merged, now
    )
    assert "2. Kept apart: “Miles – So What”, 3 min ago" == texts.ruling(2, apart, now)
    assert "3. Merged: all there were, 40 files, 9.0 MB, 3 min ago" == texts.ruling(3, every, now)
