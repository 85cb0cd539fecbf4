from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import count

import pytest

from bot import (
    auditwords,
    commands,
    converting,
    helptexts,
    helptopics,
    retentionwords,
    roletexts,
    watchwords,
)
from bot.permissions import RANKS, Permission, may
from bot.routes import alone, permissions
from storage.models import Person, Role
from tests.bot.library import NOW
from tests.bot.rig import Rig

OTHERS = [role for role in RANKS if role is not Role.OWNER]


def named(text: str) -> set[str]:
    """Return the commands that a text names."""
    return set(re.findall(r"(?<![\w<])/([a-z]+)", text))


def usable(role: Role) -> set[str]:
    """Return the commands that a role may use, if only alone."""
    return {
        name
        for asked in (permissions(), alone())
        for name, permission in asked.items()
        if may(role, permission)
    }


async def told(rig: Rig, role: Role, *said: str) -> list[str]:
    """Return what somebody with a role is answered."""
    eve = rig.api.person(rig.world.add_user("Eve"))
    # Nobody is too fast for whom a minute passes whenever they look at the clock.
    rig.clock = replace(rig.clock, monotonic=count(step=60.0).__next__)
    answers = []
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", role))
        for text in said:
            eve.send(text)
            answers.append((await eve.reply()).text)
    return answers


async def test_start_says_what_this_is_and_what_to_try(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/start")

        assert "/download @jazz 10" in told.text
        assert {"code"} <= {entity.kind for entity in told.entities}


async def test_help_names_every_command(rig: Rig) -> None:
    async with rig.running():
        told = await rig.ask("/help")

        assert all(f"/{name}" in told.text for name in helptexts.COMMANDS if name != "help")


@pytest.mark.parametrize("role", OTHERS)
async def test_help_names_the_commands_of_a_role_and_no_others(rig: Rig, role: Role) -> None:
    [text] = await told(rig, role, "/help")

    expected = {*usable(role) & helptexts.COMMANDS.keys(), "help"}
    assert expected == {*named(text) - {"unwatch"}, "help"}


def test_help_says_nothing_that_is_left_without_its_commands() -> None:
    assert (
        "<b>Listen</b>\n/search <code>miles davis</code> – in the library\n/recent /random\n\n"
        "<code>/help search</code> tells all of /search, and so on."
    ) == helptexts.overview(usable(Role.GUEST))
    assert "\nanswer one with /convert\n" in helptexts.overview(usable(Role.MEMBER))


@pytest.mark.parametrize("role", RANKS)
def test_help_alone_fits_on_the_screen_of_a_phone(role: Role) -> None:
    lines = re.sub(r"<[^>]*>", "", helptexts.overview(usable(role))).splitlines()

    assert len(lines) <= 22
    assert all(len(line) <= 48 for line in lines)


@pytest.mark.parametrize("role", RANKS)
def test_nothing_that_a_role_reads_of_a_command_leads_to_one_that_is_denied(role: Role) -> None:
    mine = usable(role)
    whole = {name for name in mine if may(role, permissions()[name])}
    told = [helptopics.of(name, whole, mine - whole) for name in mine]
    texts = [helptexts.start(mine), *told]

    denied = permissions().keys() - mine
    assert set() == denied & {name for text in texts for name in named(text)}


@pytest.mark.parametrize("role", OTHERS)
async def test_help_of_a_command_that_is_denied_says_for_whom_it_is(rig: Rig, role: Role) -> None:
    denied = sorted(permissions().keys() - usable(role))
    answers = await told(rig, role, *(f"/help {name}" for name in denied))

    for_whom = permissions() | {"quota": Permission.FETCH}  # at the least
    expected = [roletexts.not_allowed(for_whom[name]) for name in denied]
    assert expected == answers


async def test_no_command_is_taken_for_one_that_is_denied(rig: Rig) -> None:
    answers = await told(
        rig, Role.GUEST, "/help wacth", "/donwload @jazz 10", "/download@jazz 3", "/serach x"
    )

    unknown = "I do not know this command. /help lists the others."
    assert [
        "There is no command “wacth”. /help lists them all.",
        *(unknown, unknown),
        "I do not know this command. Did you mean /search?",
    ] == answers


async def test_a_guest_is_greeted_with_what_guests_may_do(rig: Rig) -> None:
    answers = await told(rig, Role.GUEST, "/start", "/start help")

    assert all("/search" in text and "/download" not in text for text in answers)


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
    texts = (helptexts.overview(usable(Role.OWNER)), *helptopics.TOPICS.values())
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
        ("/download@jazz 3", "Please leave a space before the “@”. Example: /download @jazz"),
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
