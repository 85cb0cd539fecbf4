from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commandline import VERBS, module_of

HEAVY = {"aiogram", "telethon", "sqlalchemy", "pydantic", "aiohttp", "cryptography", "structlog"}


def test_help_names_every_verb_and_imports_nothing_heavy() -> None:
    script = (
        "import sys; from bot.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print('MODULES', *sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    shown, _, modules = out.partition("MODULES")

    assert not HEAVY & set(modules.split())
    assert all(verb in shown for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_tells_the_same_about_itself(verb: str) -> None:
    assert VERBS[verb] == import_module(module_of(verb)).HELP


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_of_its_own(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([verb, "--help"])

    assert 0 == caught.value.code
    assert f"usage: tad {verb}" in capsys.readouterr().out


def test_without_a_verb_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])
    shown = capsys.readouterr().err

    assert 2 == code
    assert "required" not in shown
    assert all(line in shown for line in VERBS.values())


@pytest.mark.parametrize(
    ("verb", "module"), [*((verb, "pydantic") for verb in VERBS), ("run", "argparse")]
)
def test_ctrl_c_while_a_verb_is_loaded_prints_nothing(
    verb: str, module: str, tmp_path: Path
) -> None:
    interrupting = "import signal\nsignal.raise_signal(signal.SIGINT)\n"
    (tmp_path / f"{module}.py").write_text(interrupting, encoding="utf-8")
    script = (
        f"import sys; from bot.__main__ import main; sys.path.insert(0, {str(tmp_path)!r})\n"
        f"sys.exit(main([{verb!r}]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert (130, "", "") == (ended.returncode, ended.stdout, ended.stderr)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert 0 == caught.value.code
    assert re.fullmatch(r"tad \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_when_nobody_reads_any_more_it_ends_without_a_word() -> None:
    pipe = os.pipe()
    os.close(pipe[0])
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        stdout=pipe[1], stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(pipe[1])

    assert "" == ended.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--versoin"], "tad: there is no command '--versoin' (`tad --help`"),
        (["dance"], "tad: there is no command 'dance' (`tad --help`"),
        (["bakcup"], "tad: there is no command 'bakcup': did you mean backup? (`tad --help`"),
        (["run", "--dance"], "tad: unrecognized arguments: --dance (`tad --help`"),
        (["keys"], "tad keys: the following arguments are required: ACTION (`tad keys --help`"),
    ],
)
def test_words_that_are_wrong_get_one_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert 2 == caught.value.code
    assert f"{told} tells more)\n" == capsys.readouterr().err


def test_a_missing_setting_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    values = {"OWNER_ID": "1", "TELEGRAM_API_ID": "1", "TELEGRAM_API_HASH": "0" * 32}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    code = main(["jobs"])
    [line] = capsys.readouterr().err.splitlines()

    assert 2 == code
    assert line.startswith("tad: BOT_TOKEN is missing (")
