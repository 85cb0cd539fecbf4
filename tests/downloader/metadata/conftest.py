from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox.audio import rare
from tests.downloader.metadata.songs import encoded


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """One short song of each format by the ending of its name; they are not to be changed."""
    folder = tmp_path_factory.mktemp("songs")
    files = encoded(folder) if shutil.which("ffmpeg") else {}
    for name, body in rare.songs().items():
        files[name] = folder / f"song.{name}"
        files[name].write_bytes(body)
    return files
