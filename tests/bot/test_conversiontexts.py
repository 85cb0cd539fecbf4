from __future__ import annotations

import pytest

from bot import conversiontexts, converting
from storage.formats import MP3
from tests.bot.library import a_track


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("mp3", "⏳ Converting “Trio – Tune 1” to MP3, 192 kbit/s…"),
        ("opus 64k 1:20-2:40", "⏳ Converting “Trio – Tune 1” to Opus, 64 kbit/s, 1:20–2:40…"),
        ("voice", "⏳ Converting “Trio – Tune 1” to a voice note…"),
        ("-2:40", "⏳ Cutting 0:00–2:40 out of “Trio – Tune 1”…"),
        ("1:20-", "⏳ Cutting what follows 1:20 out of “Trio – Tune 1”…"),
    ],
)
def test_what_is_being_made_is_said_in_a_line(said: str, told: str) -> None:
    track = a_track()
    conversion = converting.read(said).made_of(MP3, track.duration)

    assert told == conversiontexts.working(track, conversion)


def test_who_waits_is_told_how_many_are_before_that() -> None:
    track = a_track(title="<Tune>")
    conversion = converting.read("opus 64k")

    assert (
        "⏳ “Trio – &lt;Tune&gt;” (Opus, 64 kbit/s) waits: one is before it."
        == conversiontexts.waiting(track, conversion, 1)
    )
    assert conversiontexts.waiting(track, conversion, 3).endswith("waits: 3 are before it.")
