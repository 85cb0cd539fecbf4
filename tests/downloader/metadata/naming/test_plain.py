from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from downloader.metadata.naming.plain import LONGEST, is_like, plain


@given(st.text(st.characters(), max_size=40))
def test_any_text_becomes_plain_and_stays_so(text: str) -> None:
    found = plain(text)

    assert found == plain(found) == unicodedata.normalize("NFC", found)
    assert found == " ".join(found.split())
    found.encode()


def test_what_cannot_be_seen_is_gone_and_what_joins_letters_stays() -> None:
    assert "ab" == plain("\u202ea\u200b\0b\n")
    assert "می\u200cخواهم" == plain("می\u200cخواهم")
    assert "é" == plain("e\u0301")
    assert LONGEST == len(plain("x" * 9000))


def test_spellings_of_one_name_are_alike() -> None:
    assert is_like("The Beatles", "beatles")
    assert is_like("AC/DC", "ac dc")
    assert not is_like("", "")
    assert not is_like("!!!", "???")
