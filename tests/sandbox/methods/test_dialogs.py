from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.world import ChatKind
from tests.sandbox.mtproto.clients import EPOCH, Clients, Town


async def test_an_account_sees_the_chats_it_is_in_newest_first(ann: Any, town: Town) -> None:
    town.channel("empty_one", town.ann)
    for number, name in enumerate(("older_one", "newer_one"), 1):
        town.post_song(town.channel(name, town.ann, private=True), number)
    town.channel("foreign_one", town.bob)

    dialogs = await ann.get_dialogs()

    assert ["newer_one", "older_one", "empty_one"] == [dialog.title for dialog in dialogs]
    assert dialogs[0].message.file.title == "Song 2"


async def test_many_chats_come_in_pages(ann: Any, town: Town) -> None:
    for number in range(150):
        chat = town.channel(f"chat_{number}", town.ann)
        town.world.post(chat, "hello", date=EPOCH + timedelta(minutes=number), quiet=True)

    dialogs = await ann.get_dialogs()

    assert [f"chat_{number}" for number in reversed(range(150))] == [one.title for one in dialogs]
    assert dialogs.total == 150


async def test_there_are_no_folders(ann: Any, town: Town) -> None:
    town.channel("jazz_music", town.ann)

    assert [] == await ann.get_dialogs(folder=1)


async def test_an_invitation_is_looked_at_and_taken(clients: Clients, town: Town) -> None:
    cave = town.world.add_chat("Cave", ChatKind.GROUP, private=True, members=[town.ann])
    cave.invite = "AbCdEf"
    town.post_song(cave)
    bob = await clients.of(town.bob)

    seen = await bob(functions.messages.CheckChatInviteRequest("AbCdEf"))
    joined = await bob(functions.messages.ImportChatInviteRequest("AbCdEf"))
    again = await bob(functions.messages.CheckChatInviteRequest("AbCdEf"))

    assert (seen.title, seen.participants_count, seen.megagroup) == ("Cave", 1, True)
    assert joined.updates.chats[0].id == cave.id
    assert isinstance(again, types.ChatInviteAlready)
    assert [1] == [post.id for post in await bob.get_messages(again.chat, limit=1)]
    with pytest.raises(errors.UserAlreadyParticipantError):
        await bob(functions.messages.ImportChatInviteRequest("AbCdEf"))


@pytest.mark.parametrize(
    ("invite", "error"),
    [("", errors.InviteHashEmptyError), ("nope", errors.InviteHashExpiredError)],
)
async def test_a_bad_invitation_is_refused(ann: Any, invite: str, error: type[Exception]) -> None:
    for request in (
        functions.messages.CheckChatInviteRequest,
        functions.messages.ImportChatInviteRequest,
    ):
        with pytest.raises(error):
            await ann(request(invite))
