"""What a program that breaks writes at its end, without any secret that stood around.

Only for a process of ours: who imports us has ways of its own.
"""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType


def redact() -> None:
    """Have all three ways redact in which Python tells of errors that nobody has caught."""
    sys.excepthook = _uncaught
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _tell("".join(traceback.format_exception(kind, error, trace)))


def _in_thread(told: threading.ExceptHookArgs) -> None:
    _tell("".join(traceback.format_exception(told.exc_type, told.exc_value, told.exc_traceback)))


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    _tell("".join(traceback.format_exception(told.exc_type, told.exc_value, told.exc_traceback)))


def _tell(text: str) -> None:
    from bot.logs import censored  # noqa: PLC0415  # most programs do not break

    if sys.stderr is not None:
        sys.stderr.write(censored(text))
