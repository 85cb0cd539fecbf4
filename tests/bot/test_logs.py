from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.redaction import HIDDEN
from bot.settings import LogFormat

TOKEN = "123456789:AAFh3kD9sl-Lq2Zx_8vBnMq1w2e3r4t5y6u"
API_HASH = "0123456789abcdef0123456789abcdef"
PHONE = "+49 151 23456789"
SESSION = "1" + "ApWapzMBu2yQ-_" * 25 + "="
LIBRARIES = (
    *("aiogram", "aiogram.event", "aiohttp", "aiohttp.access"),
    *("aiosqlite", "alembic", "telethon"),
)
FORMS = pytest.mark.parametrize("form", LogFormat)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def opened(form: LogFormat, level: str = "debug", *secrets: str) -> io.StringIO:
    stream = io.StringIO()
    logs.set_up(form, level, secrets, stream=stream)
    return stream


@FORMS
@pytest.mark.parametrize("secret", [TOKEN, API_HASH, PHONE, SESSION, "Login code: 24731"])
def test_a_secret_in_any_text_of_any_logger_is_hidden(form: LogFormat, secret: str) -> None:
    stream = opened(form)
    structlog.get_logger("bot").info("said", what=f"x {secret} y", nested={"a": [secret]})
    for name in ("aiogram.dispatcher", "telethon.client", "aiohttp.client"):
        logging.getLogger(name).warning("failed with %s", secret)
        logging.getLogger(name).warning("failed", extra={"more": secret})

    written = stream.getvalue()
    assert secret not in written
    assert secret.removeprefix("Login code: ") not in written
    assert written.count(HIDDEN) >= 7


def fail(words: str) -> None:
    raise ConnectionError(words)


@FORMS
def test_a_secret_in_a_traceback_is_hidden(form: LogFormat) -> None:
    stream = opened(form)
    address = f"https://api.telegram.org/file/bot{TOKEN}/a.mp3"
    try:
        fail(f"{address} password='hunter 2' {PHONE}\n{SESSION}")
    except ConnectionError:
        structlog.get_logger("bot").exception("broke")
        logging.getLogger("aiogram").exception("broke")

    written = stream.getvalue()
    assert "ConnectionError" in written
    assert not any(piece in written for piece in (TOKEN, "hunter", "23456789", SESSION))


@FORMS
@pytest.mark.parametrize(
    "name", ["phone", "code", "password", "session", "token", "api_hash", "text", "caption"]
)
def test_facts_with_secret_names_are_hidden_whatever_they_hold(form: LogFormat, name: str) -> None:
    stream = opened(form)
    structlog.get_logger("bot").info("said", **{name: "plain"})
    logging.getLogger("x").info("said", extra={name: "plain"})

    assert "plain" not in stream.getvalue()


@FORMS
def test_a_secret_that_no_pattern_knows_is_hidden_by_its_value(form: LogFormat) -> None:
    stream = opened(form, "debug", "700:AA", "socks5://me:word@proxy:1080")
    logging.getLogger("x").info("to 700:AA over socks5://me:word@proxy:1080")

    assert "word" not in stream.getvalue()
    assert "700:AA" not in stream.getvalue()


def test_an_answer_code_of_telegram_stays() -> None:
    stream = opened(LogFormat.JSON)
    structlog.get_logger("bot").info("refused", code=420)

    assert 420 == json.loads(stream.getvalue())["code"]


@FORMS
def test_row85_a_name_cannot_fake_another_line(form: LogFormat) -> None:
    stream = opened(form)
    structlog.get_logger("bot").info("track saved", title="a\n[ERROR] fake\x1b[31m")
    logging.getLogger("x").info("title a\n[ERROR] fake")

    assert 2 == len(stream.getvalue().splitlines())
    assert "\x1b[31m" not in stream.getvalue()


class Drawn:
    """Represents itself in two lines."""

    def __repr__(self) -> str:
        return "a\n[ERROR] fake\x1b[31m"


@FORMS
def test_nor_can_what_holds_it_or_represents_it(form: LogFormat) -> None:
    stream = opened(form)
    held = {"a": ["b\n[ERROR] fake\u2028\x85\x1b[31m"]}
    structlog.get_logger("bot").info("said", held=held, drawn=Drawn(), raw=b"a\n[ERROR] fake")
    logging.getLogger("x").info("%s of %r", "a\r\n[ERROR] fake", held, extra={"more": "a\nb"})

    assert 2 == len(stream.getvalue().splitlines())
    assert "\x1b" not in stream.getvalue()


def test_no_line_of_a_traceback_looks_like_one_of_the_log() -> None:
    stream = opened(LogFormat.CONSOLE)
    try:
        fail("a\n[ERROR] fake\r\u2028[ERROR] fake\x1b[31m")
    except ConnectionError:
        structlog.get_logger("bot").exception("broke")
    first, *rest = stream.getvalue().splitlines()

    assert "broke" in first
    assert [] == [line for line in rest if not line.startswith("  | ")]
    assert "\x1b" not in stream.getvalue()


def test_a_traceback_in_json_is_one_line() -> None:
    stream = opened(LogFormat.JSON)
    try:
        fail("a\n[ERROR] fake\u2028\U000e0041")
    except ConnectionError:
        structlog.get_logger("bot").exception("broke")
    [line] = stream.getvalue().splitlines()

    assert "a\n[ERROR] fake\u2028\U000e0041" in json.loads(line)["exception"]
    assert line.isprintable()


@FORMS
def test_what_a_person_has_said_is_hidden_from_then_on(form: LogFormat) -> None:
    stream = opened(form)
    logs.hide("24731")
    logs.hide('two "words" é')
    said = 'said 24731 and two "words" é'
    structlog.get_logger("bot").info(said, track=124731, nested=[said])

    assert not any(word in stream.getvalue() for word in ("é", "words", " 24731"))
    assert "124731" in stream.getvalue()


def test_a_line_that_cannot_be_written_shows_nothing_of_what_it_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = opened(LogFormat.CONSOLE)
    logging.getLogger("x.y").warning("%d of it", "hunter2")

    assert "a line of the log could not be written (x.y)\n" == stream.getvalue()
    assert "" == capsys.readouterr().err


def test_json_lines_carry_level_logger_time_and_bound_facts() -> None:
    stream = opened(LogFormat.JSON)
    with structlog.contextvars.bound_contextvars(job=7):
        structlog.get_logger("bot.app").warning("put off", seconds=3)
    line = json.loads(stream.getvalue())

    assert {"event": "put off", "level": "warning", "logger": "bot.app"}.items() <= line.items()
    assert {"job": 7, "seconds": 3}.items() <= line.items()
    assert line["timestamp"].endswith("Z")


def test_less_severe_lines_are_left_out() -> None:
    stream = opened(LogFormat.CONSOLE, "warning")
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("aiogram").info("quiet")
    structlog.get_logger("bot").warning("loud")

    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


def test_chatty_libraries_are_quiet_even_when_we_debug() -> None:
    stream = opened(LogFormat.CONSOLE)
    logging.getLogger("telethon.network").info("every request")
    logging.getLogger("aiosqlite").debug("every statement")

    assert "" == stream.getvalue()


def test_at_a_terminal_only_we_speak(capsys: pytest.CaptureFixture[str]) -> None:
    logs.for_terminal(LogFormat.CONSOLE)
    for name in LIBRARIES:
        logging.getLogger(name).error("words of its own")
    structlog.get_logger("storage.vault").warning("ours")
    structlog.get_logger("storage.vault").info("too much")
    [line] = capsys.readouterr().err.splitlines()

    assert "ours" in line
