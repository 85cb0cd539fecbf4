from __future__ import annotations

from datetime import UTC

from downloader.clock import Clock


async def test_the_real_clock_is_in_utc_and_goes_forward() -> None:
    clock = Clock()
    before = clock.monotonic()
    await clock.sleep(0)

    assert UTC is clock.now().tzinfo
    assert clock.monotonic() >= before
