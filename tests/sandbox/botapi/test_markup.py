from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.botapi.formatted import Entity, utf16
from sandbox.botapi.markup import MarkupError, parse_html


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &amp; &lt;b&gt; &quot;q&quot;", 'plain & <b> "q"', ()),
        ("&#1078;&#x44F;&nbsp;&copy;&#0;", "жя&nbsp;&copy;&#0;", ()),
        ("a&ltb&lt", "a&ltb<", ()),
        ("<b>x</b>", "x", (Entity("bold", 0, 1),)),
        ("<B>x</b>", "x", (Entity("bold", 0, 1),)),
        ("<b>x</>", "x", (Entity("bold", 0, 1),)),
        ("<b></b>x", "x", ()),
        ("🎵<i>ю</i>", "🎵ю", (Entity("italic", 2, 1),)),
        ("<b>a<i>b</i></b>", "ab", (Entity("bold", 0, 2), Entity("italic", 1, 1))),
        ("<strong><em>x</em></strong>", "x", (Entity("italic", 0, 1), Entity("bold", 0, 1))),
        ("<u>a</u><s>b</s>", "ab", (Entity("underline", 0, 1), Entity("strikethrough", 1, 1))),
        ("<tg-spoiler>x</tg-spoiler>", "x", (Entity("spoiler", 0, 1),)),
        ('<span class="tg-spoiler">x</span>', "x", (Entity("spoiler", 0, 1),)),
        ("<code>x</code>", "x", (Entity("code", 0, 1),)),
        ('<code class="language-py">x</code>', "x", (Entity("code", 0, 1),)),
        ('<code class="wide">x</code>', "x", (Entity("code", 0, 1),)),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            (Entity("pre", 0, 1, (("language", "py"),)),),
        ),
        ("<blockquote>x</blockquote>", "x", (Entity("blockquote", 0, 1),)),
        ("<blockquote expandable>x</blockquote>", "x", (Entity("expandable_blockquote", 0, 1),)),
        (
            '<a href="https://t.me/a?x=1&amp;y=2">x</a>',
            "x",
            (Entity("text_link", 0, 1, (("url", "https://t.me/a?x=1&y=2"),)),),
        ),
        (
            "<a href='tg://user?id=7' >x</a>",
            "x",
            (Entity("text_link", 0, 1, (("url", "tg://user?id=7"),)),),
        ),
        ("<a>t.me</a>", "t.me", (Entity("text_link", 0, 4, (("url", "http://t.me/"),)),)),
        ("<a href=t.me>x</a>", "x", (Entity("text_link", 0, 1, (("url", "http://t.me/"),)),)),
        ('<a href="javascript:alert(1)">x</a>', "x", ()),
        (
            '<tg-emoji emoji-id="5">x</tg-emoji>',
            "x",
            (Entity("custom_emoji", 0, 1, (("custom_emoji_id", "5"),)),),
        ),
    ],
)
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: tuple[Entity, ...]
) -> None:
    formatted = parse_html(source)

    assert text == formatted.text
    assert set(entities) == set(formatted.entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<foo>x", 'Unsupported start tag "foo" at byte offset 0'),
        ("ж<Foo>x", 'Unsupported start tag "foo" at byte offset 2'),
        ("<>x", 'Unsupported start tag "" at byte offset 0'),
        ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
        ("AC/DC <3", "Unclosed start tag at byte offset 6"),
        ("<", "Unclosed start tag at byte offset 0"),
        ("<b", "Unclosed start tag at byte offset 0"),
        (
            "<a href",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a ", "Unclosed start tag at byte offset 0"),
        ("<a href=x?>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</b y>", "Unclosed end tag at byte offset 4"),
    ],
)
def test_wrong_markup_is_refused_with_its_byte_offset(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)

    assert error == str(caught.value)


@given(st.text(alphabet="<>/&;#ab\"'= é🎵\n", max_size=60))
def test_any_text_is_parsed_or_refused_and_entities_lie_within_it(source: str) -> None:
    try:
        formatted = parse_html(source)
    except MarkupError:
        return

    assert all(0 <= one.offset < one.end <= utf16(formatted.text) for one in formatted.entities)
