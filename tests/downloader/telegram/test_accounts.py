from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from downloader.errors import AccountLostError, OfflineError
from downloader.telegram.access import AccessError
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from storage.models import AccountState
from storage.tables import accounts
from tests.downloader.telegram.proxies import Proxy, open_proxy
from tests.downloader.telegram.stand import Stand, body_of, only_audio, read


async def test_each_account_that_is_ready_gets_a_source(stand: Stand) -> None:
    bob, eve = stand.world.add_user("Bob"), stand.world.add_user("Eve")
    for user in (bob, eve):
        await stand.sign_in(user)
    await stand.store.accounts.move(eve.id, AccountState.NEEDS_LOGIN)
    async with stand.sources() as sources:
        assert [source.account_id for source in sources] == [stand.user.id, bob.id]
        assert stand.cluster.counters.open[2] == 2
    assert stand.cluster.counters.accepted[2] == 2


async def test_without_accounts_there_are_no_sources(stand: Stand) -> None:
    await stand.store.accounts.remove(stand.user.id)
    async with stand.sources() as sources:
        assert sources == []


async def test_f30_being_offline_at_the_start_is_no_error(stand: Stand) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    async with stand.cluster.offline():
        sources = stand.sources()
        (source,) = await sources.__aenter__()
        with pytest.raises(OfflineError):
            await source.chat("@jazz")

    found = await source.chat("@jazz")
    await sources.__aexit__(None, None, None)
    assert found.id == chat.marked_id


async def test_f30_a_proxy_that_names_itself_in_no_alphabet_is_an_outage(stand: Stand) -> None:
    nonsense = b"\x05\x00\x05\x00\x00\x03\x02\xff\xfe\x00\x01"
    async with open_proxy(Proxy("socks5", garbage=nonsense)) as proxy:
        stand.proxy = proxy.url()
        async with stand.source() as source:
            with pytest.raises(OfflineError):
                await source.chat("@jazz")


async def test_f16_a_session_revoked_while_we_were_away_is_told_when_used(stand: Stand) -> None:
    stand.cluster.revoke(stand.user)
    async with stand.source() as source:
        with pytest.raises(AccountLostError):
            await source.chat("@jazz")


async def test_an_account_removed_meanwhile_does_no_harm(stand: Stand) -> None:
    chat = stand.world.add_chat("Jazz", username="jazz")
    post = stand.song(chat, dc=4)
    async with stand.source() as source:
        audio = await only_audio(source, await source.chat("@jazz"))
        await stand.store.accounts.remove(stand.user.id)

        # The first file from there makes a new key, which has nowhere to be kept.
        assert await read(await source.open(audio)) == body_of(post.document)


async def sealed(stand: Stand, account_id: int) -> bytes:
    async with stand.store.accounts._database.read() as connection:
        wanted = select(accounts.c.session).where(accounts.c.id == account_id)
        return bytes(await connection.scalar(wanted) or b"")


async def put(stand: Stand, account_id: int, session: bytes) -> None:
    async with stand.store.accounts._database.write() as connection:
        changed = update(accounts).where(accounts.c.id == account_id).values(session=session)
        await connection.execute(changed)


@pytest.mark.parametrize("place", [0, 3, 12, 40, -1])
async def test_a_session_that_was_changed_needs_a_login_and_the_others_go_on(
    stand: Stand, place: int
) -> None:
    bob = stand.world.add_user("Bob")
    await stand.sign_in(bob)
    session = bytearray(await sealed(stand, bob.id))
    session[place] ^= 1
    await put(stand, bob.id, bytes(session))
    with capture_logs() as lines:
        async with stand.sources() as sources:
            assert [stand.user.id] == [source.account_id for source in sources]

    states = {account.id: account.state for account in await stand.store.accounts.all()}
    assert {stand.user.id: AccountState.READY, bob.id: AccountState.NEEDS_LOGIN} == states
    told = [line["account"] for line in lines if "cannot be opened" in line["event"]]
    assert [bob.id] == told
    assert bytes(session) == await sealed(stand, bob.id)

    await stand.sign_in(bob)
    async with stand.sources() as sources:
        assert 2 == len(sources)


async def test_sessions_that_changed_places_are_both_refused(stand: Stand) -> None:
    bob = stand.world.add_user("Bob")
    await stand.sign_in(bob)
    hers, his = await sealed(stand, stand.user.id), await sealed(stand, bob.id)
    await put(stand, stand.user.id, his)
    await put(stand, bob.id, hers)
    async with stand.sources() as sources:
        assert [] == sources

    states = {account.state for account in await stand.store.accounts.all()}
    assert {AccountState.NEEDS_LOGIN} == states


async def test_the_address_of_today_is_stored_with_the_session(stand: Stand) -> None:
    stale = Session.load(await stand.store.accounts.session(stand.user.id))
    stale.set_dc(2, "127.0.0.1", 1)
    await stand.store.accounts.save_session(stand.user.id, stale.dump())
    async with stand.source():
        stored = Session.load(await stand.store.accounts.session(stand.user.id))

    assert (stored.server_address, stored.port) == stand.cluster.address(2)


async def test_a_bad_setting_is_told_before_anything_is_opened(stand: Stand) -> None:
    access = replace(stand.access, proxy="ftp://host:1")
    with pytest.raises(AccessError):
        async with open_sources(access, stand.store):
            pytest.fail("was opened")
