from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from bot import duplicatetexts as texts
from storage.duplicates import Group, Spare, Version
from storage.sound import Flaw


def a_version(number: int = 1, chat: str | None = None) -> Version:
    return Version(number, "mp3", 320_000, 9_000_000, chat, PurePosixPath(f"<{number}>.mp3"))


def a_group(*versions: Version) -> Group:
    return Group("So <What>", "Miles", "x.mp3", timedelta(seconds=545), versions)


def test_a_recording_names_its_files_the_best_first() -> None:
    long = PurePosixPath("x" * 60, "End.mp3")
    group = a_group(a_version(), a_version(2, "Jazz & Co"), Version(3, "", None, 500, None, long))

    assert [
        "<b>2. Miles – So &lt;What&gt;</b> · 9:05",
        "   ✓ a. mp3, 320 kbit/s, 9.0 MB, imported",
        "       <code>&lt;1&gt;.mp3</code>",
        "   · b. mp3, 320 kbit/s, 9.0 MB, from Jazz &amp; Co",
        "       <code>&lt;2&gt;.mp3</code>",
        "   · c. ?, 500 B, imported",
        f"       <code>…{'x' * 21}/End.mp3</code>",
    ] == texts.group(2, group)


def test_what_is_wrong_with_a_file_is_told_beside_it() -> None:
    fake = replace(a_version(), flaws=frozenset({Flaw.UPSAMPLED}))

    assert texts.group(1, a_group(fake))[1].endswith("imported; it was made from a lower bitrate")


def test_of_many_files_only_some_are_named() -> None:
    told = texts.group(1, a_group(*map(a_version, range(1, 10))))

    assert 14 == len(told)
    assert "   … and 3 more" == told[-1]


def test_counts_agree_with_their_nouns() -> None:
    one, two = Spare(1, 1, 1, 9), Spare(2, 3, 1, 9)

    assert texts.ask_to_merge(one).startswith("Keep the best of 1 recording and move 1 file (1 B)")
    assert texts.ask_to_merge(two).startswith("Keep the best of 2 recordings and move 3 files")
