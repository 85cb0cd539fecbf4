"""Knows a press that an impatient thumb made again, where acting twice would be too much."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.types import CallbackQuery

from downloader.clock import Clock

_IMPATIENCE = 3.0  # seconds
_REMEMBERED = 200

Key = tuple[int, int, str]


class Repeats:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: set[Key] = set()
        self._ended: OrderedDict[Key, float] = OrderedDict()

    @contextmanager
    def first(self, query: CallbackQuery) -> Iterator[bool]:
        """Tell whether to act: not while the same button is acted on, nor a moment after."""
        assert query.message is not None, "see `bot.pressed`"
        key = (query.message.chat.id, query.message.message_id, query.data or "")
        if key in self._under_way or self._is_fresh(key):
            yield False
            return
        self._under_way.add(key)
        try:
            yield True
            self._note(key)
        finally:  # what failed may be tried again at once
            self._under_way.discard(key)

    def _is_fresh(self, key: Key) -> bool:
        ended = self._ended.get(key)
        return ended is not None and self._clock.monotonic() - ended < _IMPATIENCE

    def _note(self, key: Key) -> None:
        self._ended.pop(key, None)
        self._ended[key] = self._clock.monotonic()
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)
