"""`python -m sandbox`, as a newcomer runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import structlog

from sandbox.__main__ import main
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Undo what the command does to the log of its process, which here is everybody's."""
    yield
    structlog.reset_defaults()


def play(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command in this process; return its exit code and its lines of JSON."""
    code = main([*arguments, "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_download_is_told_line_by_line_and_at_the_end(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, lines = play(capsys, "--say", "/download @jazz 10", "--data", str(tmp_path / "kept"))
    *said, report = lines
    files = report["files"]

    assert 0 == code
    assert {"kind": "message", "from": "owner", "text": "/download @jazz 10"} == said[0]
    assert "10 downloaded" in said[-1]["text"]
    assert ["ok", "jobs", "items", "files"] == list(report)
    assert report["ok"] is True
    [job] = report["jobs"]
    assert {"id": 1, "state": "done", "reason": None, "chat": "Jazz after Midnight"} == job
    assert 10 == len(report["items"])
    assert {"job", "posting", "state", "reason"} == report["items"][0].keys()
    assert {"saved"} == {item["state"] for item in report["items"]}
    assert {"path", "size", "sha256_source", "sha256", "title", "artist"} == files[0].keys()
    assert 10 == len({file["sha256"] for file in files})
    for file in files:
        body = (tmp_path / "kept" / "music" / file["path"]).read_bytes()
        assert (len(body), sha256(body).hexdigest()) == (file["size"], file["sha256"])


def test_ones_own_music_goes_there_and_back_and_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    music = tmp_path / "mine"
    music.mkdir()
    for number, kind in enumerate(Format):
        body = kind.file(Melody(number, 2), Tags(f"Song {number}", "Me"))
        (music / f"{number}.{kind.extension}").write_bytes(body)
    options = ("--music", str(music), "--data", str(tmp_path / "kept"))
    code, lines = play(capsys, *options, "--say", "/download @library 100")
    again, more = play(
        capsys, *options, "--say", "/download @library 100", "--fault", "drop=2", "--rtt", "5"
    )
    mine = sorted(sha256(path.read_bytes()).hexdigest() for path in music.iterdir())

    assert (0, 0) == (code, again)
    assert mine == sorted(file["sha256_source"] for file in lines[-1]["files"])
    assert mine == sorted(file["sha256_source"] for file in more[-1]["files"])
    assert {"linked"} == {item["state"] for item in more[-1]["items"] if item["job"] == 2}


def test_the_scripted_demo_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--demo"])
    out = capsys.readouterr().out

    assert 0 == code
    assert "> /download @jazz 10" in out
    assert "< ✅ Jazz after Midnight" in out
    assert "> https://t.me/jazz/2-4" in out
    assert 3 == out.count(": done\n")
    assert "– Four in the" in out.partition("> /search late shift")[2]
    assert "▰" in out  # a board that moves
    assert out.index("Chat page: http://127.0.0.1:") < out.index("> /start")
    assert " s, start included" in out.splitlines()[-1]


def test_the_exit_code_is_1_if_a_download_fails_or_a_line_gets_no_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = ("/download @nosuchchat", "/download @jazz 30", "/cancel 2", "[No such button]")
    code = main(["--fault", "slow=3000", *(word for line in lines for word in ("--say", line))])
    out = capsys.readouterr().out

    assert 1 == code
    assert "> /cancel 2" in out
    assert "Download 1: failed (chat not found)" in out
    assert "Download 2: cancelled" in out
    assert "there is no button “No such button”" in out


def test_an_old_failure_is_neither_told_again_nor_a_failure_of_this_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    say = ("--data", str(tmp_path), "--say")
    before = main([*say, "/download @jazz 4", "--fault", "refused=1", "--fault", "drop=1"])
    told = capsys.readouterr().out
    after = main([*say, "/download @jazz 1"])
    later = capsys.readouterr().out

    assert (1, 0) == (before, after)
    assert "Download 1: partly done (1 of 4 failed: refused)" in told
    assert re.search(r"Faults played: refused \d+×, drop 1×", told)
    assert "Download 1" not in later
    assert "Download 2: done" in later
    # Which of the four was refused is chance; the newest is asked for again.
    assert re.search(r"(4 files, 1|3 files, 0) of them new, in", later)


def test_the_last_edit_is_waited_for_though_it_is_put_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, lines = play(capsys, "--say", "/download @jazz 1", "--fault", "429=3")

    assert "1 downloaded" in lines[-2]["text"]


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, contextlib\n"
        "from sandbox.__main__ import main\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        "assert not {'telethon', 'aiohttp', 'aiogram'} & set(sys.modules), 'heavy'\n"
    )
    subprocess.run((sys.executable, "-c", program), cwd=ROOT, check=True, capture_output=True)
