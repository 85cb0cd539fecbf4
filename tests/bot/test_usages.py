from __future__ import annotations

import pytest

from bot.errors import Usage, UsageError
from bot.usages import in_short, of_query, usage
from storage.query.errors import QueryError, Wrong
from storage.query.parser import parse


@pytest.mark.parametrize("wrong", Usage)
def test_every_usage_error_is_one_line_and_escapes_what_was_written(wrong: Usage) -> None:
    text = usage(UsageError(wrong, "<script>{detail}&" + "x" * 5000))

    assert "\n" not in text
    assert "<script>" not in text
    assert len(text) < 300


def test_what_is_wrong_in_a_limit_is_named() -> None:
    told = usage(UsageError(Usage.BAD_QUOTA, "five jobs"))

    assert told.startswith("“five jobs” is no limit. Write <code>/quota @name 5 jobs")
    assert usage(UsageError(Usage.BAD_QUOTA)).startswith("How much? Write <code>/quota @name")


@pytest.mark.parametrize("wrong", Wrong)
def test_every_mistake_in_a_query_is_one_line_and_escapes_what_was_written(wrong: Wrong) -> None:
    text = "<b>{word}&\n" + "x" * 500 + "<script>" + "y" * 500
    said = of_query(QueryError(wrong, text, 507, 513, "<script>"))

    assert "\n" not in said
    assert "<script>" not in said
    assert "{" not in said
    assert len(said) < 500


@pytest.mark.parametrize("wrong", Wrong)
def test_every_mistake_in_a_query_fits_on_a_button(wrong: Wrong) -> None:
    text = "{word}\n" + "x" * 500 + "y" * 500
    said = in_short(QueryError(wrong, text, 0, 513, "z" * 500))

    assert "\n" not in said
    assert len(said) < 90


def test_a_mistake_in_a_query_is_pointed_at() -> None:
    with pytest.raises(QueryError) as caught:
        parse("jazz artst:x & live")

    said = of_query(caught.value)

    assert said.startswith("“jazz <b><u>artst</u></b>:x &amp; live”: ")
    assert "Did you mean <code>artist</code>?" in said
