"""All settings. The only module that reads the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot import measures
from bot.complaints import setting_complaint
from bot.errors import WrongSettingError
from downloader.hours import Hours
from downloader.manners import Temper
from downloader.proof import CheckBytes

ENV_FILE = Path(".env")
SECRETS = frozenset({"bot_token", "bot_proxy", "telegram_api_hash", "telegram_proxy"})
_FROM_FILES = ("bot_token", "telegram_api_hash")
_READERS = {
    "bandwidth_limit": measures.speed,
    "fetch_between": measures.hours,
    "time_zone": measures.zone,
}
_PORTS = 1 << 16
_PROXY_SCHEMES = ("socks5://", "socks4://", "http://")


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """Read from the environment and `.env`; `NAME_FILE` gives the path of a file with a secret."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    bot_token: SecretStr
    bot_token_file: Path | None = None
    bot_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    bot_api_local: bool = False
    bot_proxy: SecretStr | None = None
    owner_id: int = Field(ge=1)

    telegram_api_id: int = Field(ge=1)
    telegram_api_hash: SecretStr
    telegram_api_hash_file: Path | None = None
    telegram_dc: str | None = Field(None, pattern=r"^\d@.+:\d{1,9}$")
    telegram_dc_key: Path | None = None
    telegram_proxy: SecretStr | None = None

    data_dir: Path = Path("data")
    music_dir: Path = Path("music")
    key_file: Path | None = None
    storage_chat: int | None = None
    workers: int = Field(4, ge=1, le=32)
    disk_reserve_mb: int = Field(500, ge=0)
    pace: Temper = Temper.NORMAL
    bandwidth_limit: str | None = None
    fetch_between: str | None = None
    time_zone: str | None = None
    check_bytes: CheckBytes = CheckBytes.RISKY

    log_format: LogFormat = LogFormat.CONSOLE
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")

    def __init__(self, **values: Any) -> None:
        """Raise WrongSettingError with one line for each setting that cannot be used."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise WrongSettingError(_complaints(error)) from None
        except (OSError, UnicodeError) as error:
            raise WrongSettingError([f"{ENV_FILE}: cannot be read: {_reason(error)}"]) from None

    @property
    def bandwidth(self) -> int | None:
        """Bytes per second; None: no limit."""
        return measures.speed(self.bandwidth_limit) if self.bandwidth_limit else None

    @property
    def hours(self) -> Hours | None:
        """When bytes may be fetched; None: always."""
        if not self.fetch_between:
            return None
        zone = measures.zone(self.time_zone) if self.time_zone else None
        return Hours(*measures.hours(self.fetch_between), zone)

    @model_validator(mode="after")
    def _has_a_place_for_the_key(self) -> Self:
        """Make no key in a folder whose name is a slip of the pen."""
        folder = self.key_file.parent if self.key_file else self.data_dir
        if folder != self.data_dir and not folder.is_dir():
            raise ValueError(f"KEY_FILE: there is no folder {folder}; make it, or correct the path")
        return self

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _FROM_FILES:
            if path := values.get(f"{name}_file"):
                values[name] = _secret_from(f"{name}_file", Path(path))
        return values

    @field_validator("bot_token", mode="after")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value(), re.ASCII):
            raise ValueError("this is not a bot token")
        return value

    @field_validator("telegram_api_hash", mode="after")
    @classmethod
    def _is_a_hash(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9a-fA-F]{32}", value.get_secret_value(), re.ASCII):
            raise ValueError("this is not an api hash, which has 32 hexadecimal digits")
        return value

    @field_validator("telegram_dc", mode="after")
    @classmethod
    def _has_a_port(cls, value: str | None) -> str | None:
        if value and not 0 < int(value.rpartition(":")[2]) < _PORTS:
            raise ValueError("there is no such port")
        return value

    @field_validator("bot_proxy", "telegram_proxy", mode="after")
    @classmethod
    def _is_a_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            _check_proxy(value.get_secret_value())
        return value

    @field_validator("bandwidth_limit", "fetch_between", "time_zone", mode="after")
    @classmethod
    def _can_be_read(cls, value: str | None, field: ValidationInfo) -> str | None:
        if value and field.field_name:
            _READERS[field.field_name](value)
        return value


def written_in(env_file: Path = ENV_FILE) -> Mapping[str, str | None]:
    """Return what the file sets, settings or not, by names in lower case."""
    source = DotEnvSettingsSource(Settings, env_file, "utf-8", env_ignore_empty=False)
    return source.env_vars


def _check_proxy(address: str) -> None:
    if not address.startswith(_PROXY_SCHEMES):
        raise ValueError("write it as socks5://host:port or http://host:port")
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname and parts.port)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ValueError("host or port is missing")


def _secret_from(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{name.upper()}: cannot read {path}: {_reason(error)}") from None


def _reason(error: OSError | UnicodeError) -> str:
    return error.strerror or "broken" if isinstance(error, OSError) else "not a text file"


def _complaints(error: ValidationError) -> list[str]:
    """Say for each wrong setting which one it is and how to put it right; never a secret."""
    lines = []
    for one in error.errors(include_url=False, include_context=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        value = "" if name in SECRETS else one["input"]
        lines.append(setting_complaint(name, one["type"], one["msg"], value))
    return lines
