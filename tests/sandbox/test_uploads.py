from __future__ import annotations

import pytest

from sandbox.faults import RpcFailure
from sandbox.uploads import LARGEST_PART, MOST_PARTS, Upload

PART = b"x" * LARGEST_PART


def test_a_file_is_whole_in_whatever_order_its_parts_come() -> None:
    upload = Upload()
    for number in (2, 0, 1, 0):
        upload.take(number, b"end" if number == 2 else bytes([number]) * 1024, 3)

    assert bytes(1024) + b"\1" * 1024 + b"end" == upload.whole(3)


@pytest.mark.parametrize(
    ("number", "body", "total", "refused"),
    [
        (0, b"", 1, "FILE_PART_EMPTY"),
        (0, PART + b"x", 1, "FILE_PART_TOO_BIG"),
        (0, PART, 0, "FILE_PARTS_INVALID"),
        (0, PART, MOST_PARTS + 1, "FILE_PARTS_INVALID"),
        (1, PART, 1, "FILE_PART_INVALID"),
        (-1, PART, 1, "FILE_PART_INVALID"),
        (MOST_PARTS, PART, -1, "FILE_PART_INVALID"),
        (0, b"x" * 1000, 2, "FILE_PART_SIZE_INVALID"),
        (0, b"x" * 3072, 2, "FILE_PART_SIZE_INVALID"),
    ],
)
def test_a_part_against_the_rules_is_refused(
    number: int, body: bytes, total: int, refused: str
) -> None:
    with pytest.raises(RpcFailure, match=refused):
        Upload().take(number, body, total)


def test_parts_are_of_one_size() -> None:
    upload = Upload()
    upload.take(0, b"x" * 2048, 3)

    with pytest.raises(RpcFailure, match="FILE_PART_SIZE_CHANGED"):
        upload.take(1, b"x" * 1024, 3)


def test_the_last_part_is_no_larger_than_the_others() -> None:
    upload = Upload()
    upload.take(0, b"x" * 1024, 2)
    upload.take(1, b"x" * 2048, 2)

    with pytest.raises(RpcFailure, match="FILE_PART_SIZE_CHANGED"):
        upload.whole(2)


@pytest.mark.parametrize(
    ("total", "refused"),
    [(0, "FILE_PARTS_INVALID"), (4001, "FILE_PARTS_INVALID"), (2, "FILE_PART_1_MISSING")],
)
def test_a_file_that_is_not_whole_is_refused(total: int, refused: str) -> None:
    upload = Upload()
    upload.take(0, b"x" * 1024)

    with pytest.raises(RpcFailure, match=refused):
        upload.whole(total)
