from __future__ import annotations

from pathlib import Path

from bot.version import own_version


def test_a_checkout_tells_the_version_of_its_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "3.2.1"\n', encoding="utf-8")

    assert "3.2.1" == own_version(tmp_path)
    assert own_version()[0].isdigit()


def test_elsewhere_the_installed_one_is_told_if_there_is_one(tmp_path: Path) -> None:
    assert own_version(tmp_path)
