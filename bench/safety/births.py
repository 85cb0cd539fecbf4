"""The process that products are forked from, so that none of them pays for the imports."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from bench.transfer.child import Child, open_child, say
from bot.aiogram_types import import_aiogram

_LIMIT = timedelta(minutes=5)


class Births:
    """The parent's end. One product lives at a time."""

    def __init__(self, child: Child) -> None:
        self._child = child

    async def bear(self, environment: Mapping[str, str], log: Path) -> int:
        """Start `tad run` with these settings, and return the number of its process."""
        order = {"environment": dict(environment), "log": str(log)}
        return int((await self._asked(order))["process"])

    async def end(self) -> int:
        """Wait for its end and return its exit code, negative for a signal."""
        return int((await self._asked({}))["code"])

    async def _asked(self, order: Mapping[str, Any]) -> dict[str, Any]:
        return await asyncio.to_thread(self._child.ask, dict(order), _LIMIT)


@contextmanager
def open_births() -> Iterator[Births]:
    with open_child("bench.safety.births") as child:
        yield Births(child)


def main() -> None:
    import_aiogram()
    import bot.app  # noqa: PLC0415  # as `tad run` does
    import bot.verbs.run  # noqa: F401, PLC0415

    gc.collect()
    gc.freeze()
    say({"ready": True})
    while line := sys.stdin.readline():
        process = os.fork()
        if not process:
            _be(json.loads(line))
        say({"process": process})
        sys.stdin.readline()
        _, status = os.waitpid(process, 0)
        say({"code": os.waitstatus_to_exitcode(status)})


def _be(order: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        os.environ.update(order["environment"])
        os.chdir(order["environment"]["DATA_DIR"])
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, target in enumerate((nothing, log, log)):
            os.dup2(target, number)
        from bot.commandline import obey  # noqa: PLC0415  # it looks at the terminal

        code = obey(["run"])
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
