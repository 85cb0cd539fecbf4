from __future__ import annotations

import json

from telethon.crypto import AuthKey
from telethon.tl.types import PeerUser

from downloader.telegram.session import Session

KEY, OTHER = bytes(range(256)), b"\x07" * 256


def signed_in() -> Session:
    session = Session()
    session.set_dc(2, "127.0.0.1", 443)
    session.auth_key = AuthKey(KEY)
    return session


def test_everything_survives_the_way_through_bytes() -> None:
    session = signed_in()
    session.set_key(4, OTHER)
    session.takeout_id = 77
    again = Session.load(session.dump())

    assert (again.dc_id, again.server_address, again.port) == (2, "127.0.0.1", 443)
    assert again.auth_key.key == KEY
    assert again.key(4) == OTHER
    assert again.key(5) is None
    assert again.takeout_id == 77
    assert again.dump() == session.dump()


def test_a_session_stored_before_takeouts_were_kept_can_still_be_read() -> None:
    record = json.loads(signed_in().dump())
    del record["takeout"]

    assert Session.load(json.dumps(record).encode()).takeout_id is None


def test_a_session_without_a_key_can_be_stored() -> None:
    assert not Session.load(Session().dump()).auth_key


async def test_it_is_kept_only_when_it_changed() -> None:
    kept: list[bytes] = []

    async def keep(data: bytes) -> None:
        kept.append(data)

    session = Session.load(signed_in().dump(), keep)
    await session.keep()
    assert kept == []

    session.set_key(4, OTHER)
    await session.keep()
    await session.keep()
    assert kept == [session.dump()]

    session.set_key(4, None)
    session.set_key(4, None)
    await session.keep()
    assert kept[-1] == signed_in().dump()


async def test_it_may_be_kept_nowhere() -> None:
    await signed_in().keep()


def test_it_remembers_nobody() -> None:
    session = signed_in()
    session.process_entities([PeerUser(1)])

    assert session.dump() == signed_in().dump()
