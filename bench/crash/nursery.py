"""The process that lives are forked from, so that none of them pays for the imports."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import NoReturn

from bench.crash.life import End, Order, Report, live
from bench.crash.shapes import ALL
from bench.transfer.child import Child, open_child, say

_LIMIT = timedelta(minutes=20)
# Where Yama guards, only a parent may trace a process that has not allowed it (prctl(2)).
_PR_SET_PTRACER = 0x59616D61
_ANYBODY = -1


class Nursery:
    """The parent's end."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def bear(self, order: Order) -> int:
        """Begin a life and return the number of its process."""
        return int(self._child.ask(asdict(order), _LIMIT)["process"])

    def end(self) -> int:
        """Wait for the end of that life and return its exit code, negative for a signal."""
        return int(self._child.ask({}, _LIMIT)["code"])

    def lived(self, order: Order) -> Report | None:
        """Let somebody live undisturbed; None when the life was cut off by itself."""
        self.bear(order)
        return order.told() if self.end() == 0 else None


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    with open_child("bench.crash.nursery") as child:
        yield Nursery(child)


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    _rehearse()
    gc.collect()
    gc.freeze()
    say({"ready": True})
    while line := sys.stdin.readline():
        process = os.fork()
        if not process:
            _be(Order(**json.loads(line)))
        say({"process": process})
        sys.stdin.readline()
        _, status = os.waitpid(process, 0)
        say({"code": os.waitstatus_to_exitcode(status)})


def _rehearse() -> None:
    """Live once here, so that whatever is loaded and made on the way is there."""
    for shape in ALL:
        shape.documents()
    with tempfile.TemporaryDirectory() as folder:
        order = Order("first start", folder)
        live(order)
        assert order.told().end is End.OVER


def _be(order: Order) -> NoReturn:
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        if order.is_traced:
            signal.sigwait({signal.SIGUSR1})
        live(order)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
