from __future__ import annotations

from datetime import timedelta

from bot import trashtexts as texts
from storage.models import Chat, ChatKind
from storage.removals import Removal
from storage.ruling import RulingKind, RulingState
from storage.rulings import Ruling
from tests.bot.library import NOW

JAZZ = Chat(-1001, "<Jazz>", "jazz", ChatKind.CHANNEL)


def test_a_ruling_tells_what_was_said_and_when() -> None:
    merged = Ruling(1, RulingKind.MERGED, RulingState.STANDS, NOW, 2, 9_000_000, "So What", "Miles")
    apart = Ruling(1, RulingKind.APART, RulingState.STANDS, NOW, 2, 0, "So What", "Miles")
    every = Ruling(1, RulingKind.MERGED, RulingState.STANDS, NOW, 40, 9_000_000)
    stands = (RulingState.STANDS, NOW, 37, 9_000_000)
    kept = Ruling(1, RulingKind.REMOVED, *stands, chat_id=JAZZ.id, chat="<Jazz>")
    now = NOW + timedelta(minutes=3)

    assert "1. Merged: “Miles – So What”, 2 files, 9.0 MB, 3 min ago" == texts.ruling(
        1, merged, now
    )
    assert "2. Kept apart: “Miles – So What”, 3 min ago" == texts.ruling(2, apart, now)
    assert "3. Merged: all there were, 40 files, 9.0 MB, 3 min ago" == texts.ruling(3, every, now)
    assert "4. Removed: more than is kept of &lt;Jazz&gt;, 37 files, 9.0 MB, 3 min ago" == (
        texts.ruling(4, kept, now)
    )


def test_why_a_track_is_gone_is_told() -> None:
    now = NOW + timedelta(minutes=3)
    by_person, by_retention = Removal(1, NOW), Removal(1, NOW, JAZZ.id)

    assert texts.why(by_person, None, now).startswith("🗑 It was removed 3 min ago. The /trash")
    assert "3 min ago: it was more than is kept of &lt;Jazz&gt; (/retention). The /trash" in (
        texts.why(by_retention, JAZZ, now)
    )
