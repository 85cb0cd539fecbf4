from __future__ import annotations

import re

import pytest

from bot import commands, helptexts
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


def test_every_example_in_the_help_is_understood() -> None:
    examples = re.findall(r"<code>/download ([^<]*)</code>", helptexts.HELP)

    assert len(examples) >= 7
    assert all(commands.download(example, NOW).requests for example in examples)


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
