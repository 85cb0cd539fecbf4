from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sources import ROOT

ENTRYPOINT = ROOT / "docker" / "entrypoint.sh"
# Stands in for the interpreter of the image and tells how it was started.
PYTHON = """#!/bin/sh
printf '{"uid": %d, "gid": %d, "groups": "%s", "pid": %d, "arguments": "%s"}\\n' \
    "$(id -u)" "$(id -g)" "$(id -G)" "$$" "$*"
[ "${WAIT:-}" ] || exit 7
trap 'echo stopped; exit 0' TERM
echo waiting
while :; do sleep 0.01; done
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up root")


@dataclass(frozen=True, slots=True)
class Container:
    """The folders of the image, in a folder of the test."""

    data: Path
    music: Path
    program: Path

    def environment(self, **extra: str) -> dict[str, str]:
        path = f"{self.program.parent}:{os.environ['PATH']}"
        return {"PATH": path, "DATA_DIR": str(self.data), "MUSIC_DIR": str(self.music), **extra}

    def tad(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ENTRYPOINT, *arguments],
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )


@pytest.fixture
def container() -> Iterator[Container]:
    # Not pytest's folder: the other user must be able to reach the program.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield build_in(Path(folder))


def build_in(folder: Path) -> Container:
    made = Container(folder / "data", folder / "the music", folder / "bin" / "python")
    for place in (made.data, made.music, made.music / ".tad", made.program.parent):
        place.mkdir()
    made.program.write_text(PYTHON, encoding="utf-8")
    made.program.chmod(0o755)
    return made


def owner(path: Path) -> tuple[int, int]:
    facts = path.lstat()
    return facts.st_uid, facts.st_gid


@needs_root
def test_the_program_runs_as_puid_and_pgid_and_in_no_other_group(container: Container) -> None:
    told = json.loads(container.tad("jobs", "--json", PUID="4321", PGID="1234").stdout)

    assert (4321, 1234, "1234") == (told["uid"], told["gid"], told["groups"])
    assert "-P -m bot jobs --json" == told["arguments"]


@needs_root
def test_without_puid_it_runs_as_1000(container: Container) -> None:
    told = json.loads(container.tad("run").stdout)

    assert (1000, 1000) == (told["uid"], told["gid"])


def test_the_exit_code_of_the_program_is_passed_on(container: Container) -> None:
    assert 7 == container.tad("doctor", PUID="1000").returncode


@needs_root
def test_the_data_changes_hands_and_the_music_does_not(container: Container) -> None:
    theirs = container.music / "Jazz" / "song.mp3"
    ours = [container.data / "tad.db", container.music / ".tad" / "1.part"]
    theirs.parent.mkdir()
    for file in (theirs, *ours):
        file.touch()

    container.tad("run", PUID="4321", PGID="1234")

    changed = {*ours, container.data, container.music, container.music / ".tad"}
    assert {(4321, 1234)} == {owner(path) for path in changed}
    assert {(0, 0)} == {owner(path) for path in (theirs, theirs.parent)}


@needs_root
def test_a_link_in_the_data_changes_hands_and_what_it_points_to_does_not(
    container: Container, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    (container.data / "link").symlink_to(outside)

    container.tad("run", PUID="4321", PGID="1234")

    assert ((4321, 1234), (0, 0)) == (owner(container.data / "link"), owner(outside))


@needs_root
@pytest.mark.parametrize("wrong", ["me", "-1", "1 2", "1:2"])
def test_a_puid_that_is_no_number_is_refused_in_one_line(container: Container, wrong: str) -> None:
    done = container.tad("run", PUID=wrong)

    assert (2, "") == (done.returncode, done.stdout)
    assert re.fullmatch(r"PUID and PGID must be numbers, not .*\n", done.stderr)


def test_a_stop_arrives_at_the_program_itself(container: Container) -> None:
    environment = container.environment(WAIT="yes")
    with subprocess.Popen(
        [ENTRYPOINT, "run"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert "waiting\n" == process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()

    assert (process.pid, "stopped\n", 0) == (told["pid"], rest, process.returncode)


def test_the_image_is_built_from_what_the_ignore_file_lets_through() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name
        for line in text.splitlines()
        if line.startswith("COPY") and "--from" not in line
        for name in line.split()[1:-1]
        if not name.startswith("--")
    }
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert copied == {line[1:] for line in ignore if line.startswith("!")}
    assert [] == [name for name in copied if not (ROOT / name).exists()]


def test_the_image_holds_the_packages_of_the_project() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert all(f"COPY {name} {name}\n" in dockerfile for name in ("bot", "downloader", "storage"))
