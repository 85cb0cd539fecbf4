"""The parameters of one request, from the query, a form or JSON: strings or values alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.botapi.errors import bad

_TRUE = {"true", "1", "yes"}
BIG = 1 << 62


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the request; a big one lies in a file of its own."""

    name: str
    body: bytes | Path
    size: int


@dataclass(frozen=True, slots=True)
class Params:
    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; nonsense counts as the default, as the real server reads it."""
        try:
            number = int(self.text(name))
        except ValueError:
            return default
        return max(-BIG, min(number, BIG))

    def integers(self, name: str, what: str) -> list[int]:
        """Return a JSON list of whole numbers, empty when it is absent."""
        given = self.loaded(name, list, what) or []
        try:
            return [int(item) for item in given]
        except (TypeError, ValueError) as error:
            raise bad(f"can't parse {what} JSON object") from error

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in _TRUE

    def loaded(self, name: str, kind: type, what: str) -> Any:
        """Return a JSON parameter of the wanted kind, None when it is absent or empty."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value) if value else None
            except ValueError as error:
                raise bad(f"can't parse {what} JSON object") from error
        if value is not None and not isinstance(value, kind):
            raise bad(f"object expected as {what}")
        return value
