"""How to reach Telegram: the application's id, and where the servers are if not the usual ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

_PROXY_SCHEMES = frozenset({"socks5", "socks4", "http"})


class AccessError(Exception):
    """A setting cannot be used. `setting` is its name, `detail` says what is wrong with it."""

    def __init__(self, setting: str, detail: str) -> None:
        super().__init__(f"{setting}: {detail}")
        self.setting = setting
        self.detail = detail


@dataclass(frozen=True, slots=True)
class DataCentre:
    id: int
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Access:
    """`dc` is the home data centre where it is not Telegram's own, `key` the PEM of its RSA key.

    `proxy` is `socks5://`, `socks4://` or `http://[user:password@]host:port`.
    """

    api_id: int
    api_hash: str = field(repr=False)
    dc: DataCentre | None = None
    key: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)


def data_centre(text: str) -> DataCentre:
    """Read `id@host:port`, for example `2@127.0.0.1:443` or `2@[::1]:443`."""
    number, _, address = text.partition("@")
    host, _, port = address.rpartition(":")
    if not (number.isdecimal() and host and port.isdecimal()):
        raise AccessError("TELEGRAM_DC", "expected id@host:port")
    return DataCentre(int(number), host.strip("[]"), int(port))


def proxy_options(url: str) -> dict[str, Any]:
    """Return the proxy in the words of python-socks; names are resolved at the far end."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AccessError("TELEGRAM_PROXY", "not a URL") from error
    if parts.scheme not in _PROXY_SCHEMES:
        raise AccessError("TELEGRAM_PROXY", "expected socks5://, socks4:// or http://")
    if not host or not port:
        raise AccessError("TELEGRAM_PROXY", "host or port is missing")
    return {
        "proxy_type": parts.scheme,
        "addr": host,
        "port": port,
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "rdns": True,
    }


def server_key(pem: str) -> str:
    """Return a server's public RSA key in the one form Telethon reads (PKCS #1)."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise AccessError("TELEGRAM_DC_KEY", "not a public key in PEM") from error
    if not isinstance(key, RSAPublicKey):
        raise AccessError("TELEGRAM_DC_KEY", "not an RSA key")
    return key.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
