from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from itertools import islice

import pytest

from bench.crash.descriptors import leave_free


def opened() -> Iterator[int]:
    """Open files until there are no more to be had, and close them at the end."""
    taken: list[int] = []
    try:
        while len(taken) < 1000:
            taken.append(os.open("/dev/null", os.O_RDONLY))
            yield len(taken)
    finally:
        for number in taken:
            os.close(number)


def test_so_many_files_can_be_opened_and_no_more() -> None:
    with leave_free(5), pytest.raises(OSError, match="Too many open files") as error:
        list(opened())

    assert errno.EMFILE == error.value.errno


def test_what_is_free_is_counted_from_the_highest() -> None:
    with leave_free(5):
        assert [1, 2, 3, 4, 5] == list(islice(opened(), 5))


def test_without_a_number_there_is_no_limit() -> None:
    with leave_free(None):
        os.close(os.open("/dev/null", os.O_RDONLY))
