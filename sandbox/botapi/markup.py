"""The HTML parse mode, as strict as the real one and with its error texts.

One pass from left to right. The real parser works on UTF-8 and names byte offsets in its errors,
while entities count UTF-16 units: both are kept on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.botapi.formatted import Entity, Extra, Formatted, ordered, utf16

_KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# The semicolon may be missing, and any other name stays as it is written.
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")


class MarkupError(ValueError):
    """The text is not what the parser accepts; the message is the server's own."""


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int  # in pieces of the result


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    text: str = ""
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> Formatted:
        while (tag := self.source.find("<", self.at)) >= 0:
            self.text += _decoded(self.source[self.at : tag])
            self.at = tag
            if self.source.startswith("</", tag):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            name = self.open[-1].tag
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{name}"')
        self.text += _decoded(self.source[self.at :])
        return Formatted(self.text, ordered(self.entities))

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._take(_TAG_NAME).lower()
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _KINDS:
            where = self._bytes(begin)
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {where}')
        argument = ""
        while attribute := self._attribute(name, begin):
            argument = _argument(name, *attribute) or argument
        self.at += 1
        if name == "span" and argument != "spoiler":
            where = self._bytes(begin)
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(_Open(name, argument, utf16(self.text), len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str] | None:
        """Read one attribute and stop before the next; None at the end of the tag."""
        self._take(_SPACE)
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if self.source[self.at] == ">":
            return None
        name = self._take(_ATTRIBUTE_NAME)
        where = self._bytes(begin)
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        self._take(_SPACE)
        if not self.source.startswith("=", self.at):
            if tag == "blockquote" and name == "expandable":
                return name, name
            raise MarkupError(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {where}'
            )
        self.at += 1
        self._take(_SPACE)
        value = self._value(begin)
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {where}")
        return name, value

    def _value(self, begin: int) -> str:
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        quote = self.source[self.at]
        if quote in {'"', "'"}:
            end = self.source.find(quote, self.at + 1)
            end = len(self.source) if end < 0 else end
            value = self.source[self.at + 1 : end]
            self.at = end + 1
            return _decoded(value)
        start = self.at
        value = self._take(_TOKEN).lower()
        if not self._ended() and not re.match(r"[\s>]", self.source[self.at]):
            raise MarkupError(f"Unexpected end of name token at byte offset {self._bytes(start)}")
        return value

    def _end_tag(self) -> None:
        where = self._bytes(self.at)
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {where}")
        self.at += 2
        found = self._take(_TAG_NAME)
        self._take(_SPACE)
        if not self.source.startswith(">", self.at):
            raise MarkupError(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", '
                f'found "</{found}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = utf16(self.text) - opened.offset
        if not length:
            return
        kind = _KINDS[opened.tag]
        extra: Extra = ()
        match opened.tag:
            case "a":
                url = _checked_link(opened.argument or self.text[opened.start :])
                if not url:
                    return
                extra = (("url", url),)
            case "tg-emoji":
                extra = (("custom_emoji_id", opened.argument),)
            case "blockquote" if opened.argument:
                kind = "expandable_blockquote"
            case "pre" if self.entities and _is_language(self.entities[-1], opened.offset, length):
                extra = self.entities.pop().extra
            case "code" if opened.argument:
                extra = (("language", opened.argument),)
        self.entities.append(Entity(kind, opened.offset, length, extra))

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        assert match is not None
        self.at = match.end()
        return match[0]

    def _ended(self) -> bool:
        return self.at >= len(self.source)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))


def parse_html(source: str) -> Formatted:
    """Parse `source`, or raise MarkupError."""
    formatted = _Parser(source).run()
    # A language is only kept on code that is all of a block.
    plain = [
        Entity("code", entity.offset, entity.length) if entity.kind == "code" else entity
        for entity in formatted.entities
    ]
    return Formatted(formatted.text, tuple(plain))


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("blockquote", "expandable"):
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
    return ""


def _is_language(entity: Entity, offset: int, length: int) -> bool:
    same = entity.offset == offset and entity.length == length
    return entity.kind == "code" and same and bool(entity.extra)


def _checked_link(url: str) -> str:
    """Return the link as the server keeps it, or nothing when it is none."""
    if re.match(r"(https?|tg|ton)://\S", url, re.IGNORECASE):
        return url
    return f"http://{url}/" if re.fullmatch(r"[\w-]+(\.[\w-]+)+\S*", url) else ""


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else match[0]
