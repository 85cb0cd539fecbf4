"""All settings. The only module that reads what the environment says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

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
from bot.environment import forget
from bot.errors import WrongSettingError
from downloader.hours import Hours
from downloader.manners import Temper
from downloader.metadata.naming.rules import Rules
from downloader.proof import CheckBytes
from downloader.schedule import Schedule
from storage.description import Reach
from storage.paths import Templates
from storage.ruling import Upgrades
from storage.sound import Aspect

ENV_FILE = Path(".env")
SECRETS = frozenset(
    {"bot_token", "bot_proxy", "telegram_api_hash", "telegram_proxy", "acoustid_key"}
)
_FROM_FILES = ("bot_token", "telegram_api_hash", "acoustid_key")
_READERS = {
    "bandwidth_limit": measures.speed,
    "fetch_between": measures.hours,
    "time_zone": measures.zone,
    "backups": measures.backups,
    "webhook_allow": measures.hosts,
    "name_rules_off": measures.name_rules,
    "library_template": measures.template,
    "singles_template": measures.template,
    "compilation_template": measures.template,
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
    owner_id: int | None = Field(None, ge=1)

    telegram_api_id: int = Field(ge=1)
    telegram_api_hash: SecretStr
    telegram_api_hash_file: Path | None = None
    telegram_dc: str | None = Field(None, pattern=r"^\d@.+:\d{1,9}$")
    telegram_dc_key: Path | None = None
    telegram_proxy: SecretStr | None = None

    data_dir: Path = Path("data")
    music_dir: Path = Path("music")
    key_file: Path | None = None
    backups: str = "daily 03:00, keep 7"
    backup_dir: Path | None = None
    storage_chat: int | None = None
    send_protected: bool = False
    webhook_allow: str | None = None
    workers: int = Field(4, ge=1, le=32)
    disk_reserve_mb: int = Field(500, ge=0)
    trash_days: int = Field(30, ge=0, le=36_500)
    pace: Temper = Temper.NORMAL
    bandwidth_limit: str | None = None
    fetch_between: str | None = None
    time_zone: str | None = None
    check_bytes: CheckBytes = CheckBytes.RISKY

    write_tags: bool = True
    fingerprints: bool = False
    replaygain: bool = False
    check_sound: bool = False
    upgrades: Upgrades = Upgrades.KEEP
    lookups: Reach = Reach.OFF
    lookup_contact: str | None = Field(None, pattern=measures.CONTACT)
    acoustid_key: SecretStr | None = None
    acoustid_key_file: Path | None = None
    name_rules_off: str | None = None
    library_template: str = "{albumartist}/{album} ({year})/[{disc}-][{track:02} ]{title}"
    singles_template: str = "{artist}/Singles/{title}"
    compilation_template: str = (
        "Compilations/{album} ({year})/[{disc}-][{track:02} ][{artist} - ]{title}"
    )

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
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        values = (getattr(self, name) for name in sorted(SECRETS))
        return [value.get_secret_value() for value in values if value]

    @property
    def bandwidth(self) -> int | None:
        """Bytes per second; None: no limit."""
        return measures.speed(self.bandwidth_limit) if self.bandwidth_limit else None

    @property
    def webhook_hosts(self) -> frozenset[str]:
        """Machines that are not public, and that may be told of tracks all the same."""
        return measures.hosts(self.webhook_allow or "")

    @property
    def backup_schedule(self) -> Schedule | None:
        """When backups are made, and how many are kept; None: never by themselves."""
        return measures.backups(self.backups)

    @property
    def trash_age(self) -> timedelta | None:
        """How long files lie in the trash; None: until a person empties it."""
        return timedelta(days=self.trash_days) if self.trash_days else None

    @property
    def hours(self) -> Hours | None:
        """When bytes may be fetched; None: always."""
        if not self.fetch_between:
            return None
        return Hours(*measures.hours(self.fetch_between), self.zone)

    @property
    def zone(self) -> ZoneInfo | None:
        """That of the clock on the wall; None: the machine's."""
        return measures.zone(self.time_zone) if self.time_zone else None

    @property
    def name_rules(self) -> Rules:
        """The rules by which names are cleaned."""
        return measures.name_rules(self.name_rules_off or "")

    @property
    def listens_for(self) -> frozenset[Aspect]:
        """What tracks are listened to for, which ffmpeg is needed for."""
        wanted = {
            Aspect.LOUDNESS: self.replaygain,
            Aspect.SPECTRUM: self.check_sound,
            Aspect.FINGERPRINT: self.fingerprints,
        }
        return frozenset(aspect for aspect, is_wanted in wanted.items() if is_wanted)

    @property
    def templates(self) -> Templates:
        return Templates(
            measures.template(self.library_template),
            measures.template(self.singles_template),
            measures.template(self.compilation_template),
        )

    @model_validator(mode="after")
    def _has_a_place_for_the_key(self) -> Self:
        """Make no key in a folder whose name is a slip of the pen."""
        folder = self.key_file.parent if self.key_file else self.data_dir
        if folder != self.data_dir and not folder.is_dir():
            raise ValueError(f"KEY_FILE: there is no folder {folder}; make it, or correct the path")
        return self

    @model_validator(mode="after")
    def _says_who_looks_up(self) -> Self:
        if self.lookups is not Reach.OFF and not self.lookup_contact:
            raise ValueError(
                "LOOKUP_CONTACT is missing (it is an address of yours, of mail or of a page, which "
                "MusicBrainz wants to be told): set it, or LOOKUPS=off"
            )
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

    @field_validator(*_READERS, mode="after")
    @classmethod
    def _can_be_read(cls, value: str | None, field: ValidationInfo) -> str | None:
        if value and field.field_name:
            _READERS[field.field_name](value)
        return value


def load() -> Settings:
    """Read the settings, and leave no secret in the environment. Raises `WrongSettingError`."""
    secrets: list[str] = []
    try:
        settings = Settings()
        secrets = settings.secrets
        return settings
    finally:
        forget(SECRETS, secrets)


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
