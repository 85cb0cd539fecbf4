from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Dispatcher
from aiogram.types import Chat, Message, Update, User

from bot.access import RATES, Strangers
from bot.callbacks import Action, Press, Seal
from sandbox.world import ChatKind
from storage.errors import DatabaseBusyError
from storage.models import Person, Role
from storage.people import People
from storage.store import Store
from tests.bot.rig import Product, Rig

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def nothing_was_stored(product: Product, stranger_id: int) -> bool:
    return not await product.jobs() and await product.store.people.get(stranger_id) is None


async def everything_is_handled(rig: Rig) -> None:
    """Wait until the bot has answered a question that was asked after all else."""
    rig.owner.send("/help")
    await rig.hears("/status")


async def test_row01_a_stranger_who_starts_the_bot_gets_one_line(rig: Rig) -> None:
    stranger = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running() as product:
        stranger.send("/start")
        first = await stranger.reply()
        for text in ("/start", "/start", "hello"):
            stranger.send(text)
        await everything_is_handled(rig)

        assert "Sorry, this is a private bot." == first.text
        assert 1 == sum(one.sender is rig.bot_user for one in stranger.messages)
        assert await nothing_was_stored(product, stranger.user.id)


async def test_row02_a_stranger_gets_nothing_else_and_nothing_is_stored(rig: Rig) -> None:
    stranger = rig.api.person(rig.world.add_user("Eve"))
    song = rig.world.add_document(size=1000, name="a.mp3", duration=timedelta(seconds=9))
    async with rig.running() as product:
        stranger.send("/dl @jazz")
        stranger.send("https://t.me/jazz/1")
        mine = stranger.send_document(song)
        pressed = await stranger.press(mine, data="1:p:1:" + "A" * 22)
        offered = await stranger.inline("song")
        await everything_is_handled(rig)

        assert "" == pressed.text
        assert () == tuple(offered.results)
        assert offered.is_personal
        assert {"text": "This is a private bot", "start_parameter": "start"} == offered.button
        assert not [one for one in stranger.messages if one.sender is rig.bot_user]
        assert 0 == rig.calls("getFile")
        assert await nothing_was_stored(product, stranger.user.id)


async def test_row04_row05_a_claim_or_admin_command_of_a_stranger_is_silent(rig: Rig) -> None:
    stranger = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running() as product:
        stranger.send("/start claim-0123456789abcdef")
        first = await stranger.reply()
        for text in ("/status", "/cancel all", "/retry 1"):
            stranger.send(text)
        await everything_is_handled(rig)

        assert "Sorry, this is a private bot." == first.text
        assert await nothing_was_stored(product, stranger.user.id)


def feed(product: Product, rig: Rig, **fields: Any) -> Any:
    """Give the dispatcher an update as Telegram would send it."""
    dispatcher: Dispatcher = product.app.dispatcher
    update = Update(update_id=1, **fields)
    return dispatcher.feed_update(product.app.bot, update)


def group_message(**fields: Any) -> Message:
    group = Chat(id=-1005, type="supergroup", title="Group")
    return Message(message_id=5, date=NOW, chat=group, text="/download @jazz", **fields)


async def test_row06_anonymous_admins_and_channels_are_ignored(rig: Rig) -> None:
    group = Chat(id=-1005, type="supergroup", title="Group")
    owner = User(id=rig.owner.user.id, is_bot=False, first_name="Olga")
    anonymous = User(id=1087968824, is_bot=True, first_name="Group")
    said = [
        group_message(from_user=anonymous, sender_chat=group),
        group_message(from_user=owner, sender_chat=group),
        group_message(from_user=None),
        group_message(from_user=User(id=rig.owner.user.id, is_bot=True, first_name="Bot")),
    ]
    async with rig.running() as product:
        for message in said:
            await feed(product, rig, message=message)
        await feed(product, rig, channel_post=group_message(from_user=owner))

        assert [] == await product.jobs()


async def test_row07_a_forwarded_message_of_the_owner_has_the_rights_of_its_sender(
    rig: Rig,
) -> None:
    stranger = rig.api.person(rig.world.add_user("Eve"))
    chat = rig.world.add_chat("Group", username="group")
    post = rig.world.post(chat, "/download @jazz", sender=rig.owner.user)
    async with rig.running() as product:
        stranger.forward(chat, post)
        await everything_is_handled(rig)

        assert await nothing_was_stored(product, stranger.user.id)


async def test_row08_an_edited_command_is_ignored(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/help")
        old = rig.owner.messages[0]
        await rig.owner.reply()
        rig.owner.edit(old, "/download @jazz")
        owner = User(id=rig.owner.user.id, is_bot=False, first_name="Olga")
        await feed(product, rig, edited_message=group_message(from_user=owner))
        await everything_is_handled(rig)

        assert [] == await product.jobs()


async def test_row09_row10_somebody_elses_press_changes_nothing(rig: Rig) -> None:
    eve = rig.world.add_user("Eve")
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=(eve, rig.owner.user, rig.bot_user))
    stranger = rig.api.person(eve, chat=group)
    owner = rig.api.person(rig.owner.user, chat=group)
    async with rig.running(working=False) as product:
        owner.send("/download@loader_bot @jazz")
        board = await owner.until(lambda one: "Pause" in str(one.buttons))
        answer = await stranger.press(board, "Pause")

        assert "" == answer.text
        assert ["queued"] == [job.state for job in await product.jobs()]


async def test_the_owner_may_press_and_is_remembered_by_name(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        answer = await rig.owner.press(board, "Pause")
        person = await product.store.people.get(rig.owner.user.id)

        assert "Paused." == answer.text
        assert person is not None
        assert ("Olga", "owner") == (person.name, person.role)


async def test_row34_a_button_made_for_another_chat_is_out_of_date(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        board = await rig.ask("/download @jazz")
        seal = Seal(product.store.vault.sign)
        other_chat = seal.pack(-1005, Press(Action.CANCEL, 1))
        answer = await rig.owner.press(board, data=other_chat)

        assert "This button is out of date." == answer.text
        assert ["queued"] == [job.state for job in await product.jobs()]


async def test_a_stranger_who_blocked_the_bot_is_no_error(rig: Rig) -> None:
    stranger = rig.api.person(rig.world.add_user("Eve"))
    stranger.send("/start")
    stranger.dialog.blocked = True
    async with rig.running():
        await everything_is_handled(rig)

    assert not [one for one in stranger.messages if one.sender is rig.bot_user]


def test_each_stranger_is_answered_once_a_day() -> None:
    moments = [NOW, NOW + timedelta(hours=23), NOW + timedelta(hours=25)]
    now = iter(moments)
    strangers = Strangers(lambda: next(now))

    assert [True, False, True] == [strangers.may_be_answered(5) for _ in moments]


def test_all_strangers_together_are_answered_thirty_times_a_minute() -> None:
    clock = [NOW]
    strangers = Strangers(lambda: clock[0])
    answered = [strangers.may_be_answered(user) for user in range(100)]
    clock[0] += timedelta(minutes=1)

    assert [True] * 30 + [False] * 70 == answered
    assert strangers.may_be_answered(200)


def test_only_so_many_strangers_are_remembered() -> None:
    clock = [NOW]
    strangers = Strangers(lambda: clock[0])
    for user in range(10_050):
        clock[0] += timedelta(seconds=3)
        assert strangers.may_be_answered(user)

    assert strangers.may_be_answered(0)


async def test_f43_a_busy_database_keeps_nobody_waiting_for_an_answer(rig: Rig) -> None:
    class Busy(People):
        async def save(self, person: Person, since: datetime | None = None) -> None:
            tried.append(person)
            raise DatabaseBusyError(Path("tad.db"))

    def alter(store: Store) -> Store:
        return replace(store, people=Busy(store.people._database, store.journal))

    tried: list[Person] = []
    rig.alter = alter
    async with rig.running(working=False):
        first = await rig.ask("/start")
        second = await rig.ask("/help")
        await everything_is_handled(rig)

        assert first.text.startswith("Hello!")
        assert "/status" in second.text
        assert len(tried) >= 2
        assert 3 == len(rig.said)


async def test_whoever_is_too_fast_is_told_once_and_then_nothing_is_done(rig: Rig) -> None:
    now = [1000.0]
    rig.clock = replace(rig.clock, monotonic=lambda: now[0])
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.GUEST))
        for _ in range(RATES[Role.GUEST].burst + 5):
            eve.send("/recent")
        told = await eve.until(lambda one: "too much at once" in one.text)
        await everything_is_handled(rig)
        answered = [one.text for one in eve.messages if one.sender is rig.bot_user]
        now[0] += 10
        eve.send("/recent")
        await eve.reply()

    assert "That is too much at once. Please go on in 2 s." == told.text
    assert RATES[Role.GUEST].burst + 1 == len(answered)
    assert 1 == answered.count(told.text)


async def test_the_owner_is_never_too_fast(rig: Rig) -> None:
    rig.clock = replace(rig.clock, monotonic=lambda: 1000.0)
    async with rig.running(working=False):
        for _ in range(100):
            rig.owner.send("/recent")
        await everything_is_handled(rig)

    assert not [one for one in rig.said if "too much" in one]


async def test_it_is_noted_when_somebody_was_seen_and_what_they_are_called(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve", username="eve_1"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "?", Role.GUEST))
        for _ in range(2):
            eve.send("/recent")
            await eve.reply()
        found = await product.store.people.profile(eve.user.id)

    assert found is not None
    assert ("Eve", "eve_1") == (found.person.name, found.username)
    assert found.seen_at is not None
