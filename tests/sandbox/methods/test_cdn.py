from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from telethon import errors, functions, types
from telethon.crypto import rsa
from telethon.network import ConnectionTcpFull, MTProtoSender
from telethon.tl.functions.help import GetCdnConfigRequest, GetConfigRequest
from telethon.tl.functions.upload import (
    GetCdnFileHashesRequest,
    GetCdnFileRequest,
    GetFileRequest,
    ReuploadCdnFileRequest,
)

from sandbox.cdn import CDN_DC
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Document
from tests.sandbox.methods.test_files import location
from tests.sandbox.mtproto.clients import Town

KIB = 1 << 10
MIB = 1 << 20


@asynccontextmanager
async def cdn_of(client: Any) -> AsyncIterator[Any]:
    """Connect to the CDN as the documentation says, and yield what sends to it."""
    keys = (await client(GetCdnConfigRequest())).public_keys
    assert [CDN_DC] == [key.dc_id for key in keys]
    rsa.add_key(keys[0].public_key, old=False)
    [option] = [one for one in (await client(GetConfigRequest())).dc_options if one.cdn]
    sender = MTProtoSender(None, loggers=client._log)
    await sender.connect(
        ConnectionTcpFull(option.ip_address, option.port, option.id, loggers=client._log)
    )
    try:
        yield sender.send
    finally:
        await sender.disconnect()


async def redirect(client: Any, document: Document, *, cdn_supported: bool = True) -> Any:
    request = GetFileRequest(location(document), 0, 4096, cdn_supported=cdn_supported)
    return await client(request)


def opened(sealed: bytes, sent: Any, offset: int) -> bytes:
    counter = (offset // 16).to_bytes(4, "big")
    cipher = Cipher(AES(sent.encryption_key), CTR(sent.encryption_iv[:12] + counter))
    return cipher.decryptor().update(sealed)


async def test_a_file_is_fetched_from_the_cdn(ann: Any, town: Town, cluster: Cluster) -> None:
    song = town.song(size=300 * KIB)
    cluster.cdn.hold(song)
    sent = await redirect(ann, song)

    async with cdn_of(ann) as cdn:
        parts = [
            (await cdn(GetCdnFileRequest(sent.file_token, at, 128 * KIB))).bytes
            for at in range(0, 300 * KIB, 128 * KIB)
        ]

    body = b"".join(opened(part, sent, number * 128 * KIB) for number, part in enumerate(parts))
    assert song.read(0, song.size) == body
    assert [sha256(body[one.offset :][: one.limit]).digest() for one in sent.file_hashes] == [
        one.hash for one in sent.file_hashes
    ]
    assert 3 == len(sent.file_hashes)


async def test_only_who_offers_is_sent_there_but_for_the_fault(
    ann: Any, town: Town, cluster: Cluster
) -> None:
    song, unasked = town.song(1), town.song(2)
    cluster.cdn.hold(song)
    cluster.cdn.hold(unasked, unasked=True)

    assert isinstance(await redirect(ann, song, cdn_supported=False), types.upload.File)
    sent = await redirect(ann, unasked, cdn_supported=False)
    assert isinstance(sent, types.upload.FileCdnRedirect)


async def test_a_forgotten_file_is_uploaded_again(ann: Any, town: Town, cluster: Cluster) -> None:
    song = town.song()
    cluster.cdn.hold(song)
    sent = await redirect(ann, song)
    cluster.cdn.forget(song)

    async with cdn_of(ann) as cdn:
        needed = await cdn(GetCdnFileRequest(sent.file_token, 0, 8192))
        assert isinstance(needed, types.upload.CdnFileReuploadNeeded)
        with pytest.raises(errors.BadRequestError, match="REQUEST_TOKEN_INVALID"):
            await ann(ReuploadCdnFileRequest(sent.file_token, b"made up"))
        hashes = await ann(ReuploadCdnFileRequest(sent.file_token, needed.request_token))
        part = await cdn(GetCdnFileRequest(sent.file_token, 0, 8192))

    body = opened(part.bytes, sent, 0)
    assert song.read(0, song.size) == body
    assert [sha256(body).digest()] == [one.hash for one in hashes]


async def test_hashes_of_any_piece_are_given(ann: Any, town: Town, cluster: Cluster) -> None:
    song = town.song(size=3 * MIB)
    cluster.cdn.hold(song)
    cluster.hashes_at_once = 3
    sent = await redirect(ann, song)

    hashes = await ann(GetCdnFileHashesRequest(sent.file_token, MIB))

    assert [MIB, MIB + 128 * KIB, MIB + 256 * KIB] == [one.offset for one in hashes]
    assert [sha256(song.read(one.offset, one.limit)).digest() for one in hashes] == [
        one.hash for one in hashes
    ]


async def test_an_old_token_is_refused_everywhere(ann: Any, town: Town, cluster: Cluster) -> None:
    song = town.song()
    cluster.cdn.hold(song)
    token = (await redirect(ann, song)).file_token
    cluster.cdn.hold(song)

    with pytest.raises(errors.BadRequestError, match="FILE_TOKEN_INVALID"):
        await ann(GetCdnFileHashesRequest(token, 0))
    with pytest.raises(errors.BadRequestError, match="FILE_TOKEN_INVALID"):
        await ann(ReuploadCdnFileRequest(token, b""))
    async with cdn_of(ann) as cdn:
        with pytest.raises(errors.BadRequestError, match="FILE_TOKEN_INVALID"):
            await cdn(GetCdnFileRequest(token, 0, 4096))


async def test_the_cdn_knows_one_method_only_and_its_rules(
    ann: Any, town: Town, cluster: Cluster
) -> None:
    song = town.song(size=2 * MIB)
    token = cluster.cdn.hold(song).token

    async with cdn_of(ann) as cdn:
        with pytest.raises(errors.CdnMethodInvalidError):
            await cdn(functions.help.GetConfigRequest())
        with pytest.raises(errors.CdnMethodInvalidError):
            await cdn(GetCdnFileHashesRequest(token, 0))
        with pytest.raises(errors.LimitInvalidError):
            await cdn(GetCdnFileRequest(token, MIB - 4096, 8192))
    with pytest.raises(errors.MethodInvalidError):
        await ann(GetCdnFileRequest(token, 0, 4096))
    with pytest.raises(errors.DcIdInvalidError):
        await ann(functions.auth.ExportAuthorizationRequest(CDN_DC))
