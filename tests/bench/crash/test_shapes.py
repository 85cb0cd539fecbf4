from __future__ import annotations

from bench.crash.shapes import ALL, SHAPES, named
from storage.models import JobState


def test_every_shape_is_found_by_its_name() -> None:
    assert list(ALL) == [named(shape.name) for shape in ALL]
    assert len(ALL) == len({shape.name for shape in ALL})


def test_a_job_that_goes_on_is_one_job_and_an_earlier_one_is_another() -> None:
    assert ["parts"] == [job.name for job in named("parts").jobs()]
    assert ["resumed"] == [job.name for job in named("resumed").jobs()]
    assert ["earlier", "known"] == [job.name for job in named("known").jobs()]
    assert () == named("empty").jobs()


def test_the_library_holds_every_document_once_and_nothing_of_a_cancelled_job() -> None:
    assert {"Song 101", "Song 102"} == set(named("known").documents())
    assert {} == named("cancelled").documents()
    assert JobState.CANCELLED is named("cancelled").ends
    assert JobState.DONE is named("torn off").ends


def test_at_least_five_shapes_are_struck() -> None:
    assert len(SHAPES) >= 5
