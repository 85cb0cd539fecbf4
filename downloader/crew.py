"""How many items may be worked on at once: fewer while the system lets us open no more files."""

from __future__ import annotations


class Crew:
    """Shrinks to what still works, and grows by one with every item that comes to a good end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most

    def has_room(self, busy: int) -> bool:
        """Tell whether one more may start beside so many."""
        return busy < self._size

    def shrink(self, busy: int) -> None:
        """Leave one out of so many; one always goes on."""
        self._size = max(1, min(busy, self._size) - 1)

    def grow(self) -> None:
        self._size = min(self._most, self._size + 1)
