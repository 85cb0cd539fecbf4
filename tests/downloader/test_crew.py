from __future__ import annotations

from downloader.crew import Crew


def test_a_whole_crew_has_room_for_as_many_as_it_is() -> None:
    crew = Crew(3)

    assert [True, True, True, False] == [crew.has_room(busy) for busy in range(4)]


def test_f37_a_crew_that_is_too_large_leaves_one_out_and_never_the_last() -> None:
    crew = Crew(4)

    crew.shrink(4)
    assert (True, False) == (crew.has_room(2), crew.has_room(3))
    for busy in (3, 2, 1, 1):
        crew.shrink(busy)
    assert (True, False) == (crew.has_room(0), crew.has_room(1))


def test_f37_what_ends_well_lets_it_grow_again_and_no_further_than_it_was() -> None:
    crew = Crew(3)
    crew.shrink(3)

    crew.grow()
    assert crew.has_room(2)
    crew.grow()
    assert not crew.has_room(3)
