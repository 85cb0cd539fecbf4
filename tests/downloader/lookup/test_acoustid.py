from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from downloader.lookup.acoustid import is_of_wrong_key, question, recordings
from downloader.lookup.recording import Recording
from tests.downloader.lookup.databases import HEARD, RECORDING, WRONG_KEY


def test_it_is_asked_with_all_that_it_needs() -> None:
    asked = question("key", "AQAA", timedelta(seconds=544.6))

    assert asked.form is not None
    assert ("key", "AQAA", "545") == tuple(
        asked.form[name] for name in ("client", "fingerprint", "duration")
    )


def test_its_answer_is_understood() -> None:
    wanted = Recording(
        RECORDING, "So What", "Miles Davis", timedelta(seconds=545), sources=400, score=0.98
    )

    assert [wanted] == recordings(HEARD)


def test_several_artists_are_one_credit() -> None:
    artists = [{"name": "A", "joinphrase": " & "}, {"name": "B"}, {"name": "C"}]
    one = {"id": RECORDING, "title": "x", "artists": artists}

    assert ["A & B, C"] == [
        found.artist for found in recordings({"results": [{"score": 1, "recordings": [one]}]})
    ]


def test_what_makes_no_sense_is_left_out() -> None:
    strange: tuple[Any, ...] = (None, [1], [{}], [{"recordings": [{"id": "../x"}]}])

    assert [] == [found for results in strange for found in recordings({"results": results})]


def test_a_wrong_key_is_told_from_other_refusals() -> None:
    assert is_of_wrong_key(json.dumps(WRONG_KEY).encode())
    for body in (b"", b"{}", b'{"error": 4}', b'{"error": {"code": 3}}'):
        assert not is_of_wrong_key(body)
