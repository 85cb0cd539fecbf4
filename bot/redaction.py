"""Takes secrets out of text, by what they look like, by how they are called, and by their value.

Pure. All that is written for people to keep, logs above all, goes through here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterator
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "[hidden]"

# Names of facts whose values never stand in a log, whatever they look like.
SECRET_NAMES = frozenset(
    {
        *("api_hash", "api_key", "authorization", "auth_key", "code", "cookie", "cookies", "key"),
        *("login_code", "passphrase", "password", "phone", "phone_code", "phone_number", "proxy"),
        *("secret", "session", "string_session", "text", "caption", "token"),
    }
)
# What is never written but with a secret behind it, and what often stands before harmless words.
_STRONG = (
    r"(?:api_hash|api_?key|auth_?key|access_token|secret_token|client_secret|phone_code_hash"
    r"|passphrase|password|passwd|secret|token|string_session|(?:proxy-)?authorization"
    r"|(?:set-)?cookies?)"
)
_WEAK = r"(?:phone_code|phone_number|phone|login_code|code|session|invite_hash|hash|key)"
_IS = r"\\?['\"]?\s*[=:]\s*"
# To its end, whatever is escaped inside; also where the whole is quoted once more.
_QUOTED = r"b?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*|\\\"(?:[^\"\\]|\\\\(?:\\.)?)*)"
_HEADER = r"(?i)\b(?:authorization\s*[=:]\s*(?:\w+\s+)?|cookies?\s*[=:]\s*(?:[^\s;,'\"]+;\s*)*)"
_PATTERNS = (
    # Bot tokens, alone and inside URLs such as …/file/bot<token>/….
    re.compile(r"\d{3,16}(?::|%3[Aa])[\w-]{30,}", re.ASCII),
    re.compile(r"(?<=/bot)\d+(?::|%3[Aa])[\w-]+", re.ASCII),
    # Session strings and authorisation keys: far longer than anything else without a space.
    re.compile(r"[\w+/-]{200,}={0,2}", re.ASCII),
    # An api_hash is 32 hex digits; digests of files have 64 and stay.
    re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])"),
    re.compile(r"\+\d(?:[ -]?\d){6,14}(?!\d)"),
    # Headers as they are sent; in representations they are quoted, as below.
    re.compile(rf"{_HEADER}[^\s;,'\"]+"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/-]{8,}=*"),
    # `password='…'`, `"phone": "…"`, `phone_code=12345` as they stand in representations.
    re.compile(rf"(?i)(?<![a-z]){_STRONG}{_IS}(?:{_QUOTED}|[^\s'\",;&(){{}}\[\]\\]+)"),
    re.compile(rf"(?<![a-z]){_WEAK}{_IS}(?:{_QUOTED}|\+?\d[\d-]{{3,}}\d|[0-9a-fA-F]{{32,}})"),
    re.compile(r"(?i)\blogin code(?::|\s+is:?)?\s*\d[\d -]{3,}\d"),
    # A user name and password inside the address of a proxy.
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/]+(?=@)"),
    # What a webhook is signed with; who may join a chat, sign in by a QR code, see a playlist;
    # who becomes the owner, or is let in; what an account hands in.
    re.compile(r"whsec_[\w+/=-]+", re.ASCII),
    re.compile(r"(?<=\.me/)(?:\+|joinchat/)[\w-]+", re.ASCII),
    re.compile(r"(?<=tg://)(?:join\?invite|login\?token)=[\w%+/=-]+", re.ASCII),
    re.compile(r"\b(?:p\d{1,18}|[ci]|tad-handed-1-\d{1,18})-[\w-]{22}(?![\w-])", re.ASCII),
)
# Shorter values hide too much that is none; short ones only where they stand alone.
_SHORTEST, _LONG = 4, 6


class Redactor:
    """Knows values that must not appear even where no pattern would know them."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._known = {form for secret in secrets for form in forms(secret)}
        self._values = _any_of(self._known)

    def hide(self, secret: str) -> None:
        """Know one more from now on."""
        self._known |= {*forms(secret)}
        self._values = _any_of(self._known)

    def redacted(self, text: str) -> str:
        """Return `text` without whatever is, or looks like, a secret."""
        if self._values:
            text = self._values.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def redacted(text: str) -> str:
    return Redactor().redacted(text)


def one_line(text: str) -> str:
    """Return `text` with all that could end a line, or act on a terminal, spelt out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def forms(secret: str) -> Iterator[str]:
    """Yield how a value may be written: as it is, escaped, or in an address; and its parts."""
    for one in (secret, *_password_of(secret)):
        written = one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1]
        yield from (*written, repr(one)[1:-1], one_line(one), quote(one), quote(one, safe=""))


def _password_of(address: str) -> Iterator[str]:
    """Yield what opens a proxy, also as it goes over the wire; nothing where it has no password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    if parts.password:
        name, password = unquote(parts.username or ""), unquote(parts.password)
        yield from (parts.password, password, f"{name}:{password}")
        yield b64encode(f"{name}:{password}".encode()).decode()


def _any_of(values: Collection[str]) -> re.Pattern[str] | None:
    # The longest first: one secret may be a piece of another.
    wanted = sorted((one for one in values if len(one) >= _SHORTEST), key=len, reverse=True)
    written = [
        re.escape(one) if len(one) >= _LONG else rf"(?<!\w){re.escape(one)}(?!\w)" for one in wanted
    ]
    return re.compile("|".join(written)) if written else None
