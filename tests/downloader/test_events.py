from __future__ import annotations

from downloader.events import Broadcast, BytesArrived, JobMoved
from storage.models import Item, ItemState, Job, JobState, Origin, Request
from tests.downloader.scripted import JAZZ, START, song

JOB = Job(1, Request("@jazz", 1), Origin(1, 1), JobState.QUEUED, START)
ITEM = Item(1, 1, JAZZ.id, 1, song(1), ItemState.FETCHING)


async def test_every_listener_hears_everything_from_when_it_began_to_listen() -> None:
    broadcast = Broadcast()
    broadcast.publish(JobMoved(JOB))
    with broadcast.listen() as one, broadcast.listen() as two:
        broadcast.publish(JobMoved(JOB))
        assert JobMoved(JOB) == await anext(one) == await anext(two)
    broadcast.publish(JobMoved(JOB))


async def test_progress_is_dropped_for_a_listener_that_lags_but_moves_are_not() -> None:
    broadcast = Broadcast(capacity=2)
    with broadcast.listen() as heard:
        for done in range(5):
            broadcast.publish(BytesArrived(JOB, ITEM, done, 5))
        broadcast.publish(JobMoved(JOB))

        got = [await anext(heard) for _ in range(3)]
    assert [BytesArrived(JOB, ITEM, 0, 5), BytesArrived(JOB, ITEM, 1, 5), JobMoved(JOB)] == got
