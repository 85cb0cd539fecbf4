"""Sets logging up: one stream, console or JSON, and no secret in it whoever writes."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from bot.settings import LogFormat

HIDDEN = "[hidden]"

# Names of facts whose values never stand in a log, whatever they look like.
_SECRET_NAMES = frozenset(
    {
        *("api_hash", "authorization", "auth_key", "code", "cookie", "key", "login_code"),
        *("password", "phone", "phone_code", "phone_number", "proxy", "session", "string_session"),
        *("text", "caption", "token"),
    }
)
_NAMED = r"(?:api_hash|phone_code|phone_number|phone|login_code|code|password|session|token)"
_PATTERNS = (
    # Bot tokens, alone and inside URLs such as …/file/bot<token>/….
    re.compile(r"\d{3,16}:[\w-]{30,}", re.ASCII),
    re.compile(r"(?<=/bot)\d+:[\w-]+", re.ASCII),
    # Session strings and authorisation keys: far longer than anything else without a space.
    re.compile(r"[\w+/-]{200,}={0,2}", re.ASCII),
    # An api_hash is 32 hex digits; digests of files have 64 and stay.
    re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])"),
    re.compile(r"\+\d(?:[ -]?\d){6,14}(?!\d)"),
    # `password='…'`, `"phone": "…"`, `phone_code=12345` as they stand in representations.
    re.compile(rf"{_NAMED}\\?['\"]?\s*[=:]\s*(?:'[^']*'|\\?\"[^\"\\]*|\+?\d[\d-]{{3,}}\d)"),
    re.compile(r"(?i)\blogin code:?\s*\d[\d -]{3,}\d"),
    # A user name and password inside the address of a proxy.
    re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"),
)
# Other people's loggers say little of use below these levels, and aiogram's says it twice.
_QUIET = {"aiogram.event": logging.WARNING, "aiohttp.access": logging.WARNING}
_LIBRARIES = ("aiogram", "aiohttp", "aiosqlite", "alembic", "telethon")
_STDLIB_FACTS = structlog.stdlib.ExtraAdder()


def set_up(
    form: LogFormat,
    level: str,
    secrets: Collection[str] = (),
    *,
    stream: TextIO | None = None,
) -> None:
    """Send every logger, ours and the libraries', through one redacting handler.

    `secrets` are values that must not appear even where no pattern would know them.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_named,
        _one_line,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(form, shared, secrets, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    # Telethon and aiogram tell of every single request in theirs.
    for name in ("telethon", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def for_terminal(form: LogFormat, level: str = "warning") -> None:
    """Set logging up for a verb that tells a person itself what went wrong.

    What the libraries say of the same trouble would come first, in words of their own.
    """
    set_up(form, level)
    for name in (*_LIBRARIES, *_QUIET):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """Return `text` without whatever is, or looks like, a secret."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that tracebacks and foreign messages are covered too."""

    def __init__(self, processors: list[Processor], foreign: list[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=foreign)
        self.secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self.secrets)


def _formatter(
    form: LogFormat, shared: list[Processor], secrets: Collection[str], *, colours: bool
) -> _Redacting:
    drawing: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form is LogFormat.JSON:
        drawing += [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        plain = structlog.dev.plain_traceback
        drawing.append(structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain))
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, *shared, _STDLIB_FACTS]
    formatter = _Redacting(drawing, foreign)
    # The longest first: one secret may be a piece of another.
    formatter.secrets = tuple(sorted((one for one in secrets if len(one) > 5), key=len)[::-1])
    return formatter


def _hide_named(
    _logger: Any, _name: str, facts: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in facts.keys() & _SECRET_NAMES:
        value = facts[name]
        # What Telegram answers is a code as well, of three digits.
        if not (name == "code" and isinstance(value, int) and value < 1000):
            facts[name] = HIDDEN
    return facts


def _one_line(
    _logger: Any, _name: str, facts: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep foreign line breaks and control characters from faking further lines."""
    for name, value in facts.items():
        if isinstance(value, str):
            # Through str(): the words of our closed sets are written as words.
            facts[name] = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value))
    return facts
