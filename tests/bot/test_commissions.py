from __future__ import annotations

from datetime import UTC, datetime

from aiogram.types import Chat, Message

from bot.commissions import Commission, Queue
from bot.media import Spot
from downloader.conversion import Conversion, Into
from tests.bot.library import a_track


def commissions(queue: Queue, *people: int) -> list[Commission]:
    found = []
    for number, person_id in enumerate(people):
        one = Commission(a_track(), Conversion(Into.MP3), person_id, Spot(person_id))
        chat = Chat(id=person_id, type="private")
        one.note = Message(message_id=number, date=datetime(2026, 1, 1, tzinfo=UTC), chat=chat)
        queue.add(one)
        found.append(one)
    return found


def test_of_each_person_one_is_worked_on_and_two_in_all() -> None:
    queue = Queue(at_once=2, most=9)
    first, second, other, third = commissions(queue, 1, 1, 2, 3)

    assert [0, 1, 2, 3] == [queue.before(one) for one in (first, second, other, third)]
    assert [first, other, None] == [queue.begin() for _ in range(3)]
    queue.end(other)
    assert third is queue.begin()
    queue.end(first)
    assert second is queue.begin()


def test_it_says_how_many_are_before_one() -> None:
    queue = Queue(at_once=2, most=9)
    first, second, third = commissions(queue, 1, 1, 1)
    queue.begin()

    assert [0, 1, 2] == [queue.before(one) for one in (first, second, third)]
    queue.end(first)
    assert [0, 1] == [queue.before(one) for one in (second, third)]


def test_nobody_has_more_than_some() -> None:
    queue = Queue(at_once=2, most=2)
    first, _, _ = commissions(queue, 1, 1, 2)

    assert (False, True) == (queue.has_room(1), queue.has_room(2))
    queue.end(first)
    assert queue.has_room(1)


def test_what_has_no_note_yet_is_not_begun() -> None:
    queue = Queue(at_once=2, most=2)
    [one] = commissions(queue, 1)
    note, one.note = one.note, None

    assert queue.begin() is None
    one.note = note
    assert one is queue.begin()


def test_a_note_leads_to_what_it_tells_of() -> None:
    queue = Queue(at_once=2, most=2)
    _, second = commissions(queue, 1, 1)

    assert second is queue.noted(1, 1)
    assert queue.noted(2, 1) is None
