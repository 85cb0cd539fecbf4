"""What text from strangers must lose before anything can keep it."""

from __future__ import annotations

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """Replace lone surrogates and NUL: no encoding and no database takes them."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", _UNKNOWN)
