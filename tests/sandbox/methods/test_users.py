from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from tests.sandbox.mtproto.clients import Clients, Town


async def test_a_username_is_found_in_any_case(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")

    assert (await ann.get_entity("@Jazz_MUSIC")).id == jazz.id
    assert (await ann.get_entity("t.me/jazz_music")).title == jazz.title
    assert (await ann.get_entity("sandbox_bot")).bot


@pytest.mark.parametrize(
    ("name", "error"),
    [("nobody_here", errors.UsernameNotOccupiedError), ("1x", errors.UsernameInvalidError)],
)
async def test_a_name_nobody_has_is_refused(ann: Any, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await ann(functions.contacts.ResolveUsernameRequest(name))


async def test_each_account_has_access_hashes_of_its_own(
    ann: Any, clients: Clients, town: Town
) -> None:
    town.channel("jazz_music")
    bob = await clients.of(town.bob)

    for_ann = await ann.get_input_entity("jazz_music")
    for_bob = await bob.get_input_entity("jazz_music")

    assert for_ann.access_hash != for_bob.access_hash
    with pytest.raises(errors.ChannelInvalidError):
        await bob.get_messages(for_ann)


async def test_users_are_shown_to_those_who_met_them(ann: Any, town: Town) -> None:
    bot = await ann.get_input_entity("sandbox_bot")
    stranger = types.InputUser(town.bob.id, access_hash=7)

    me, met, unmet = await ann(
        functions.users.GetUsersRequest(
            [types.InputUserSelf(), types.InputUser(bot.user_id, bot.access_hash), stranger]
        )
    )

    assert (me.id, me.is_self, me.phone) == (town.ann.id, True, town.ann.phone)
    assert (met.id, met.is_self, met.phone) == (town.bot.id, False, None)
    assert isinstance(unmet, types.UserEmpty)


async def test_a_user_is_described_in_full(ann: Any, town: Town) -> None:
    full = await ann(functions.users.GetFullUserRequest("me"))

    assert full.full_user.id == town.ann.id
    assert full.users[0].first_name == "Ann"
    with pytest.raises(errors.UserIdInvalidError):
        await ann(functions.users.GetFullUserRequest(types.InputUser(1, 1)))
