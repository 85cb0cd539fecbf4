"""Knows a press that was made twice by an impatient thumb, where acting twice would be too much."""

from __future__ import annotations

from collections import OrderedDict

from aiogram.types import CallbackQuery

from downloader.clock import Clock

_IMPATIENCE = 3.0  # seconds
_REMEMBERED = 200


class Repeats:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[tuple[int, int, str], float] = OrderedDict()

    def is_one(self, query: CallbackQuery) -> bool:
        """Note a press; tell whether the same button was pressed a moment ago."""
        if query.message is None:
            return False
        key = (query.message.chat.id, query.message.message_id, query.data or "")
        now = self._clock.monotonic()
        before = self._last.pop(key, None)
        self._last[key] = now
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
        return before is not None and now - before < _IMPATIENCE
