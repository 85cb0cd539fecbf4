from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from bot.aiogram_types import import_aiogram

import_aiogram()  # as the product does, before any test imports it

# How long an example takes says more about the machine than about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A shell has what it runs in the background ignore Ctrl-C, and so would the programs of the tests.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Search for garbage only in what comes from now on, as the product does once it runs."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Log briefly, and never through what an earlier test has set up.

    Drawing a traceback with all its values can take seconds.
    """
    structlog.reset_defaults()
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ]
    structlog.configure(processors=processors)
    yield
    structlog.reset_defaults()
