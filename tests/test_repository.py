from __future__ import annotations

import itertools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.sources import PRODUCT, ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")

SETTING = re.compile(r"^(?P<unset>#?)(?P<name>[A-Z][A-Z_]+)=(?P<value>.*)$")
MACHINE_PATH = re.compile(r"""(?<![\w.])/(?:home|root|Users|work|mnt)/[\w.-]+""")
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|file:")


def lines_of(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def documented() -> dict[str, tuple[bool, str, str]]:
    """Return (is required, value, comment) of each setting in `.env.example`."""
    lines = lines_of(".env.example")
    found = {}
    for before, line in itertools.pairwise(lines):
        if match := SETTING.match(line):
            found[match["name"]] = (not match["unset"], match["value"], before)
    return found


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("this copy is no git repository")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def project() -> dict[str, str]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]  # type: ignore[no-any-return]  # TOML has no types


def test_every_setting_is_documented_and_no_other() -> None:
    expected = {name.upper() for name in Settings.model_fields}

    assert expected == documented().keys()


def test_only_settings_without_default_stand_uncommented() -> None:
    required = {
        name.upper() for name, field in Settings.model_fields.items() if field.is_required()
    }

    assert required == {name for name, (is_set, _, _) in documented().items() if is_set}


def test_documented_defaults_are_the_real_ones() -> None:
    real = {
        name.upper(): field.get_default()
        for name, field in Settings.model_fields.items()
        if not field.is_required()
    }
    said = {name: value for name, (is_set, value, _) in documented().items() if not is_set}

    assert {name: as_written(value) for name, value in real.items()} == said


def as_written(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default).rstrip("/")


def test_every_setting_has_a_comment_that_tells_its_default() -> None:
    wrong = [
        name
        for name, (_, _, comment) in documented().items()
        if not re.fullmatch(r"# [A-Z].*\. (?:Required\.|Default: .+)", comment)
    ]

    assert [] == wrong


def test_the_example_itself_can_be_read_once_filled_in(tmp_path: Path) -> None:
    filled = {
        "BOT_TOKEN": "1:a",
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "a" * 32,
    }
    lines = [
        f"{line}{filled[line[:-1]]}" if line[:-1] in filled else line.removeprefix("#")
        for line in lines_of(".env.example")
        if SETTING.match(line)
    ]
    (tmp_path / "env").write_text("\n".join(lines), encoding="utf-8")

    settings = Settings(_env_file=tmp_path / "env")

    assert (1, None) == (settings.telegram_api_id, settings.owner_id)


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    lines = lines_of(name)
    pins = [line for line in lines if re.match(r"[a-z]", line)]

    assert [] == [line for line in lines if ADDRESS.search(line) or MACHINE_PATH.search(line)]
    assert [] == [line for line in pins if "==" not in line or not line.endswith("\\")]
    assert pins


def test_the_lock_of_the_tools_holds_the_same_versions_as_the_lock_of_the_program() -> None:
    program, tools = (
        {line.split(" ")[0] for line in lines_of(name) if re.match(r"[a-z]", line)}
        for name in LOCKS[:2]
    )

    assert set() == program - tools


def test_every_dependency_is_locked() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = document["project"]["dependencies"] + document["dependency-groups"]["dev"]
    wanted += document["build-system"]["requires"]
    locked = {line.split("==")[0] for name in LOCKS for line in lines_of(name)}

    assert set() == {re.split(r"[\[<>=,]", line)[0].lower() for line in wanted} - locked


def test_the_newest_version_in_the_changelog_is_the_project_version() -> None:
    if not (ROOT / "CHANGELOG.md").exists():
        pytest.skip("there is no changelog yet")
    headings = [
        match[1]
        for line in lines_of("CHANGELOG.md")
        if (match := re.match(r"## \[?(\d+\.\d+\.\d+)", line))
    ]

    assert project()["version"] == headings[0]


def test_a_wheel_takes_every_file_of_the_packages_along() -> None:
    packages = {path.parent for name in PRODUCT for path in (ROOT / name).rglob("*.py")}
    files = {
        path
        for name in PRODUCT
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert set() == {path for path in packages if not (path / "__init__.py").exists()}
    assert set() == {path for path in files if path.suffix != ".py"}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path != Path(__file__)
        for match in MACHINE_PATH.finditer(text_of(path))
    ]

    assert [] == wrong


def test_no_secret_place_is_tracked() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert set() == names & {".env", "data", "music", ".venv", "uv.lock"}


def test_the_licence_is_the_whole_text_of_the_gpl() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Version 3, 29 June 2007" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "GPL-3.0-or-later" == project()["license"]
