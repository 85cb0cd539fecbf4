"""The way to Telegram, out of the settings."""

from __future__ import annotations

from bot.errors import WrongSettingError
from bot.settings import Settings
from downloader.telegram.access import (
    Access,
    AccessError,
    data_centre,
    proxy_options,
    server_key,
)


def telegram_access(settings: Settings) -> Access:
    """Raise `WrongSettingError` for what cannot be used, before anything is connected."""
    try:
        proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
        if proxy:
            proxy_options(proxy)
        return Access(
            api_id=settings.telegram_api_id,
            api_hash=settings.telegram_api_hash.get_secret_value(),
            dc=data_centre(settings.telegram_dc) if settings.telegram_dc else None,
            key=_key(settings),
            proxy=proxy,
        )
    except AccessError as error:
        raise WrongSettingError([f"{error.setting}: {error.detail}"]) from error


def _key(settings: Settings) -> str | None:
    path = settings.telegram_dc_key
    if path is None:
        return None
    try:
        return server_key(path.read_text(encoding="ascii"))
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise AccessError("TELEGRAM_DC_KEY", f"cannot read {path}: {reason}") from error
