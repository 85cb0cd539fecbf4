from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import WrongSettingError
from bot.settings import Settings

GOOD: dict[str, Any] = {
    "bot_token": "123:abc",
    "owner_id": 7,
    "telegram_api_id": 1,
    "telegram_api_hash": "0" * 32,
}


def made(**values: Any) -> Settings:
    return Settings(_env_file=None, **{**GOOD, **values})


def complaints(**values: Any) -> tuple[str, ...]:
    with pytest.raises(WrongSettingError) as caught:
        made(**values)
    return caught.value.lines


def test_four_settings_are_enough() -> None:
    settings = made()

    assert "123:abc" == settings.bot_token.get_secret_value()
    assert "https://api.telegram.org/" == str(settings.bot_api_url)


def test_what_is_missing_is_named_with_where_to_get_it() -> None:
    with pytest.raises(WrongSettingError) as caught:
        Settings(_env_file=None, owner_id=7)
    first = caught.value.lines[0]

    assert 3 == len(caught.value.lines)
    assert first.startswith("BOT_TOKEN is missing (it is the token that @BotFather gave you")
    assert first.endswith("set it in the environment or in .env")


@pytest.mark.parametrize(
    ("values", "piece"),
    [
        ({"owner_id": "me"}, "OWNER_ID: "),
        ({"owner_id": 0}, "OWNER_ID: "),
        ({"workers": 99}, "WORKERS: "),
        ({"bot_token": "abc"}, "BOT_TOKEN: this is not a bot token"),
        ({"bot_proxy": "ftp://x"}, "BOT_PROXY: write it as socks5://host:port"),
        ({"telegram_dc": "two"}, "TELEGRAM_DC: "),
        ({"log_level": "loud"}, "LOG_LEVEL: "),
        ({"bot_api_url": "nowhere"}, "BOT_API_URL: "),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(values: dict[str, Any], piece: str) -> None:
    [line] = complaints(**values)

    assert line.startswith(piece)
    assert "\n" not in line


def test_a_wrong_secret_is_not_repeated() -> None:
    [line] = complaints(bot_token="my secret")

    assert "my secret" not in line


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("456:def\n", encoding="utf-8")

    assert "456:def" == made(bot_token="", bot_token_file=path).bot_token.get_secret_value()


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    [line] = complaints(bot_token_file=tmp_path / "none")

    assert line.startswith(f"BOT_TOKEN_FILE: cannot read {tmp_path / 'none'}")


def test_a_secret_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"\xff\xfe\xff")

    assert [f"BOT_TOKEN_FILE: cannot read {path}: not a text file"] == list(
        complaints(bot_token_file=path)
    )


def test_a_blank_in_the_environment_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"KEY_FILE": "", "WORKERS": "", "BOT_PROXY": ""}.items():
        monkeypatch.setenv(name, value)
    settings = made()

    assert (None, 4, None) == (settings.key_file, settings.workers, settings.bot_proxy)
