from __future__ import annotations

import asyncio
import re
import sys

import pytest

from bot.verbs import login
from bot.verbs.refusals import refusal
from downloader.errors import OfflineError
from sandbox.faults import Rule
from sandbox.world import User
from tests.bot.verbs.desk import TOKEN, Desk, Lines

BOB = "+9996620002"


@pytest.fixture(autouse=True)
def bob(desk: Desk) -> None:
    desk.stand.world.add_user("Bob", phone=BOB.removeprefix("+"), password="sesame")


def the_code(desk: Desk) -> Lines:
    return Lines(lambda: desk.codes[-1], "sesame")


async def names(desk: Desk) -> list[str]:
    return [account.name for account in await desk.stand.store.accounts.all()]


async def test_phone_code_and_password_sign_in(desk: Desk) -> None:
    said = await desk.tad("login", "--phone", BOB, answers=the_code(desk))

    assert said.code == 0
    assert re.search(r"Signed in as Bob \(\d+\)\.", said.out)
    assert said.err == ""
    assert await names(desk) == ["Ann", "Bob"]


async def test_the_phone_is_asked_for(desk: Desk) -> None:
    answers = Lines(BOB, "0", lambda: desk.codes[-1], "wrong", "sesame")
    said = await desk.tad("login", "--phone", answers=answers)

    assert said.code == 0
    assert "Phone number" in said.out
    assert "That code was not accepted." in said.out
    assert "That password was not accepted." in said.out


async def test_a_qr_code_signs_in(desk: Desk) -> None:
    ann = desk.stand.user
    desk.scans(ann)
    said = await desk.tad("login")

    assert said.code == 0
    assert "Signed in as Ann" in said.out
    assert "█" in said.out or "▄" in said.out or "\x1b[7m" in said.out


@pytest.mark.parametrize(
    ("words", "answers", "line"),
    [
        (("--phone", "hello"), (), "tad: Telegram does not know this phone number: "),
        (("--phone", BOB), ("1", "2", "3"), "tad: the code was wrong three times: start again"),
        (("--phone", BOB), (), "tad: nobody answered"),
        (("--phone",), (), "tad: nobody answered"),
    ],
)
async def test_row47_what_goes_wrong_is_one_line(
    desk: Desk, words: tuple[str, ...], answers: tuple[str, ...], line: str
) -> None:
    said = await desk.tad("login", *words, answers=Lines(*answers))

    assert said.code == 1
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1
    assert await names(desk) == ["Ann"]


async def test_row49_a_password_of_a_megabyte_is_a_wrong_one(desk: Desk) -> None:
    huge = "x" * 1_000_000
    answers = Lines(lambda: desk.codes[-1], huge, huge, huge)
    said = await desk.tad("login", "--phone", BOB, answers=answers)

    assert said.code == 1
    assert said.err.startswith("tad: the password was wrong three times")
    assert "xxx" not in said.out + said.err
    assert await names(desk) == ["Ann"]


async def test_row50_a_token_or_a_session_in_place_of_a_code_is_a_wrong_one(desk: Desk) -> None:
    session = "1BVtsOK4Bu5" + "a" * 340 + "="
    said = await desk.tad("login", "--phone", BOB, answers=Lines(TOKEN, session, session[:90]))

    assert said.err == "tad: the code was wrong three times: start again\n"
    assert TOKEN not in said.out
    assert session[:90] not in said.out
    assert await names(desk) == ["Ann"]


async def test_a_flood_wait_tells_how_long(desk: Desk) -> None:
    desk.stand.faults.add(Rule("auth.sendCode", error=(420, "FLOOD_WAIT_7300")))
    said = await desk.tad("login", "--phone", BOB)

    assert said.err == "tad: Telegram asks to wait 2 hours: try again then\n"


async def test_f30_offline_nothing_but_our_own_line_is_printed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1") as server:
        monkeypatch.setenv("TELEGRAM_DC", f"2@127.0.0.1:{server.sockets[0].getsockname()[1]}")
        said = await desk.tad("login")

    assert said.code == 1
    assert said.err == f"tad: {refusal(OfflineError())}\n"


async def test_a_bad_setting_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_PROXY", "socks5://host")
    said = await desk.tad("login")

    assert said.code == 2
    assert said.err == "tad: TELEGRAM_PROXY: host or port is missing\n"


async def test_lines_may_be_piped_into_the_real_program(desk: Desk) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "login", "--phone", BOB,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={**desk.environment, "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    stdin = program.stdin
    assert stdin is not None

    def type_in(_user: User, code: str) -> None:
        stdin.write(f"{code}\nsesame\n".encode())

    desk.stand.cluster.on_code.append(type_in)
    async with asyncio.timeout(60):
        out, err = await _ended(program)

    assert (program.returncode, err) == (0, b"")
    assert b"Signed in as Bob" in out


async def _ended(program: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    assert program.stdout is not None
    assert program.stderr is not None
    out, err = await program.stdout.read(), await program.stderr.read()
    await program.wait()
    return out, err


def test_the_verb_tells_what_it_does() -> None:
    assert login.HELP
