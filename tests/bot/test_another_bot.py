"""BOT_TOKEN is another bot's from one start to the next."""

from __future__ import annotations

from sandbox.botapi.person import Person
from sandbox.faults import Rule
from tests.bot.rig import Rig
from tests.bot.test_polling import Echo

OTHER = "800:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


def beside(rig: Rig) -> Person:
    """Return the owner before another bot, whose next update has the number of our last."""
    bot = rig.world.add_user("Other", username="other_bot", token=OTHER)
    owner = rig.api.person(rig.owner.user, bot)
    last = rig.api.hub.state(rig.bot_user).mailbox._last
    rig.api.hub.state(bot).mailbox._last = last - 1
    return owner


async def test_what_another_bot_hears_under_a_number_that_is_taken_is_heard(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
    beside(rig).send("two")
    async with echo.polling(rig, OTHER):
        await echo.hears("two")

    assert ["one", "two"] == echo.heard


async def test_what_it_is_told_to_do_under_such_a_number_is_done(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("act")
        await rig.hears("Done.")
    owner = beside(rig)
    owner.send("act")
    async with echo.polling(rig, OTHER):
        await owner.until(lambda one: one.text == "Done.")

        assert 2 == len(await echo.stores[-1].jobs.every())


async def test_what_the_old_bot_has_done_is_said_by_the_new_one_as_soon_as_it_may(
    rig: Rig,
) -> None:
    echo = Echo()
    rig.api.faults.add(Rule("bot.sendMessage", mute=True))
    answering = rig.api.faults.next_call("bot.sendMessage")
    async with echo.polling(rig):
        rig.owner.send("act")
        await answering.wait()
    owner = beside(rig)
    refused = rig.api.faults.next_call("bot.sendMessage")
    async with echo.polling(rig, OTHER):
        await refused.wait()
        owner.send("hello")
        told = await owner.until(lambda one: "before me" in one.text)
        owner.send("so")
        await echo.hears("so")
    async with echo.polling(rig, OTHER):
        owner.send("bye")
        await echo.hears("bye")

    assert "The bot that was here before me did what you asked: “act”. It is done." == told.text
    assert told.reply_to is None
    assert ["act", "hello", "so", "bye"] == echo.heard
    assert 1 == len([one for one in owner.messages if one.sender is owner.bot])


async def test_what_the_old_bot_has_not_done_is_not_done_by_the_new_one_and_said_so(
    rig: Rig,
) -> None:
    echo = Echo()
    echo.gate.clear()
    async with echo.polling(rig):
        rig.owner.send("one <b>")
        await echo.hears("one <b>")
    echo.gate.set()
    owner = beside(rig)
    owner.send("two")
    async with echo.polling(rig, OTHER):
        told = await owner.until(lambda one: "before me" in one.text)
        owner.send("so")
        await echo.hears("so")
    async with echo.polling(rig):
        rig.owner.send("three")
        await echo.hears("three")

    assert "was replaced before it could do what you asked: “one <b>”. Send it" in told.text
    assert ["one <b>", "two", "so", "three"] == echo.heard
