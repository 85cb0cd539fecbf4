"""The proof in short, and that it can fail."""

from __future__ import annotations

from bench.watches.killed import told_of


def test_f23_with_updates_lost_and_a_kill_every_song_is_recorded_once() -> None:
    tale = told_of(seed=1, posts=30, kills=1)

    assert ([], [], []) == (tale.lost, tale.double, tale.wrong)
    assert (1, True) == (tale.kills, tale.posts >= 30)
    assert tale.told["lost"] > 0
