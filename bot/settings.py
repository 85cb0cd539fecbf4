"""All settings. The only module that reads the environment."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRETS = ("bot_token", "telegram_api_hash")


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """Read from the environment and `.env`; `NAME_FILE` gives the path of a file with a secret."""

    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="ignore")

    bot_token: SecretStr
    bot_token_file: Path | None = None
    bot_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    bot_api_local: bool = False
    bot_proxy: SecretStr | None = None
    owner_id: int

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

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _SECRETS:
            if path := values.get(f"{name}_file"):
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @field_validator("bot_proxy", "telegram_proxy", "telegram_dc", "telegram_dc_key", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return value or None
