from __future__ import annotations

from pathlib import Path

import pytest

from bot.verbs.checks import warning
from bot.verbs.envfile import env_file


def written(folder: Path, *lines: str, mode: int = 0o600) -> Path:
    path = folder / ".env"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_a_file_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert [] == list(env_file(tmp_path / ".env"))


def test_a_file_that_is_no_text_is_left_to_the_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"WORKERS=\xff")

    assert [] == list(env_file(tmp_path / ".env"))


def test_settings_and_what_compose_reads_are_known_names(tmp_path: Path) -> None:
    path = written(tmp_path, "MUSIC_DIR=x", "music_dir=x", "PUID=7", "COMPOSE_PROJECT_NAME=x")

    assert [] == list(env_file(path))


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("MUSIC_DIRR=/x", "not a setting: MUSIC_DIRR (did you mean MUSIC_DIR?)"),
        ("BOTTOKEN=1:a", "not a setting: BOTTOKEN (did you mean BOT_TOKEN?)"),
        ("export WORKRES=", "not a setting: WORKRES (did you mean WORKERS?)"),
        ("COLOUR=blue", "not a setting: COLOUR"),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_a_guess(
    tmp_path: Path, line: str, hint: str
) -> None:
    path = written(tmp_path, "WORKERS=4", line)

    assert [warning(str(path), hint)] == list(env_file(path))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_secrets_that_others_may_read_are_told_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, "BOT_TOKEN=1:a", mode=mode)

    hint = f"others may read the secrets in it; run: chmod 600 {path}"
    assert [warning(str(path), hint)] == list(env_file(path))


def test_a_file_without_secrets_may_be_read_by_all(tmp_path: Path) -> None:
    path = written(tmp_path, "BOT_TOKEN=", "WORKERS=4", mode=0o644)

    assert [] == list(env_file(path))
