from __future__ import annotations

import pytest

from bench.figure import CannotMeasureError
from bench.transfer import telling
from bench.transfer.arena import Run
from bench.transfer.model import MB

SERVER = {
    "cpu": 0.5, "sent": 12 * MB, "requests": 10, "opened": 0, "refused": 1,
    "connections": 3, "most in flight": 4, "crashes": [],
}  # fmt: skip


def came(seconds: float) -> Run:
    client = {
        "seconds": seconds, "cpu": 0.02, "finishes": [1.0, 1.5], "idle": 100.0, "peak": 109.0,
        "part KiB": 256, "window": "4",
    }  # fmt: skip
    return Run(10 * MB, client, SERVER)


def lost(error: str) -> Run:
    return Run(10 * MB, {}, SERVER, error)


def test_a_run_says_what_it_cost() -> None:
    run = came(2.0)

    assert (5 * MB, 1.5, 9.0) == (run.rate, run.spread, run.growth)
    assert pytest.approx(2.0) == run.cpu_per_gb
    assert run.twice == 2 * MB


def test_a_run_that_failed_has_no_speed() -> None:
    assert (0.0, 0.0) == (lost("gone").rate, lost("gone").growth)


def test_the_median_passes_over_what_failed() -> None:
    runs = {"ours": [came(1.0), lost("gone"), came(2.0), came(4.0)]}

    assert 5 * MB == telling.rate(runs, "ours")


def test_a_client_that_never_came_home_cannot_be_measured() -> None:
    with pytest.raises(CannotMeasureError, match="ours: gone"):
        telling.rate({"ours": [lost("gone")]}, "ours")


def test_each_client_is_told_with_its_window_and_its_connections() -> None:
    told = telling.told({"ours": [came(2.0), came(4.0)], "peer": [lost("gone"), lost("refused")]})

    assert told == {
        "ours": {
            "MB/s": 3.75, "runs": 2, "MB": 10.0, "CPU s/GB": 2.0, "part KiB": 256, "window": "4",
            "connections": 3, "refused": 2, "most in flight": 4, "requests": 10,
            "server CPU s": 0.5,
        },
        "peer": {"failed": 2, "error": "refused", "refused": 2},
    }  # fmt: skip
