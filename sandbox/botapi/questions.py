"""Queries that wait for the bot's answer: pressed buttons and inline queries."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sandbox.botapi.errors import CALL_TOO_LATE, bad

# A guess: nobody documents it; bots report the error after ten to sixty seconds.
ANSWER_WITHIN = timedelta(seconds=15)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Question(Generic[T]):
    id: str
    asked: datetime
    answer: asyncio.Future[T]


@dataclass(slots=True, eq=False)
class Questions(Generic[T]):
    """Each may be answered once and in time."""

    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(4_000_000_001))
    _open: dict[str, Question[T]] = field(default_factory=dict)

    def ask(self, now: datetime) -> Question[T]:
        question: Question[T] = Question(
            str(next(self._ids)), now, asyncio.get_running_loop().create_future()
        )
        self._open[question.id] = question
        return question

    def find(self, question_id: str, now: datetime) -> Question[T]:
        """Return the open question with this id, or refuse."""
        question = self._open.get(question_id)
        if question is None or now - question.asked > ANSWER_WITHIN:
            raise bad(CALL_TOO_LATE)
        return question

    def answer(self, question: Question[T], value: T) -> None:
        del self._open[question.id]
        if not question.answer.done():  # whoever asked may have stopped waiting
            question.answer.set_result(value)
