"""`python -m sandbox` as it stays open: ended, killed, lent to another product."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@contextmanager
def sandbox(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = (sys.executable, "-m", "sandbox", *arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
                child.wait(PATIENCE)


def line_with(words: str, stream: IO[str] | None) -> str:
    assert stream is not None
    line = next((line for line in stream if words in line), None)
    assert line is not None, f"it ended without {words!r}"
    return line.strip()


def process_in(line: str) -> int:
    return int(line.split("process ")[1].rstrip(").").split(":")[0])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_served_it_stays_until_told_to_stop_and_leaves_nothing_running(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with sandbox("--data", str(tmp_path)) as child:
        line_with("Chat page: http://127.0.0.1:", child.stdout)
        line_with("Ctrl-C stops", child.stdout)
        child.send_signal(number)
        _, complaints = child.communicate(timeout=PATIENCE)

    assert code == child.returncode
    assert not complaints
    with (tmp_path / "data" / "tad.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it


def test_served_a_killed_product_is_started_again() -> None:
    with sandbox("--serve") as child:
        first = process_in(line_with("Ctrl-C stops", child.stdout))
        os.kill(first, signal.SIGKILL)
        told = line_with("killed", child.stdout)
        second = process_in(line_with("up again", child.stdout))

    assert "The product was killed (signal 9); starting it again." == told
    assert first != second
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_a_product_that_ends_by_itself_is_told_in_a_line_with_its_last_words() -> None:
    with sandbox() as child:
        os.kill(process_in(line_with("Ctrl-C stops", child.stdout)), signal.SIGTERM)
        _, complaints = child.communicate(timeout=PATIENCE)
    first, *_ = complaints.splitlines()
    log = Path(first.split("its log is ")[1].split(" and ends")[0])

    assert 1 == child.returncode
    assert "Traceback" not in complaints
    assert first.startswith("python -m sandbox: the product ended by itself (0); its log is ")
    assert log.is_file()  # though the folder it was in is gone
    log.unlink()


def test_another_product_finds_it_by_the_settings_it_prints(tmp_path: Path) -> None:
    with sandbox("--env", "--data", str(tmp_path / "of its own")) as child:
        line_with("Chat page: ", child.stderr)
        assert child.stdout is not None
        lines = [next(child.stdout) for _ in range(10)]
        (tmp_path / ".env").write_text("".join(lines), encoding="utf-8")
        doctor = subprocess.run(
            (sys.executable, "-m", "bot", "doctor"),
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=PATIENCE)

    assert all("=" in line for line in lines)
    assert "✓ Bot API: @loader_bot" in doctor.stdout
    assert "✓ Telegram: data centre 2" in doctor.stdout
    assert not rest
    assert 0 == child.returncode


def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with sandbox("--port", str(port)) as child:
            _, complaints = child.communicate(timeout=PATIENCE)

    told = f"python -m sandbox: port {port} is in use (leave --port out for any free one)\n"
    assert (2, told) == (child.returncode, complaints)
