from __future__ import annotations

from bot.jobview import Moving
from bot.progress import Progress
from downloader.events import BytesArrived, ItemMoved, JobMoved, Slowed, Stalled
from storage.models import ItemState, JobState, Reason, Tally
from tests.bot.views import item, job

ONE_ACTIVE = Tally({ItemState.FETCHING: 1})


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_track_moves_from_its_first_byte_until_it_is_saved() -> None:
    progress = Progress(Seconds())
    progress.note(ItemMoved(job(), item(1)))

    assert (Moving(item(1), 0, 1000),) == progress.view(job(), ONE_ACTIVE).moving

    progress.note(BytesArrived(job(), item(1), 400, 1000))

    assert (Moving(item(1), 400, 1000),) == progress.view(job(), ONE_ACTIVE).moving

    progress.note(ItemMoved(job(), item(1, ItemState.SAVED)))

    assert () == progress.view(job(), Tally({ItemState.SAVED: 1})).moving


def test_no_more_tracks_move_than_storage_counts() -> None:
    progress = Progress(Seconds())
    for number in (1, 2, 3):
        progress.note(ItemMoved(job(), item(number)))

    assert 1 == len(progress.view(job(), ONE_ACTIVE).moving)


def test_f61_a_track_that_comes_for_another_job_moves_here_too() -> None:
    progress = Progress(Seconds())
    waiting = item(1, ItemState.QUEUED)
    progress.note(BytesArrived(job(), waiting, 400, 1000))

    assert (Moving(waiting, 400, 1000),) == progress.view(
        job(), Tally({ItemState.QUEUED: 1})
    ).moving

    progress.note(ItemMoved(job(), item(1, ItemState.LINKED)))

    assert () == progress.view(job(), Tally({ItemState.LINKED: 1})).moving


def test_speed_is_what_arrived_in_the_last_seconds() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(ItemMoved(job(), item(1, size=100_000)))
    for done in range(10_000, 60_000, 10_000):
        seconds.now += 1
        progress.note(BytesArrived(job(), item(1), done, 100_000))

    assert 10_000 == progress.view(job(), ONE_ACTIVE).speed

    seconds.now += 30

    assert 0 == progress.view(job(), ONE_ACTIVE).speed


def test_speed_is_not_guessed_in_the_first_second() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 500, 1000))
    seconds.now += 0.5

    assert 0 == progress.view(job(), ONE_ACTIVE).speed


def test_arrivals_close_together_are_counted_together() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 500, 1000))
    seconds.now += 0.05
    progress.note(BytesArrived(job(), item(1), 1000, 1000))
    seconds.now += 1.95

    assert 500 == progress.view(job(), ONE_ACTIVE).speed


def test_what_a_resumed_file_has_already_is_no_speed() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 500 << 20, 600 << 20))
    seconds.now += 2

    assert (1 << 20) / 2 == progress.view(job(), ONE_ACTIVE).speed


def test_a_file_that_begins_anew_counts_nothing_backwards() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 800, 1000))
    progress.note(BytesArrived(job(), item(1), 100, 1000))
    seconds.now += 2

    assert 400 == progress.view(job(), ONE_ACTIVE).speed


def test_a_paused_job_stands_still() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 800, 1000))
    seconds.now += 2
    progress.note(JobMoved(job(state=JobState.PAUSED)))
    view = progress.view(job(state=JobState.PAUSED), Tally({ItemState.QUEUED: 1}))

    assert () == view.moving
    assert 0 == view.speed


def test_troubles_are_kept_until_they_are_over() -> None:
    progress = Progress(Seconds())
    failed = item(1, ItemState.FAILED, Reason.DELETED)
    waiting = item(2, ItemState.WAITING, Reason.FLOOD)
    progress.note(ItemMoved(job(), failed))
    progress.note(ItemMoved(job(), waiting))
    progress.note(ItemMoved(job(), item(2)))

    assert (failed,) == progress.view(job(), Tally({ItemState.FAILED: 1})).troubles


def test_it_knows_when_it_has_missed_something_and_learns() -> None:
    progress = Progress(Seconds())
    tally = Tally({ItemState.FAILED: 1, ItemState.SAVED: 2})
    failed = item(1, ItemState.FAILED, Reason.DELETED)

    assert not progress.knows(1, tally)

    progress.learn(1, [failed])

    assert progress.knows(1, tally)
    assert (failed,) == progress.view(job(), tally).troubles


def test_a_job_that_was_forgotten_is_unknown() -> None:
    progress = Progress(Seconds())
    progress.learn(1, [item(1, ItemState.FAILED, Reason.DELETED)])
    progress.forget(1)

    assert not progress.knows(1, Tally({ItemState.FAILED: 1}))
    assert progress.knows(1, Tally({ItemState.SAVED: 1}))


def test_a_job_that_has_ended_is_forgotten() -> None:
    progress = Progress(Seconds())
    progress.note(ItemMoved(job(), item(1, ItemState.FAILED, Reason.DELETED)))
    progress.note(JobMoved(job(state=JobState.FAILED)))

    assert () == progress.view(job(state=JobState.FAILED), Tally()).troubles


def test_what_a_job_came_to_is_kept_until_it_moves() -> None:
    progress = Progress(Seconds())
    progress.keep(1, ONE_ACTIVE)
    progress.keep(2, ONE_ACTIVE)
    progress.note(JobMoved(job(2)))

    assert [ONE_ACTIVE, None, None] == [progress.last(number) for number in (1, 2, 3)]


def test_f25_a_stalled_track_is_so_until_its_next_byte() -> None:
    progress = Progress(Seconds())
    progress.note(ItemMoved(job(), item(1)))
    progress.note(Stalled(job(), item(1)))

    assert (Moving(item(1), 0, 1000, stalled=True),) == progress.view(job(), ONE_ACTIVE).moving

    progress.note(BytesArrived(job(), item(1), 10, 1000))

    assert (Moving(item(1), 10, 1000),) == progress.view(job(), ONE_ACTIVE).moving


def test_f25_a_track_that_is_not_on_its_way_any_more_does_not_stall() -> None:
    progress = Progress(Seconds())
    progress.note(Stalled(job(), item(1)))

    assert () == progress.view(job(), ONE_ACTIVE).moving


def test_the_usual_speed_outlasts_a_standstill() -> None:
    seconds = Seconds()
    progress = Progress(seconds)
    progress.note(BytesArrived(job(), item(1), 0, 100_000))
    for done in range(10_000, 60_000, 10_000):
        seconds.now += 1
        progress.note(BytesArrived(job(), item(1), done, 100_000))
    seconds.now += 300
    view = progress.view(job(), ONE_ACTIVE)

    assert (0, 10_000) == (view.speed, view.usual)


def test_f03_a_slowed_job_says_so_until_it_stops() -> None:
    progress = Progress(Seconds())
    progress.note(Slowed(job(), item(1)))

    assert progress.view(job(), ONE_ACTIVE).slowed

    progress.note(JobMoved(job(state=JobState.PAUSED)))

    assert not progress.view(job(), ONE_ACTIVE).slowed
