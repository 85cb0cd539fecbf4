from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.metadata.wire import (
    HEADER,
    LARGEST_ENCLOSED,
    LARGEST_WORDS,
    TooLargeError,
    lengths,
    packed,
    words_in,
)


@given(st.dictionaries(st.text(), st.text() | st.integers()), st.binary())
def test_what_is_packed_is_understood(words: dict[str, str | int], enclosed: bytes) -> None:
    header, body = packed(words, enclosed)
    count, more = lengths(header)

    assert words == words_in(body[:count])
    assert enclosed == body[count:]
    assert len(body) == count + more


@given(st.binary())
def test_what_is_no_object_of_json_is_no_answer(text: bytes) -> None:
    assert words_in(b"[" + text) is None


@pytest.mark.parametrize("sizes", [(LARGEST_WORDS + 1, 0), (2, LARGEST_ENCLOSED + 1)])
def test_nobody_is_believed_who_announces_too_much(sizes: tuple[int, int]) -> None:
    with pytest.raises(TooLargeError):
        lengths(HEADER.pack(*sizes))
