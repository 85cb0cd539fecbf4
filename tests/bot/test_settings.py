from __future__ import annotations

import os
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import WrongSettingError
from bot.settings import Settings, written_in
from downloader.hours import Hours
from downloader.manners import Temper
from storage.description import Reach
from storage.ruling import Upgrades
from storage.sound import Aspect

_BACKUPS = "write it like daily 03:00, keep 7 or every 12h, keep 7, or off"
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


def test_by_default_nothing_is_held_back() -> None:
    settings = made()

    assert (Temper.NORMAL, None, None) == (settings.pace, settings.bandwidth, settings.hours)


def test_nothing_is_listened_for_and_no_file_replaced_unless_that_is_wanted() -> None:
    settings = made(replaygain=True, check_sound=True)

    assert frozenset() == made().listens_for
    assert {Aspect.LOUDNESS, Aspect.SPECTRUM} == settings.listens_for
    assert (Upgrades.KEEP, Upgrades.REPLACE) == (
        settings.upgrades,
        made(upgrades="replace").upgrades,
    )


def test_the_hours_are_those_of_the_zone() -> None:
    settings = made(fetch_between="22:30-06:00", time_zone="Europe/Berlin", bandwidth_limit="5MB/s")

    assert Hours(time(22, 30), time(6), ZoneInfo("Europe/Berlin")) == settings.hours
    assert 5_000_000 == settings.bandwidth


def test_nobody_is_asked_for_anything_unless_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("abc\n", encoding="utf-8")
    wanted = made(lookups="missing", lookup_contact="me@example.org", acoustid_key_file=path)

    assert Reach.OFF is made().lookups
    assert Reach.MISSING is wanted.lookups
    assert wanted.acoustid_key is not None
    assert "abc" == wanted.acoustid_key.get_secret_value()
    assert made(lookup_contact="https://example.org/me").lookup_contact


def test_the_templates_are_those_that_are_written() -> None:
    templates = made(singles_template="{chat}/{title}").templates

    assert ("Jazz", "X") == templates.singles.filled({"chat": "Jazz", "title": "X"})
    assert ("Miles", "Blue (1959)", "2-03 X") == templates.album.filled(
        {"albumartist": "Miles", "album": "Blue", "year": "1959", "disc": "2"}
        | {"track": "3", "title": "X"}
    )


def test_without_a_zone_they_are_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {key.upper(): str(value) for key, value in GOOD.items()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FETCH_BETWEEN", "02:00-06:00")
    monkeypatch.setenv("PACE", "gentle")
    settings = Settings(_env_file=None)

    assert Hours(time(2), time(6)) == settings.hours
    assert Temper.GENTLE is settings.pace


@pytest.mark.parametrize(("days", "age"), [(0, None), (7, timedelta(days=7))])
def test_the_trash_empties_itself_or_not(days: int, age: timedelta | None) -> None:
    assert age == Settings(_env_file=None, **GOOD | {"trash_days": days}).trash_age


def test_what_is_missing_is_named_with_where_to_get_it() -> None:
    with pytest.raises(WrongSettingError) as caught:
        Settings(_env_file=None, owner_id=7)
    first = caught.value.lines[0]

    assert 3 == len(caught.value.lines)
    assert first.startswith("BOT_TOKEN is missing (it is the token that @BotFather gave you")
    assert first.endswith("set it in the environment or in .env")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (
            {"owner_id": "@me"},
            (
                "OWNER_ID: '@me' is not a number"
                " (it is your own Telegram user id; @userinfobot tells it)"
            ),
        ),
        (
            {"owner_id": "0"},
            "OWNER_ID: '0' is too small (it is your own Telegram user id; @userinfobot tells it)",
        ),
        ({"workers": "99"}, "WORKERS: '99' is too large (write a number from 1 to 32)"),
        ({"workers": "9" * 5000}, "WORKERS: this is too large (write a number from 1 to 32)"),
        (
            {"disk_reserve_mb": "1.5"},
            "DISK_RESERVE_MB: '1.5' is not a number (write a number of megabytes, 0 or more)",
        ),
        (
            {"backups": "nightly"},
            f"BACKUPS: this does not say when, and how many are kept ({_BACKUPS})",
        ),
        (
            {"trash_days": "-1"},
            "TRASH_DAYS: '-1' is too small (write a number of days, or 0 for never)",
        ),
        (
            {"bot_api_local": "perhaps"},
            "BOT_API_LOCAL: 'perhaps' is neither true nor false (write true or false)",
        ),
        (
            {"bot_token": "abc"},
            (
                "BOT_TOKEN: this is not a bot token"
                " (it is the token that @BotFather gave you, like 123456:ABC-DEF)"
            ),
        ),
        (
            {"telegram_api_hash": "xyz"},
            (
                "TELEGRAM_API_HASH: this is not an api hash, which has 32 hexadecimal digits"
                " (it is on https://my.telegram.org, API development tools)"
            ),
        ),
        (
            {"telegram_dc": "2@127.0.0.1:99999"},
            (
                "TELEGRAM_DC: there is no such port"
                " (write data centre@host:port, like 2@127.0.0.1:4430)"
            ),
        ),
        (
            {"key_file": "/no/such/folder/key"},
            "KEY_FILE: there is no folder /no/such/folder; make it, or correct the path",
        ),
        ({"bot_proxy": "ftp://x"}, "BOT_PROXY: write it as socks5://host:port or http://host:port"),
        ({"bot_proxy": "socks5://host"}, "BOT_PROXY: host or port is missing"),
        ({"bot_proxy": "socks5://host:99999"}, "BOT_PROXY: host or port is missing"),
        (
            {"telegram_dc": "two"},
            (
                "TELEGRAM_DC: 'two' cannot be used"
                " (write data centre@host:port, like 2@127.0.0.1:4430)"
            ),
        ),
        (
            {"log_level": "loud"},
            "LOG_LEVEL: 'loud' cannot be used (write debug, info, warning or error)",
        ),
        (
            {"check_bytes": "some"},
            "CHECK_BYTES: 'some' cannot be used (write all, risky or off)",
        ),
        ({"lookups": "some"}, "LOOKUPS: 'some' cannot be used (write off, missing or all)"),
        (
            {"lookups": "all"},
            (
                "LOOKUP_CONTACT is missing (it is an address of yours, of mail or of a page, which"
                " MusicBrainz wants to be told): set it, or LOOKUPS=off"
            ),
        ),
        (
            {"lookup_contact": "a@b.c\r\nX: y"},
            (
                "LOOKUP_CONTACT: this cannot be used"
                " (write an address of mail, or of a page that begins with https://)"
            ),
        ),
        ({"pace": "fast"}, "PACE: 'fast' cannot be used (write gentle, normal or eager)"),
        (
            {"bandwidth_limit": "5Mb/s"},
            (
                "BANDWIDTH_LIMIT: this is no speed"
                " (write a speed like 5MB/s or 500kB/s, 10kB/s or more)"
            ),
        ),
        (
            {"fetch_between": "25:00-06:00"},
            (
                "FETCH_BETWEEN: there is no such time of the day"
                " (write two times of the day, like 02:00-06:00)"
            ),
        ),
        (
            {"time_zone": "Mars/Phobos"},
            "TIME_ZONE: there is no such time zone (write a name like Europe/Berlin)",
        ),
        (
            {"library_template": "{artist}/{albun}"},
            (
                "LIBRARY_TEMPLATE: at character 10: there is no field {albun}; is {album} meant?"
                " (write it like {artist}/{album}/[{track:02} ]{title}; the README names the"
                " fields)"
            ),
        ),
        ({"log_format": "xml"}, "LOG_FORMAT: 'xml' cannot be used (write console or json)"),
        (
            {"bot_api_url": "nowhere"},
            (
                "BOT_API_URL: 'nowhere' is not an address"
                " (write an address like https://api.telegram.org)"
            ),
        ),
        (
            {"bot_api_url": "ftp://nowhere"},
            (
                "BOT_API_URL: this does not begin with http:// or https://"
                " (write an address like https://api.telegram.org)"
            ),
        ),
    ],
)
def test_a_wrong_setting_is_one_line_that_says_how_to_put_it_right(
    values: dict[str, Any], line: str
) -> None:
    assert (line,) == complaints(**values)


@pytest.mark.parametrize("secret", ["0123456789abcdef0123456789abcdef", "123:abc", "socks5://a:b"])
@pytest.mark.parametrize("name", ["owner_id", "telegram_api_id", "workers", "log_level"])
def test_a_secret_in_the_wrong_line_is_not_repeated(name: str, secret: str) -> None:
    [line] = complaints(**{name: secret})

    assert line.startswith(f"{name.upper()}: this ")
    assert secret not in line


@pytest.mark.parametrize(
    ("content", "reason"), [(b"WORKERS=\xff\xfe", "not a text file"), (None, "Permission denied")]
)
def test_an_env_file_that_cannot_be_read_is_one_line(
    content: bytes | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content or b"")
    if content is None:
        (tmp_path / ".env").chmod(0)
    if content is None and os.access(tmp_path / ".env", os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(WrongSettingError) as caught:
        Settings(**GOOD)

    assert (f".env: cannot be read: {reason}",) == caught.value.lines


def test_what_an_env_file_sets_is_told_whether_or_not_it_is_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("# WORKERS=1\nWORKERS=3\nWORKRES=\n", encoding="utf-8")

    assert {"workers": "3", "workres": ""} == dict(written_in(path))
    assert {} == dict(written_in(tmp_path / "gone"))


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
