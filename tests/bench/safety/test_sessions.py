from __future__ import annotations

from bench.figures import safety


def test_every_flip_is_found_out_and_no_other_account_stopped() -> None:
    flips, wrong, swapped = safety.measure_case("sessions", quick=True)

    assert ("safety.flips", 40) == (flips.figure, flips.value)
    assert ("safety.sessions", 0) == (wrong.figure, wrong.value), wrong.detail
    assert ("safety.swapped", 2) == (swapped.figure, swapped.value)
