from __future__ import annotations

import pytest

from bot.verbs.checks import fine, warning, wrong
from bot.verbs.doctor import drawn
from storage.models import AccountState
from storage.store import KEY_NAME
from storage.tables import accounts
from tests.bot.verbs.desk import TOKEN, Desk

EVERYTHING = [
    "settings", "data folder", "music folder", "free space", "one file system", "database",
    "key file", "owner", "accounts", "backup", "journal", "Bot API", "inline mode",
    "Telegram", "clock",
]  # fmt: skip


def marks(out: str) -> dict[str, str]:
    """Return the mark of each line by what was looked at."""
    return {line[2:].split(":")[0]: line[0] for line in out.splitlines()}


async def test_where_all_is_well_every_line_says_so(desk: Desk) -> None:
    await desk.tad("backup")
    said = await desk.tad("doctor")

    assert marks(said.out) == dict.fromkeys(EVERYTHING, "✓")
    assert said.code == 0
    assert said.err == ""
    assert "@tad_bot" in said.out
    assert TOKEN not in said.out


async def test_a_bad_setting_ends_the_examination(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_DC", "nonsense")
    said = await desk.tad("doctor")

    assert said.code == 1
    assert said.out.startswith("✗ settings: TELEGRAM_DC")
    assert said.out.endswith("\n(the rest is checked once these are right)\n")


async def test_a_setting_that_is_missing_by_a_typo_is_told_with_the_typo(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELEGRAM_API_ID")
    write_env(desk, "TELEGRAM_APIID=1", 0o600)
    said = await desk.tad("doctor")

    assert said.code == 1
    assert "✗ settings: TELEGRAM_API_ID is missing" in said.out
    assert "! .env: not a setting: TELEGRAM_APIID (did you mean TELEGRAM_API_ID?)\n" in said.out


async def test_a_warning_is_no_failure(desk: Desk) -> None:
    write_env(desk, f"BOT_TOKEN={TOKEN}", 0o644)
    said = await desk.tad("doctor")

    assert said.code == 0
    assert "! .env: others may read the secrets in it; run: chmod 600 .env\n" in said.out


def write_env(desk: Desk, line: str, mode: int) -> None:
    path = desk.folder / ".env"
    path.write_text(f"{line}\n", encoding="utf-8")
    path.chmod(mode)


async def test_a_container_that_waits_for_its_first_login_is_well(desk: Desk) -> None:
    await desk.stand.store.accounts.remove(desk.stand.user.id)
    quick, full = await desk.tad("doctor", "--quick"), await desk.tad("doctor")

    assert (quick.code, full.code) == (0, 1)
    assert "! accounts: nobody is signed in; run: tad login" in quick.out
    assert "✗ accounts: nobody is signed in; run: tad login" in full.out


async def test_that_there_is_no_backup_is_no_failure_and_a_container_does_not_ask(
    desk: Desk,
) -> None:
    quick, full = await desk.tad("doctor", "--quick"), await desk.tad("doctor")

    assert (0, 0) == (quick.code, full.code)
    assert "backup" not in marks(quick.out)
    assert "!" == marks(full.out)["backup"]


async def test_f30_both_ends_out_of_reach_are_two_lines(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    async with desk.stand.cluster.offline():
        said = await desk.tad("doctor")

    bad = [name for name, mark in marks(said.out).items() if mark == "✗"]
    assert bad == ["Bot API", "Telegram"]
    assert said.code == 1


async def test_an_account_whose_session_was_changed_is_told(desk: Desk) -> None:
    async with desk.stand.store.accounts._database.write() as connection:
        await connection.execute(accounts.update().values(session=b"\x01 no session"))
    said = await desk.tad("doctor", "--quick")

    assert 0 == said.code
    assert "! accounts: Ann: no longer signed in; run: tad login" in said.out


async def test_an_account_that_must_sign_in_again_is_told(desk: Desk) -> None:
    await desk.stand.store.accounts.move(desk.stand.user.id, AccountState.NEEDS_LOGIN)
    said = await desk.tad("doctor")

    assert said.code == 1
    assert "✗ accounts: Ann: no longer signed in; run: tad login" in said.out


async def test_a_lost_key_is_told_and_the_rest_is_looked_at(desk: Desk) -> None:
    (desk.folder / "data" / KEY_NAME).unlink()
    said = await desk.tad("doctor")

    assert said.code == 1
    assert marks(said.out)["database"] == "✗"
    assert marks(said.out)["Telegram"] == "✓"


def test_a_finding_is_one_line_with_a_mark() -> None:
    assert drawn(fine("settings")) == "✓ settings"
    assert drawn(fine("clock", "right")) == "✓ clock: right"
    assert drawn(wrong("clock", "set it")) == "✗ clock: set it"
    assert drawn(warning("clock", "look at it")) == "! clock: look at it"
