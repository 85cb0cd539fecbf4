"""What goes wrong when public databases are asked.

LookupFailedError
├── UnreachableError   nobody answers, or they have had enough: all of it has to wait
└── NonsenseError      what came is no answer to this question
    └── RefusedError   they do not take the question
"""

from __future__ import annotations

from datetime import timedelta


class LookupFailedError(Exception):
    def __init__(self, host: str, detail: str) -> None:
        super().__init__(host, detail)
        self.host = host
        self.detail = detail


class UnreachableError(LookupFailedError):
    """`wait` is how long they said that they want to be left alone."""

    def __init__(self, host: str, detail: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(host, detail)
        self.wait = wait


class NonsenseError(LookupFailedError):
    """Too much, in no form that we know, or a way to where we do not go."""


class RefusedError(NonsenseError):
    def __init__(self, host: str, body: bytes) -> None:
        super().__init__(host, "refused")
        self.body = body
