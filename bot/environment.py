"""Takes secrets out of the environment of this process, once they have been read.

What is left there goes to every child process, into reports of crashes, and to whatever library
looks around.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

_PROCESS = Path("/proc/self")
# Where the environment begins in memory (proc_pid_stat(5), field 50), counted after the name of the
# program, which may hold blanks.
_ENVIRONMENT_BEGINS = 50 - 3
_SHORTEST = 6  # shorter ones might stand in what is none by chance
# A name and a password in an address, such as that of a proxy for all programs.
_ADDRESS = re.compile(r"://[^\s/@]*:[^\s/@]+@")


def forget(names: Collection[str], secrets: Collection[str]) -> None:
    """Remove the settings with these names, and all that holds a secret or a password of a proxy.

    Names count in any case. What `/proc/PID/environ` shows is blanked too, where the system has it.
    """
    gone = [name for name, value in os.environ.items() if _is_secret(name, value, names, secrets)]
    for name in gone:
        del os.environ[name]
    if gone:
        _blank({os.fsencode(name) for name in gone})


def _is_secret(name: str, value: str, names: Collection[str], secrets: Collection[str]) -> bool:
    is_held = any(secret in value for secret in secrets if len(secret) >= _SHORTEST)
    return name.lower() in names or is_held or bool(_ADDRESS.search(value))


def _blank(names: Collection[bytes]) -> None:
    """Overwrite the values with which the process was started, which the system goes on to show.

    A system that has no such files, or lets nobody write there, shows them on.
    """
    try:
        shown = (_PROCESS / "environ").read_bytes()
        told = (_PROCESS / "stat").read_text(errors="replace").rpartition(")")[2].split()
        begin = int(told[_ENVIRONMENT_BEGINS])
        with (_PROCESS / "mem").open("r+b", buffering=0) as memory:
            for place, size in _values(shown, names):
                memory.seek(begin + place)
                memory.write(bytes(size))
    except OSError:
        return


def _values(environment: bytes, names: Collection[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where the values of these variables begin, and how long they are."""
    place = 0
    for entry in environment.split(b"\0"):
        name, _, value = entry.partition(b"=")
        if name in names:
            yield place + len(name) + 1, len(value)
        place += len(entry) + 1
