from __future__ import annotations

from downloader.manners import MANNERS, Manners, Temper

GENTLE, NORMAL, EAGER = (MANNERS[temper] for temper in Temper)
MB = 1_000_000
# What one connection brings at its best: https://core.telegram.org is silent, people report this.
LANE = 6 * MB


def test_there_is_a_preset_for_each_temper() -> None:
    assert set(Temper) == MANNERS.keys()


def test_each_temper_asks_more_of_telegram_than_the_one_before() -> None:
    def haste(manners: Manners) -> tuple[float, ...]:
        limits = manners.limits
        return limits.lanes, limits.lanes * limits.most, manners.files.most, manners.messages.most

    pairs = [*zip(haste(GENTLE), haste(NORMAL), strict=True)]
    pairs += zip(haste(NORMAL), haste(EAGER), strict=True)

    assert all(less < more for less, more in pairs)


def test_the_usual_preset_holds_no_healthy_line_back() -> None:
    """Eight connections of 6 MB/s in the smallest requests, those of 128 KiB."""
    assert NORMAL.files.most >= NORMAL.limits.lanes * LANE / (128 << 10)
    assert 8 == NORMAL.limits.lanes


def test_a_burst_holds_the_look_ups_of_every_worker_after_a_restart() -> None:
    for manners in (NORMAL, EAGER):
        assert manners.messages.most * manners.messages.burst >= 30


def test_the_gentle_preset_leaves_the_number_of_documents_to_telegram() -> None:
    assert GENTLE.documents is None
    assert 32 == NORMAL.documents == EAGER.documents
