from __future__ import annotations

import pytest

from sandbox.botapi.errors import ApiError
from sandbox.botapi.params import BIG, Params


@pytest.mark.parametrize(
    ("given", "number"), [("7", 7), (7, 7), ("x", 3), (None, 3), ("9" * 40, BIG), ("-1", -1)]
)
def test_a_number_is_read_from_a_string_or_a_value(given: object, number: int) -> None:
    assert number == Params({"n": given}).integer("n", 3)


def test_text_flags_and_lists_are_read_from_both_forms() -> None:
    params = Params({"a": {"b": 1}, "yes": "True", "really": True, "ids": '[1, "2"]'})

    assert '{"b": 1}' == params.text("a")
    assert [True, True, False] == [params.flag(name) for name in ("yes", "really", "no")]
    assert [1, 2] == params.integers("ids", "ids")
    assert "yes" in params


def test_a_list_of_other_things_is_no_list_of_numbers() -> None:
    with pytest.raises(ApiError, match="can't parse ids JSON object"):
        Params({"ids": [None]}).integers("ids", "ids")
