from __future__ import annotations

import re
from html import unescape

import pytest

from bot import (
    auditwords,
    commands,
    converting,
    helptexts,
    helptopics,
    retentionwords,
    watchwords,
)
from tests.bot.library import NOW
from tests.bot.rig import Rig


async def test_start_says_what_this_is_and_what_to_try(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/start")

        assert "/download @jazz 10" in told.text
        assert {"code"} <= {entity.kind for entity in told.entities}


async def test_help_names_every_command(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/help")

        assert all(f"/{name}" in told.text for name in helptexts.COMMANDS if name != "help")


async def test_help_alone_fits_on_the_screen_of_a_phone(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/help")

    assert len(told.text.splitlines()) <= 22
    assert all(len(line) <= 48 for line in told.text.splitlines())


@pytest.mark.parametrize("command", [*helptexts.COMMANDS, "unwatch"])
async def test_help_tells_of_each_command(rig: Rig, command: str) -> None:
    async with rig.running():
        told = await rig.ask(f"/help {command}")

    assert f"/{command}" in told.text
    assert len(told.text) > len(f"/{command}") + 20


async def test_help_of_what_is_no_command_says_what_may_be_meant(rig: Rig) -> None:
    async with rig.running():
        slashed = await rig.ask("/help /Watch")
        nearly = await rig.ask("/help wacth")
        other = await rig.ask("/help <cooking>")

    assert slashed.text.startswith("/watch follows a chat")
    assert "There is no command “wacth”. Did you mean /help watch?" == nearly.text
    assert "There is no command “<cooking>”. /help lists them all." == other.text


def examples_of(command: str) -> list[str]:
    texts = (helptexts.HELP, *helptopics.TOPICS.values())
    found = re.findall(rf"<code>/{command} ([^<]*)</code>", "\n".join(texts))
    return [unescape(one) for one in found]


def test_every_example_in_the_help_is_understood() -> None:
    downloads, watches = examples_of("download"), examples_of("watch")
    chats = [one for one in watches if one.startswith("@")]
    defaults = [one.removeprefix("defaults ") for one in watches if one.startswith("defaults ")]

    assert len(downloads) >= 7
    assert all(commands.download(example, NOW).requests for example in downloads)
    assert all(watchwords.watch(example).chat for example in chats)
    assert all(watchwords.usual(example).rules for example in defaults)
    assert all(auditwords.audit(example).chat for example in examples_of("audit"))
    assert all(retentionwords.read(example) for example in examples_of("retention"))
    assert all(converting.read(example) for example in examples_of("convert"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/donwload @jazz 10", "I do not know this command. Did you mean /download?"),
        ("/download@jazz 3", "Please leave a space before the “@”."),
    ],
)
async def test_a_command_that_is_nearly_right_is_told_how_it_is_meant(
    rig: Rig, text: str, answer: str
) -> None:
    async with rig.running():
        told = await rig.ask(text)

        assert told.text.startswith(answer)


async def test_row15_an_unknown_command_gets_a_short_help(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/dance")

        assert told.text.startswith("I do not know this command. /help lists the others.")
