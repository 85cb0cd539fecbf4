"""All settings. The only module that reads the environment."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import WrongSettingError

_SECRETS = ("bot_token", "telegram_api_hash")
_PROXY_SCHEMES = ("socks5://", "socks4://", "http://")
_WHERE_FROM = {
    "bot_token": "it is the token that @BotFather gave you, like 123456:ABC-DEF",
    "owner_id": "it is your own Telegram user id, a number; @userinfobot tells it",
    "telegram_api_id": "it is the number from https://my.telegram.org, API development tools",
    "telegram_api_hash": "it is the hash from https://my.telegram.org, API development tools",
    "telegram_dc": "write data centre@host:port, like 2@127.0.0.1:4430",
}


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """Read from the environment and `.env`; `NAME_FILE` gives the path of a file with a secret."""

    model_config = SettingsConfigDict(
        env_file=".env",
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
    telegram_dc: str | None = Field(None, pattern=r"^\d@.+:\d+$")
    telegram_dc_key: Path | None = None
    telegram_proxy: SecretStr | None = None

    data_dir: Path = Path("data")
    music_dir: Path = Path("music")
    key_file: Path | None = None
    workers: int = Field(4, ge=1, le=32)
    disk_reserve_mb: int = Field(500, ge=0)

    log_format: LogFormat = LogFormat.CONSOLE
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")

    def __init__(self, **values: Any) -> None:
        """Raise WrongSettingError with one line for each setting that cannot be used."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise WrongSettingError(_complaints(error)) from None

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _SECRETS:
            if path := values.get(f"{name}_file"):
                values[name] = _secret_from(f"{name}_file", Path(path))
        return values

    @field_validator("bot_token", mode="after")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value(), re.ASCII):
            raise ValueError("this is not a bot token")
        return value

    @field_validator("bot_proxy", "telegram_proxy", mode="after")
    @classmethod
    def _is_a_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(_PROXY_SCHEMES):
            raise ValueError("write it as socks5://host:port or http://host:port")
        return value


def _secret_from(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ValueError(f"{name.upper()}: cannot read {path}: {reason}") from None


def _complaints(error: ValidationError) -> list[str]:
    """Say for each wrong setting which one it is and how to put it right; never its value."""
    lines = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        problem = one["msg"].removeprefix("Value error, ")
        hint = f" ({_WHERE_FROM[name]})" if name in _WHERE_FROM else ""
        if one["type"] == "missing":
            line = f"{name.upper()} is missing{hint}: set it in the environment or in .env"
        else:
            line = f"{name.upper()}: {problem}{hint}" if name else problem
        lines.append(line)
    return lines
