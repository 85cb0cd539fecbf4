from __future__ import annotations

from bench.figures import throughput


def test_a_job_is_timed_on_its_line() -> None:
    [far] = throughput.over(throughput.LINES[1:], 3)

    assert ("throughput.far", "MB/s") == (far.figure, far.unit)
    assert 0 < far.value < 12
    assert (3, 80.0, 6.0) == tuple(
        far.detail[name] for name in ("files", "rtt ms", "MB/s of a connection")
    )


def test_the_lines_are_without_limit_and_far() -> None:
    near, far = throughput.LINES

    assert (0.0, None) == (near.rtt, near.bandwidth)
    assert (0.080, 6_000_000) == (far.rtt, far.bandwidth)
