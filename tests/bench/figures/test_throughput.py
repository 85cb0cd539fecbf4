from __future__ import annotations

import json

import pytest

from bench.__main__ import Outcome, main
from bench.figures import throughput


def test_a_job_is_timed_on_its_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throughput, "FILES_QUICK", 3)
    monkeypatch.setattr(throughput, "LINES", throughput.LINES[1:])
    code = main(["throughput", "--quick"])
    far = json.loads(capsys.readouterr().out)

    assert Outcome.MET == code
    assert ("throughput.far", "MB/s") == (far["figure"], far["unit"])
    assert 0 < far["value"] < 12
    assert (3, 80.0, 6.0) == tuple(
        far["detail"][name] for name in ("files", "rtt ms", "MB/s of a connection")
    )


def test_the_lines_are_without_limit_and_far() -> None:
    near, far = throughput.LINES

    assert (0.0, None) == (near.rtt, near.bandwidth)
    assert (0.080, 6_000_000) == (far.rtt, far.bandwidth)
