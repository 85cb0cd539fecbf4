from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.faults import Faults, Rule
from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town


async def test_an_account_without_a_second_factor_has_no_password(ann: Any) -> None:
    assert not (await ann(functions.account.GetPasswordRequest())).has_password


async def test_an_old_question_is_not_answered_twice(clients: Clients, town: Town) -> None:
    client = await clients.new()
    await client.send_code_request("+9996620002")
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in("+9996620002", clients.codes[-1])
    made_up = types.InputCheckPasswordSRP(7, b"", b"")

    with pytest.raises(errors.SrpIdInvalidError):
        await client(functions.auth.CheckPasswordRequest(made_up))


async def test_an_account_lists_its_devices(ann: Any, clients: Clients, town: Town) -> None:
    other = await clients.of(town.ann, device_model="Phone")
    await other.get_me()
    await clients.of(town.bob)

    listed = (await ann(functions.account.GetAuthorizationsRequest())).authorizations

    assert [True, False] == [one.current for one in listed]
    assert listed[0].hash == 0
    assert listed[1].device_model == "Phone"


async def test_a_device_is_signed_out_from_another(ann: Any, clients: Clients, town: Town) -> None:
    other = await clients.of(town.ann)
    listed = (await ann(functions.account.GetAuthorizationsRequest())).authorizations

    await ann(functions.account.ResetAuthorizationRequest(listed[1].hash))

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await other(functions.updates.GetStateRequest())
    with pytest.raises(errors.HashInvalidError):
        await ann(functions.account.ResetAuthorizationRequest(7))


async def test_history_is_read_within_a_takeout(ann: Any, town: Town, cluster: Cluster) -> None:
    jazz = town.channel("jazz_music")
    town.post_song(jazz)

    async with ann.takeout(files=True, max_file_size=1 << 30) as takeout:
        assert [1] == [post.id async for post in takeout.iter_messages("jazz_music")]

    assert cluster.counters.of("account.initTakeoutSession") == 1
    assert cluster.counters.in_takeout["messages.getHistory"] == 1
    assert cluster.counters.of("account.finishTakeoutSession") == 1


async def test_a_takeout_may_have_to_wait(ann: Any, faults: Faults) -> None:
    faults.add(Rule("account.initTakeoutSession", error=(420, "TAKEOUT_INIT_DELAY_86400")))

    with pytest.raises(errors.TakeoutInitDelayError) as caught:
        async with ann.takeout():
            pass

    assert caught.value.seconds == 86400


async def test_a_takeout_that_does_not_exist_is_refused(ann: Any) -> None:
    state = functions.updates.GetStateRequest()
    with pytest.raises(errors.TakeoutInvalidError):
        await ann(functions.InvokeWithTakeoutRequest(7, state))
    with pytest.raises(errors.TakeoutRequiredError):
        await ann(functions.account.FinishTakeoutSessionRequest(success=True))
