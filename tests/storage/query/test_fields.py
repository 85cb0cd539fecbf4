from __future__ import annotations

import pytest

from storage.query.fields import field_of, nearest_field
from storage.query.tree import Within


def test_a_field_has_several_names_in_any_case() -> None:
    assert {Within.ARTIST} == {field_of(name) for name in ("artist", "ARTIST", "by", "performer")}


@pytest.mark.parametrize(
    ("name", "meant"), [("artits", "artist"), ("yaer", "year"), ("albums", "album"), ("re", None)]
)
def test_a_misspelt_name_has_a_nearest_one(name: str, meant: str | None) -> None:
    assert meant == nearest_field(name)
