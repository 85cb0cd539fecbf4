"""A board with many jobs: what is shown of them, and which have buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.board import ROOM, face, visible
from bot.callbacks import Action, Press
from bot.jobview import JobView
from storage.models import ItemState, JobState, Reason
from tests.bot.views import NOW, actions, ended, item, job, running


def test_what_stands_below_is_kept_on_a_crowded_board() -> None:
    done = [ended(saved=1, number=number) for number in range(1, 100)]
    shown = face(done, NOW, ["👤 Olga: free", "👤 Boris: free"])

    assert visible(shown.text) <= ROOM
    assert shown.text.endswith("more\n\n👤 Olga: free\n👤 Boris: free")


def test_beside_others_what_is_over_takes_one_line() -> None:
    over = [replace(ended(saved=3), job=job(number)) for number in (1, 2)]
    over = [replace(view, job=replace(view.job, state=JobState.DONE)) for view in over]
    shown = face([*over, replace(running(), job=job(3))], NOW).text

    assert shown.startswith(
        "✅ <b>Jazz Classics</b> · 1: 3 downloaded\n✅ <b>Jazz Classics</b> · 2: 3 downloaded\n\n⬇️"
    )


def test_who_has_no_buttons_any_more_is_told_what_to_write() -> None:
    views = [replace(running(), job=job(number)) for number in range(1, 7)]

    assert "write /pause, /cancel or /retry with their number" in face(views, NOW).text
    assert "write /pause" not in face(views[:5], NOW).text


def test_several_jobs_carry_their_numbers_on_text_and_buttons() -> None:
    views = [ended(saved=1, number=1), running(number=2), running(number=3)]
    shown = face(views, NOW)

    assert "<b>Jazz Classics</b> · 2" in shown.text
    labels = [[button.label for button in row] for row in shown.rows]
    assert [["⏸ Pause 2", "✖️ Cancel 2"], ["⏸ Pause 3", "✖️ Cancel 3"]] == labels


def test_the_oldest_jobs_that_are_not_over_have_buttons() -> None:
    rows = actions(*[running(number=number) for number in range(1, 9)])

    assert [1, 2, 3, 4, 5] == [row[0][1] for row in rows]


def test_of_jobs_that_are_over_the_newest_have_buttons_after_those_that_are_not() -> None:
    failed = [ended(JobState.FAILED, number=n, reason=Reason.CHAT_PRIVATE) for n in range(1, 9)]
    views = [running(number=0), *failed]

    assert [0, 5, 6, 7, 8] == [row[0][1] for row in actions(*views)]


@pytest.mark.parametrize("newer", [50, 1000])
def test_a_job_at_work_is_shown_with_its_buttons_however_many_came_after_it(newer: int) -> None:
    waiting = [JobView(job(n, JobState.QUEUED)) for n in range(2, newer)]
    over = [ended(saved=1, number=number) for number in range(newer, 2 * newer)]

    for later in (waiting, over, [*waiting, *over]):
        shown = face([running(number=1), *later], NOW)
        assert shown.text.startswith("⬇️ <b>Jazz Classics</b> · 1\n")
        assert shown.rows[0][0].press == Press(Action.PAUSE, 1)


def test_a_job_that_is_not_shown_has_no_buttons() -> None:
    kinds = list(Reason)[:4] * 3
    failed = tuple(item(n, ItemState.FAILED, kind, title="x" * 40) for n, kind in enumerate(kinds))
    shown = face([running(number=number, troubles=failed) for number in range(1, 9)], NOW)

    assert 2 <= len(shown.rows) <= 4
    for row in shown.rows:
        assert f"· {row[0].press.number}\n" in shown.text


def test_a_crowded_board_drops_what_is_over_first_and_counts_it() -> None:
    done = [ended(saved=1, number=number) for number in range(1, 100)]
    shown = face([*done, running(number=100)], NOW)

    assert visible(shown.text) <= ROOM
    assert "<b>Jazz Classics</b> · 100" in shown.text
    assert shown.text.endswith("more")
