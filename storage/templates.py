"""Reads the templates by which files are placed in the library, and fills them in. Pure.

`{albumartist}/{album} ({year})/[{disc}-][{track:02} ]{title}`: fields stand in braces, and a slash
begins what is in a folder. What stands in square brackets is left out where a field in it is not
known; round brackets go with the field in them. Doubled, braces and square brackets stand for
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from storage.errors import StorageError
from storage.names import cleaned

NUMBERS = ("year", "month", "track", "tracktotal", "disc", "disctotal", "topic", "id", "bitrate")
FIELDS = (
    "title", "artist", "performer", "albumartist", "album", "date", "genre", "composer", "chat",
    "chatname", "posted", "format", *NUMBERS,
)  # fmt: skip
_MOST_FOLDERS = 8
_TOKENS = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{[^{}\[\]/]*\}|[\[\]{}/]|[^\[\]{}/]+")
_FIELD = re.compile(r"\{\s*(\w*)\s*(?::0?([1-9]))?\s*\}", re.ASCII)
_UNPORTABLE = re.compile(r'[<>:"\\|?*`\x00-\x1f\x7f]')
# What is left where a field is not known. It stands in no value and no template.
_GONE = "\0"
_LEFT = re.compile(r" ?\(\0\)| - (?:\0 - )*\0$|\0")


class Misfit(StrEnum):
    """What can be wrong with a template."""

    UNKNOWN_FIELD = "unknown field"  # the suggestion may be meant
    BAD_FORMAT = "bad format"  # the field cannot be written like that
    OPEN = "open"  # a bracket that is never closed
    CLOSED = "closed"  # or was never opened
    NESTED = "nested"
    NO_FIELD = "no field"  # in square brackets, or in the name of the file
    NO_NAME = "no name"  # of a folder or a file
    UNPORTABLE = "unportable"
    TOO_DEEP = "too deep"


class TemplateError(StorageError):
    """`word` is what is wrong, from `start` on in `text`; `suggestion` may stand for it."""

    def __init__(
        self, misfit: Misfit, text: str, start: int, word: str, suggestion: str = ""
    ) -> None:
        super().__init__(f"{misfit} at {start}")
        self.misfit = misfit
        self.text = text
        self.start = start
        self.word = word
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Slash:
    start: int


@dataclass(frozen=True, slots=True)
class Field:
    """`width` is that of a number, filled up with zeros."""

    name: str
    width: int = 0


Piece = Literal | Slash | Field


@dataclass(frozen=True, slots=True)
class Section:
    """What goes together: all fields of an `optional` one are known, or it is left out."""

    pieces: tuple[Piece, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Template:
    sections: tuple[Section, ...]

    def filled(self, values: Mapping[str, str]) -> tuple[str, ...] | None:
        """Return the folders and the name, without ending; None where too little is known.

        That is where a folder or the name has fields, and none of them is known. Values are
        cleaned, and empty where they are not known.
        """
        components = list(_components(self._pieces(values)))
        for pieces in components:
            fields = [piece for piece in pieces if isinstance(piece, Field)]
            if fields and not any(values.get(field.name) for field in fields):
                return None
        names = [_joined(pieces, values) for pieces in components]
        if not names[-1]:
            return None
        return tuple(name for name in names if name)

    def _pieces(self, values: Mapping[str, str]) -> Iterator[Piece]:
        for section in self.sections:
            fields = (piece for piece in section.pieces if isinstance(piece, Field))
            if not section.optional or all(values.get(field.name) for field in fields):
                yield from section.pieces


def parse(text: str) -> Template:
    """Read a template. Raises `TemplateError`."""
    reading = _Reading(text)
    for match in _TOKENS.finditer(text):
        reading.take(match[0], match.start())
    template = Template(reading.end())
    _check(text, template)
    return template


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._sections: list[Section] = []
        self._pieces: list[Piece] = []
        self._opened: int | None = None

    def take(self, token: str, start: int) -> None:
        match token:
            case "{{" | "}}" | "[[" | "]]":
                self._pieces.append(Literal(token[0]))
            case "/":
                self._pieces.append(Slash(start))
            case "[":
                self._open(start)
            case "]":
                self._close(start)
            case "{":
                raise TemplateError(Misfit.OPEN, self._text, start, token)
            case "}":
                raise TemplateError(Misfit.CLOSED, self._text, start, token)
            case _ if token[0] == "{":
                self._pieces.append(_field(self._text, token, start))
            case _:
                self._pieces.append(_literal(self._text, token, start))

    def end(self) -> tuple[Section, ...]:
        if self._opened is not None:
            raise TemplateError(Misfit.OPEN, self._text, self._opened, "[")
        self._put(optional=False)
        return tuple(self._sections)

    def _open(self, start: int) -> None:
        if self._opened is not None:
            raise TemplateError(Misfit.NESTED, self._text, start, "[")
        self._put(optional=False)
        self._opened = start

    def _close(self, start: int) -> None:
        if self._opened is None:
            raise TemplateError(Misfit.CLOSED, self._text, start, "]")
        if not any(isinstance(piece, Field) for piece in self._pieces):
            word = self._text[self._opened : start + 1]
            raise TemplateError(Misfit.NO_FIELD, self._text, self._opened, word)
        self._put(optional=True)
        self._opened = None

    def _put(self, *, optional: bool) -> None:
        if self._pieces:
            self._sections.append(Section(tuple(self._pieces), optional))
        self._pieces = []


def _field(text: str, token: str, start: int) -> Field:
    match = _FIELD.fullmatch(token)
    name = match[1].lower() if match else re.sub(r"\W.*", "", token[1:].strip().lower())
    if name not in FIELDS:
        suggestion = next(iter(get_close_matches(name, FIELDS, 1)), "title")
        raise TemplateError(Misfit.UNKNOWN_FIELD, text, start, token, suggestion)
    if match is None or (match[2] and name not in NUMBERS):
        raise TemplateError(Misfit.BAD_FORMAT, text, start, token, name)
    return Field(name, int(match[2] or 0))


def _literal(text: str, token: str, start: int) -> Literal:
    if wrong := _UNPORTABLE.search(token):
        raise TemplateError(Misfit.UNPORTABLE, text, start + wrong.start(), wrong[0])
    return Literal(token)


def _check(text: str, template: Template) -> None:
    """Look at the folders as they are where everything is known."""
    pieces = [piece for section in template.sections for piece in section.pieces]
    slashes = [piece.start for piece in pieces if isinstance(piece, Slash)]
    components = list(_components(iter(pieces)))
    for component, start in zip(components, [0, *(slash + 1 for slash in slashes)], strict=True):
        words = "".join(piece.text for piece in component if isinstance(piece, Literal))
        if not cleaned(words) and not any(isinstance(piece, Field) for piece in component):
            raise TemplateError(Misfit.NO_NAME, text, start, words)
    if not any(isinstance(piece, Field) for piece in components[-1]):
        start = slashes[-1] + 1 if slashes else 0
        raise TemplateError(Misfit.NO_FIELD, text, start, text[start:])
    if len(slashes) > _MOST_FOLDERS:
        raise TemplateError(Misfit.TOO_DEEP, text, slashes[_MOST_FOLDERS], "/")


def _components(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    component: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Slash):
            yield component
            component = []
        else:
            component.append(piece)
    yield component


def _joined(pieces: list[Piece], values: Mapping[str, str]) -> str:
    text = "".join(_written(piece, values) for piece in pieces)
    return cleaned(_LEFT.sub("", text))


def _written(piece: Piece, values: Mapping[str, str]) -> str:
    match piece:
        case Literal(text):
            return text
        case Field(name, width):
            return values.get(name, "").rjust(width, "0") if values.get(name) else _GONE
        case Slash():
            raise AssertionError
