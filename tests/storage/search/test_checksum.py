from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.search.checksum import checksum
from storage.text import whole


@given(st.text())
def test_a_checksum_fits_into_four_bytes(text: str) -> None:
    assert -(2**31) <= checksum(whole(text)) < 2**31
