from __future__ import annotations

import pytest

from sandbox.botapi.formatted import Entity, Formatted, enriched, trimmed, utf16


def test_lengths_count_utf16_units() -> None:
    assert [0, 1, 1, 2] == [utf16(text) for text in ("", "a", "ж", "🎵")]


def test_white_space_is_cut_with_its_entities() -> None:
    given = Formatted("  ab  ", (Entity("bold", 0, 4), Entity("italic", 4, 2)))

    assert Formatted("ab", (Entity("bold", 0, 2),)) == trimmed(given)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/get it", [("bot_command", "/get")]),
        ("use /get@loader_bot now", [("bot_command", "/get@loader_bot")]),
        ("a/b and 1/2", []),
        ("hear @jazz, mail a@jazz", [("mention", "@jazz")]),
        ("@ab", []),
        ("see https://t.me/jazz/5.", [("url", "https://t.me/jazz/5")]),
        ("#jazz #1 a#b", [("hashtag", "#jazz")]),
    ],
)
def test_commands_mentions_links_and_hashtags_are_found(
    text: str, found: list[tuple[str, str]]
) -> None:
    entities = enriched(Formatted(text)).entities

    assert found == [(one.kind, text[one.offset : one.end]) for one in entities]


def test_nothing_is_found_inside_code_or_a_link() -> None:
    given = Formatted("/a @jazz", (Entity("code", 0, 2), Entity("text_link", 3, 5)))

    assert given == enriched(given)
