from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

NOTHING = "# nothing\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what sets the project up, with locks that ask for nothing, in an awkward place."""
    folder = tmp_path / "a copy with spaces"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "Makefile", folder)
    for lock in ROOT.glob("*.lock"):
        (folder / lock.name).write_text(NOTHING, encoding="utf-8")
    (folder / "bot").mkdir()
    (folder / "bot" / "__main__.py").write_text(
        "import sys; print('tad', sys.argv[1:])", encoding="utf-8"
    )
    return folder


def make(
    copy: Path, *arguments: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments, f"PYTHON={python}"],
        cwd=copy,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_install_makes_the_command_and_a_second_one_does_nothing(copy: Path) -> None:
    first = make(copy, "install")
    again = make(copy, "--question", "install")
    command = subprocess.run(
        [copy / ".venv" / "bin" / "tad", "doctor", "a b"],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, 0) == (first.returncode, again.returncode), first.stderr
    assert "Setting up .venv from requirements.lock" in first.stderr
    assert "tad ['doctor', 'a b']\n" == command.stdout


@pytest.mark.parametrize("target", ["install", "dev"])
def test_a_changed_lock_is_installed(copy: Path, target: str) -> None:
    stamps = copy / ".venv" / ".stamps"
    stamps.mkdir(parents=True)
    for stamp in ("runtime", "dev"):
        (stamps / stamp).touch()

    up_to_date = make(copy, "--question", target)
    future = (stamps / "dev").stat().st_mtime + 10
    os.utime(copy / "requirements.lock", (future, future))
    changed = make(copy, "--question", target)

    assert (0, 1) == (up_to_date.returncode, changed.returncode)


def test_a_python_that_is_too_old_is_refused_in_one_line(copy: Path) -> None:
    done = make(copy, "install", python="false")

    assert done.returncode != 0
    assert "false is older than Python 3.11.\n" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_python_that_is_not_there_is_named(copy: Path) -> None:
    done = make(copy, "install", python="python-of-nowhere")

    assert done.returncode != 0
    assert "There is no python-of-nowhere.\n" in done.stderr


def test_help_is_what_make_says_by_itself_and_names_every_command(copy: Path) -> None:
    said = make(copy).stdout

    wanted = [
        "install",
        "demo",
        "run",
        "test",
        "coverage",
        "check",
        "bench",
        "soak",
        "lock",
        "clean",
    ]
    assert [] == [name for name in wanted if f"make {name} " not in said]
