from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.options import read


def test_nothing_given_means_to_serve() -> None:
    options = read([])

    assert not options.plays
    assert options.data is None
    assert 0 == options.faults.wire.rtt
    assert options.faults.wire.bandwidth is None


def test_lines_and_faults_keep_their_order() -> None:
    options = read(["--say", "a", "--say", "b", "--fault", "500=1", "--fault", "429=2"])

    assert ("a", "b") == options.say
    assert options.plays
    methods = ["upload.getFile", "bot.sendMessage", "bot.editMessageText"]
    assert methods == [rule.method for rule in options.faults.rules]


def test_the_wire_is_given_in_milliseconds_and_bytes() -> None:
    options = read(["--rtt", "80", "--bandwidth", "1e6"])

    assert 0.08 == pytest.approx(options.faults.wire.rtt)
    assert 1_000_000 == options.faults.wire.bandwidth


def test_no_delay_may_be_said_too() -> None:
    assert 0 == read(["--rtt", "0"]).faults.wire.rtt


@pytest.mark.parametrize(
    "wrong",
    [
        ["--rtt", "-1"],
        ["--rtt", "nan"],
        ["--bandwidth", "0"],
        ["--bandwidth", "fast"],
        ["--fault", "earthquake=9"],
        ["--music", "/no/such/folder"],
        ["--port", "x"],
        ["--port", "99999"],
        ["--say", " "],
        ["--say", "[]"],
        ["--json"],
        ["--env", "--demo"],
        ["stray"],
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        read(wrong)

    assert 2 == stopped.value.code
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m sandbox: ")


def test_a_port_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--port", "99999"])

    assert "'99999' is not a port (1-65535)" in capsys.readouterr().err


def test_the_demo_has_a_narrow_line_unless_told_otherwise() -> None:
    assert 500_000 == read(["--demo"]).faults.wire.bandwidth
    assert 9 == read(["--demo", "--bandwidth", "9"]).faults.wire.bandwidth


def test_what_a_program_reads_on_stdout_is_not_mixed_with_notes() -> None:
    assert sys.stdout is read(["--say", "a"]).notes
    assert sys.stderr is read(["--say", "a", "--json"]).notes
    assert sys.stderr is read(["--env"]).notes


def test_help_names_chats_faults_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--help"])
    text = capsys.readouterr().out

    assert "@world_music" in text
    assert "flood=SECONDS" in text
    assert '--say "/download @jazz 10"' in text
    assert "{path, size, sha256_source, sha256, title, artist}" in text


def test_a_folder_of_music_is_taken(tmp_path: Path) -> None:
    assert tmp_path == read(["--music", str(tmp_path)]).music
