from __future__ import annotations

from sandbox.faults import Rule
from tests.bot.rig import Rig


async def test_an_unexpected_error_is_one_sentence_for_the_person(rig: Rig) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=(400, "Bad Request: on purpose")))
    async with rig.running():
        told = await rig.ask("/help")

        assert "Sorry, something broke on my side. It is in the log on the server." == told.text


async def test_an_apology_that_cannot_be_delivered_stops_nothing(rig: Rig) -> None:
    rig.api.faults.add(Rule("bot.sendMessage", error=(400, "Bad Request: on purpose"), times=2))
    async with rig.running():
        rig.owner.send("/help")
        told = await rig.ask("/status")

        assert told.text.startswith("Nothing is running.")


async def test_f56_who_blocked_the_bot_gets_no_apology(rig: Rig) -> None:
    words = (403, "Forbidden: bot was blocked by the user")
    rig.api.faults.add(Rule("bot.sendMessage", error=words))
    async with rig.running():
        rig.owner.send("/help")
        told = await rig.ask("/status")

        assert told.text.startswith("Nothing is running.")


async def test_an_error_behind_a_button_is_told_where_it_was_pressed(rig: Rig) -> None:
    async with rig.running(working=False):
        question = await rig.ask("/download @jazz all")
        words = (500, "Internal Server Error")
        rig.api.faults.add(Rule("bot.answerCallbackQuery", error=words))
        answer = await rig.owner.press(question, "Never mind")

        assert "All right, I leave it." == answer.text
