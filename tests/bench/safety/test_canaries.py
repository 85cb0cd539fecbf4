from __future__ import annotations

from base64 import b64encode

import pytest

from bench.figures import safety
from bench.safety.canaries import figures_of, hits, is_forged, is_in
from bench.safety.planting import FORGED, Kind, Walk

KEY = "0123456789abcdef" * 4


def test_no_canary_is_found_wherever_a_secret_was_near() -> None:
    figures = {figure.figure: figure for figure in safety.measure_case("canaries", quick=True)}

    assert [] == [figure.line() for figure in figures.values() if figure.is_missed]
    assert {"planted", "canaries", "hidden", "forged"} == {
        name.removeprefix("safety.") for name in figures
    }
    assert len(Kind) == figures["safety.planted"].value


@pytest.mark.parametrize(
    "text",
    [KEY.encode(), bytes.fromhex(KEY), b64encode(bytes.fromhex(KEY)), b64encode(KEY.encode())],
)
def test_a_canary_is_found_in_every_form(text: bytes) -> None:
    walk = Walk(surfaces={"log": b"\0 " + text + b" \xff", "other": b""})
    walk.plant(Kind.KEY, KEY)

    assert ["key file in log"] == [str(hit) for hit in hits(walk)]
    assert ["safety.planted", "safety.canaries", "safety.hidden"] == [
        figure.figure for figure in figures_of(walk, "console") if figure.is_missed
    ]


def test_a_short_canary_is_found_only_where_it_stands_alone() -> None:
    assert is_in(b"code 24731.", "24731")
    assert not is_in(b"at 12.24731 of 1247310", "24731")


def test_a_line_is_forged_that_a_stranger_has_begun() -> None:
    assert is_forged(f"one\n{FORGED}".encode())
    assert not is_forged(f"one \\n{FORGED}\n  | {FORGED}".encode())
