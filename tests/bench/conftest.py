"""What is measured runs as fast as it can: no coverage is taken of what only goes past."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace nothing while these tests run.

    Traced, everything takes twice as long, and they mean the benchmarks, of which no coverage is
    taken; what they go past of the product is tested where it belongs.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.no_cover)
