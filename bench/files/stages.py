"""Counts what each stage of the work takes, by a stopwatch around what does it."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from inspect import iscoroutinefunction
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stage(StrEnum):
    BYTES = "bytes and AES"
    HASHING = "hashing"
    SYNC = "sync to disk"
    DATABASE = "database"


class Stopwatch:
    """`cpu` is what each stage itself took, of any thread; `wall` what whoever asked waited.

    Many wait at once, so that `wall` adds up to more than has passed.
    """

    def __init__(self) -> None:
        self.cpu = dict.fromkeys(Stage, 0.0)
        self.wall = dict.fromkeys(Stage, 0.0)
        self._lock = threading.Lock()
        self._here = threading.local()

    @contextmanager
    def computing(self, stage: Stage) -> Iterator[None]:
        """Count the CPU time of this thread; what is counted inside counts there alone."""
        outer: float = getattr(self._here, "inside", 0.0)
        self._here.inside = 0.0
        begin = time.thread_time()
        try:
            yield
        finally:
            spent = time.thread_time() - begin
            own = spent - self._here.inside
            self._here.inside = outer + spent
            with self._lock:
                self.cpu[stage] += own

    @contextmanager
    def waiting(self, stage: Stage) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begin
            with self._lock:
                self.wall[stage] += spent

    def around(self, stage: Stage, function: Callable[P, T]) -> Callable[P, T]:
        """Count all that the function takes, in whatever thread."""

        @functools.wraps(function)
        def counted(*args: P.args, **options: P.kwargs) -> T:
            with self.waiting(stage), self.computing(stage):
                return function(*args, **options)

        return counted

    def around_steps(
        self, stage: Stage, function: Callable[P, Coroutine[Any, Any, T]]
    ) -> Callable[P, Coroutine[Any, Any, T]]:
        """Count the steps of a coroutine, and how long it is under way."""

        @functools.wraps(function)
        async def counted(*args: P.args, **options: P.kwargs) -> T:
            with self.waiting(stage):
                result: T = await Steps(function(*args, **options), self, stage)
            return result

        return counted

    def on_all(self, stage: Stage, owner: type) -> None:
        """Count the steps of every public coroutine of a class."""
        for name, function in list(vars(owner).items()):
            if iscoroutinefunction(function) and not name.startswith("_"):
                setattr(owner, name, self.around_steps(stage, function))


class Steps(Coroutine[Any, Any, T]):
    """A coroutine of which each step is counted."""

    def __init__(self, steps: Coroutine[Any, Any, T], watch: Stopwatch, stage: Stage) -> None:
        self._steps = steps
        self._watch = watch
        self._stage = stage

    def __await__(self) -> Steps[T]:
        return self

    def __iter__(self) -> Steps[T]:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        with self._watch.computing(self._stage):
            return self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        with self._watch.computing(self._stage):
            return self._steps.throw(*error)

    def close(self) -> None:
        self._steps.close()
