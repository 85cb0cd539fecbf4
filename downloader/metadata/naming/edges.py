"""Mends the edges of a text from which something was taken. Pure."""

from __future__ import annotations

import re

BRACKETED = re.compile(r"[(\[{（【［]([^()\[\]{}（）【】［］]*)[)\]}）】］]")
_EMPTY = re.compile(r"[(\[{（【［][\s|/,.:;•·_+-]*[)\]}）】］]")
# A number sign, a dash or a bar that leads nowhere.
_LEADING = re.compile(r"^(?:[\s|•·:,;_~–—-]+(?=\s)|[\s|:,;]+)")
_TRAILING = re.compile(r"(?<=\s)[\s|•·:,;_~/–—-]+$|[\s|,;]+$")
_QUOTES = re.compile(
    r"""^(?:«([^«»]+)»|„([^„“”]+)[“”]|“([^“”]+)”|"([^"]+)"|»([^«»]+)«|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》)$"""
)


def trimmed(text: str) -> str:
    """Take away brackets without anything in them, and dashes that lead nowhere."""
    bare = _EMPTY.sub(" ", text)
    bare = _TRAILING.sub("", _LEADING.sub("", bare))
    return " ".join(bare.split()) or ("" if bare != text else text)


def unquoted(text: str) -> str:
    """Take away quotes around the whole of it."""
    found = _QUOTES.match(text)
    return next(filter(None, found.groups()), "").strip() or text if found else text
