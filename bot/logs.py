"""Sets logging up: one stream, console or JSON, and no secret in it whoever writes."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Collection, MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import structlog
from structlog.typing import ExcInfo, Processor

from bot.redaction import HIDDEN, SECRET_NAMES, Redactor, one_line
from bot.settings import LogFormat

# Other people's loggers say little of use below these levels, and aiogram's says it twice.
_QUIET = {"aiogram.event": logging.WARNING, "aiohttp.access": logging.WARNING}
_LIBRARIES = ("aiogram", "aiohttp", "aiosqlite", "alembic", "telethon")
_STDLIB_FACTS = structlog.stdlib.ExtraAdder()
_PLAIN = (bool, int, float, str, type(None))
_MARGIN = "  | "  # before each line of a traceback, so that none looks like a line of ours


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
    handler = _Handler(stream)
    handler.setFormatter(_formatter(form, shared, secrets, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    # Telethon and aiogram tell of every single request in theirs.
    for name in ("telethon", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def for_terminal(form: LogFormat, level: str = "warning", secrets: Collection[str] = ()) -> None:
    """Set logging up for a verb that tells a person itself what went wrong.

    What the libraries say of the same trouble would come first, in words of their own.
    """
    set_up(form, level, secrets)
    for name in (*_LIBRARIES, *_QUIET):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def hide(secret: str) -> None:
    """Keep from now on what a person has just said out of all that is written."""
    for redactor in _redactors():
        redactor.hide(secret)


def censored(text: str) -> str:
    """Return `text` as it may be shown, without any secret that is known by now."""
    for redactor in _redactors() or [Redactor()]:
        text = redactor.redacted(text)
    return text


def _redactors() -> list[Redactor]:
    formatters = (handler.formatter for handler in logging.getLogger().handlers)
    return [one.redactor for one in formatters if isinstance(one, _Redacting)]


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Tell that a line is lost. By itself the library shows what it held."""
        with suppress(OSError, ValueError):
            self.stream.write(f"a line of the log could not be written ({record.name})\n")


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that tracebacks and foreign messages are covered too."""

    def __init__(
        self, processors: list[Processor], foreign: list[Processor], secrets: Collection[str]
    ) -> None:
        super().__init__(processors=processors, foreign_pre_chain=foreign)
        self.redactor = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self.redactor.redacted(super().format(record))


def _formatter(
    form: LogFormat, shared: list[Processor], secrets: Collection[str], *, colours: bool
) -> _Redacting:
    drawing: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form is LogFormat.JSON:
        drawing += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]
    else:
        console = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_traceback)
        drawing += [_plain, console]
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, _STDLIB_FACTS, *shared]
    return _Redacting(drawing, foreign, secrets)


def _json(facts: MutableMapping[str, Any], **options: Any) -> str:
    """Write letters as letters, and escape what would end a line or act on a terminal."""
    written = json.dumps(facts, ensure_ascii=False, **options)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in written)


def _traceback(stream: TextIO, raised: ExcInfo) -> None:
    lines = "".join(traceback.format_exception(*raised)).rstrip("\n").split("\n")
    stream.writelines(f"\n{_MARGIN}{one_line(line)}" for line in lines)


def _hide_named(
    _logger: Any, _name: str, facts: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in facts.keys() & SECRET_NAMES:
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
            facts[name] = one_line(str(value))  # the words of our closed sets as words
    return facts


def _plain(_logger: Any, _name: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write what is no plain value as it represents itself, which libraries may do in lines."""
    for name, value in facts.items():
        if name != "exc_info" and not isinstance(value, _PLAIN):
            facts[name] = one_line(repr(value))
    return facts
