"""What text from strangers must lose before anything can keep it."""

from __future__ import annotations


def whole(text: str) -> str:
    """Replace lone surrogates, which no encoding takes."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def storable(text: str) -> str:
    """Replace NUL too, which PostgreSQL does not take."""
    return whole(text).replace("\0", "\N{REPLACEMENT CHARACTER}")
