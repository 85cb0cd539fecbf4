from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telethon.crypto import rsa
from telethon.errors import SecurityError
from telethon.tl.types import CdnConfig, CdnPublicKey

from downloader.telegram.cdn_introduction import CdnIntroduction
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.link import Patience
from downloader.telegram.session import Session
from sandbox.cdn import CDN_DC
from sandbox.faults import Rule
from sandbox.mtproto.rsa_key import cdn_key, published_key
from tests.downloader.telegram.stand import Stand


@asynccontextmanager
async def introduction(stand: Stand) -> AsyncIterator[CdnIntroduction]:
    session = Session.load(await stand.store.accounts.session(stand.user.id))
    client = Client(stand.access, session, Patience())
    try:
        yield CdnIntroduction(client, Door())
    finally:
        await client.aclose()


def keys(*pems: str) -> Any:
    return lambda _: CdnConfig([CdnPublicKey(CDN_DC, pem) for pem in pems])


async def test_a_key_is_agreed_with_the_cdn_that_it_knows(stand: Stand) -> None:
    async with introduction(stand) as cdn:
        secret = await cdn.secret(CDN_DC)

    # One key in 256 begins with a zero, and is then known there with it and without.
    assert secret.key.key in [device.key for device in stand.cluster.devices(CDN_DC)]


async def test_a_key_of_the_cdn_opens_no_other_data_centre(stand: Stand) -> None:
    """A CDN that stood between us and Telegram could else answer in its place."""
    async with introduction(stand) as cdn:
        before = dict(rsa._server_keys)
        await cdn.secret(CDN_DC)

    assert before == rsa._server_keys
    assert cdn_key().fingerprint not in rsa._server_keys


async def test_a_cdn_that_has_not_its_key_is_not_spoken_to(stand: Stand) -> None:
    """Not even under the key of the master, which it may have stolen a connection of."""
    stand.faults.add(Rule("help.getCdnConfig", reply=keys(published_key().pem), times=None))
    async with introduction(stand) as cdn:
        with pytest.raises(SecurityError):
            await cdn.secret(CDN_DC)

    assert [] == stand.cluster.devices(CDN_DC)


async def test_one_of_several_keys_will_do(stand: Stand) -> None:
    stand.faults.add(Rule("help.getCdnConfig", reply=keys(published_key().pem, cdn_key().pem)))
    async with introduction(stand) as cdn:
        assert (await cdn.secret(CDN_DC)).key


async def test_it_says_no_more_than_it_must(stand: Stand) -> None:
    async with introduction(stand) as cdn:
        wrapped = cdn.introduced("request").query

    assert ("n/a", "n/a", "n/a") == (
        wrapped.device_model, wrapped.system_version, wrapped.app_version,
    )  # fmt: skip
    assert wrapped.lang_code == "en"
