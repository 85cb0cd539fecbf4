from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.faults import Faults, Rule
from sandbox.mtproto.cluster import Cluster
from tests.sandbox.mtproto.clients import Clients, Town

PHONE = "+9996620001"
PHONE_OF_BOB = "+999 662-0002"


async def test_a_person_signs_in_with_the_code_on_the_phone(clients: Clients, town: Town) -> None:
    client = await clients.new()
    assert not await client.is_user_authorized()

    await client.send_code_request(PHONE)
    me = await client.sign_in(PHONE, clients.codes[-1])

    assert town.ann.id == me.id
    assert (await client.get_me()).phone == town.ann.phone


async def test_the_phone_hears_which_user_the_code_is_for(clients: Clients, town: Town) -> None:
    heard = []
    clients.cluster.on_code.append(lambda user, code: heard.append((user, len(code))))
    client = await clients.new()

    await client.send_code_request(PHONE)

    assert [(town.ann, 5)] == heard


async def test_a_wrong_code_is_refused_and_the_right_one_still_works(clients: Clients) -> None:
    client = await clients.new()
    await client.send_code_request(PHONE)
    right = clients.codes[-1]
    wrong = f"{(int(right) + 1) % 100_000:05}"

    with pytest.raises(errors.PhoneCodeInvalidError):
        await client.sign_in(PHONE, wrong)
    await client.sign_in(PHONE, right)

    assert await client.is_user_authorized()


async def test_a_code_is_good_once(clients: Clients) -> None:
    client, other = await clients.new(), await clients.new()
    sent = await client.send_code_request(PHONE)
    await client.sign_in(PHONE, clients.codes[-1])

    with pytest.raises(errors.PhoneCodeExpiredError):
        await other.sign_in(PHONE, clients.codes[-1], phone_code_hash=sent.phone_code_hash)


async def test_a_code_sent_again_replaces_the_first(clients: Clients) -> None:
    client = await clients.new()
    first = await client.send_code_request(PHONE)

    again = await client(functions.auth.ResendCodeRequest(PHONE, first.phone_code_hash))

    with pytest.raises(errors.PhoneCodeExpiredError):
        await client.sign_in(PHONE, clients.codes[0], phone_code_hash=first.phone_code_hash)
    await client.sign_in(PHONE, clients.codes[1], phone_code_hash=again.phone_code_hash)
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client(functions.auth.ResendCodeRequest(PHONE, "unknown"))


@pytest.mark.parametrize("phone", ["+123", "+99966200019"])
async def test_a_phone_number_that_nobody_has_is_refused(clients: Clients, phone: str) -> None:
    client = await clients.new()

    with pytest.raises(errors.PhoneNumberInvalidError):
        await client.send_code_request(phone)


async def test_an_empty_code_is_refused(clients: Clients) -> None:
    client = await clients.new()
    sent = await client.send_code_request(PHONE)

    with pytest.raises(errors.PhoneCodeEmptyError):
        await client(functions.auth.SignInRequest(PHONE, sent.phone_code_hash, ""))


async def test_the_right_password_lets_in(clients: Clients, town: Town) -> None:
    client = await clients.new()
    await client.send_code_request(PHONE_OF_BOB)
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in(PHONE_OF_BOB, clients.codes[-1])
    assert not await client.is_user_authorized()

    await client.sign_in(password=town.bob.password)

    assert (await client.get_me()).id == town.bob.id


async def test_a_wrong_password_is_refused_and_may_be_tried_again(
    clients: Clients, town: Town
) -> None:
    client = await clients.new()
    await client.send_code_request(PHONE_OF_BOB)
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in(PHONE_OF_BOB, clients.codes[-1])

    with pytest.raises(errors.PasswordHashInvalidError):
        await client.sign_in(password="battery staple")
    await client.sign_in(password=town.bob.password)

    assert await client.is_user_authorized()


async def test_a_password_without_a_code_before_it_is_refused(clients: Clients, town: Town) -> None:
    client = await clients.new(request_retries=1)

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client.sign_in(password=town.bob.password)


async def test_a_password_for_nobody_restarts_the_login(clients: Clients) -> None:
    client = await clients.new()
    answer = functions.auth.CheckPasswordRequest(types.InputCheckPasswordSRP(1, b"", b""))

    with pytest.raises(errors.AuthRestartError):
        await client._sender.send(answer)


async def test_a_login_follows_the_phone_to_its_centre(
    clients: Clients, cluster: Cluster, faults: Faults
) -> None:
    client = await clients.new()
    faults.add(Rule("auth.sendCode", error=(303, "PHONE_MIGRATE_4")))

    await client.send_code_request(PHONE)
    await client.sign_in(PHONE, clients.codes[-1])

    assert client.session.dc_id == 4
    assert cluster.counters.calls[4, "auth.signIn"] == 1


async def test_a_bot_signs_in_with_its_token(clients: Clients, town: Town) -> None:
    client = await clients.new()

    await client.sign_in(bot_token=town.bot.token)

    assert (await client.get_me()).bot


async def test_a_wrong_bot_token_is_refused(clients: Clients) -> None:
    client = await clients.new()

    with pytest.raises(errors.AccessTokenInvalidError):
        await client.sign_in(bot_token="700:BB")


async def test_an_app_without_a_hash_is_refused(clients: Clients) -> None:
    client = await clients.new()
    client.api_hash = ""

    with pytest.raises(errors.ApiIdInvalidError):
        await client.send_code_request(PHONE)


async def test_signing_out_ends_the_session(ann: Any) -> None:
    await ann(functions.auth.LogOutRequest())

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await ann(functions.updates.GetStateRequest())


async def test_a_login_is_carried_to_another_centre_only_once(
    ann: Any, clients: Clients, town: Town
) -> None:
    exported = await ann(functions.auth.ExportAuthorizationRequest(4))
    there = await clients.new(dc=4)
    carry = functions.auth.ImportAuthorizationRequest(exported.id, exported.bytes)

    assert (await there(carry)).user.id == town.ann.id

    with pytest.raises(errors.AuthBytesInvalidError):
        await there(carry)


@pytest.mark.parametrize("dc", [2, 5])
async def test_a_login_is_not_carried_where_it_is_or_to_no_centre(ann: Any, dc: int) -> None:
    with pytest.raises(errors.DcIdInvalidError):
        await ann(functions.auth.ExportAuthorizationRequest(dc))


async def test_whoever_is_not_signed_in_is_refused(clients: Clients, cluster: Cluster) -> None:
    client = await clients.new()

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client(functions.updates.GetStateRequest())
    assert cluster.counters.of("updates.getState") == 1
