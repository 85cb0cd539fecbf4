"""A fresh process that does nothing but search, so that its memory can be told.

Started with the contender's class as `MODULE:NAME` and the folder of what it has built; told
`{"find": [TEXT, ...], "limit": N}`, it answers with the peak of its memory in MiB.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

from bench.child import status_mib
from bench.search.contender import Contender
from bench.transfer.child import Words, say


def main(name: str, folder: Path) -> None:
    module, _, kind = name.partition(":")
    with closing(getattr(import_module(module), kind)(folder)) as contender:
        say({"ready": True})
        for line in sys.stdin:
            say(_searched(contender, json.loads(line)))


def _searched(contender: Contender, order: Words) -> Words:
    found = sum(bool(contender.find(text, order["limit"])) for text in order["find"])
    return {"found": found, "MiB": status_mib(os.getpid(), "VmHWM")}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
