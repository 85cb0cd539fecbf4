from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import WrongSettingError
from bot.settings import Settings
from bot.verbs.access import telegram_access
from downloader.telegram.access import DataCentre
from sandbox.mtproto.rsa_key import published_key


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "BOT_TOKEN": "1:AA",
        "OWNER_ID": "1",
        "TELEGRAM_API_ID": "7",
        "TELEGRAM_API_HASH": "0" * 32,
    }.items():
        monkeypatch.setenv(name, value)


def test_telegram_itself_needs_only_an_api_id() -> None:
    access = telegram_access(Settings())

    assert (access.api_id, access.api_hash) == (7, "0" * 32)
    assert (access.dc, access.key, access.proxy) == (None, None, None)


def test_another_server_has_an_address_and_a_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key.pem").write_text(published_key().pem)
    monkeypatch.setenv("TELEGRAM_DC", "2@127.0.0.1:4430")
    monkeypatch.setenv("TELEGRAM_DC_KEY", str(tmp_path / "key.pem"))
    monkeypatch.setenv("TELEGRAM_PROXY", "socks5://ann:secret@127.0.0.1:1080")
    access = telegram_access(Settings())

    assert access.dc == DataCentre(2, "127.0.0.1", 4430)
    assert access.key is not None
    assert "BEGIN RSA PUBLIC KEY" in access.key
    assert access.proxy == "socks5://ann:secret@127.0.0.1:1080"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("TELEGRAM_PROXY", "socks5://ann:secret@host", "TELEGRAM_PROXY: host or port is missing"),
        ("TELEGRAM_DC_KEY", "gone.pem", "TELEGRAM_DC_KEY: cannot read gone.pem: No such file"),
        ("TELEGRAM_DC_KEY", "bytes.pem", "TELEGRAM_DC_KEY: cannot read bytes.pem: not a text"),
        ("TELEGRAM_DC_KEY", "words.pem", "TELEGRAM_DC_KEY: not a public key in PEM"),
    ],
)
def test_a_bad_setting_is_one_line_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, line: str
) -> None:
    (tmp_path / "bytes.pem").write_bytes(b"\xff\xfe")
    (tmp_path / "words.pem").write_text("hello")
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettingError) as caught:
        telegram_access(Settings())

    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(line)
    assert "secret" not in caught.value.lines[0]
