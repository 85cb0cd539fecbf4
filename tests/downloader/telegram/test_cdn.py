from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from telethon import types

from downloader.errors import OfflineError, RefusedError, ServerTroubleError, SourceDamagedError
from downloader.source import RemoteFile
from sandbox.cdn import CDN_DC
from sandbox.faults import Rule
from sandbox.mtproto.keys import Device
from sandbox.mtproto.replies import FilePart
from sandbox.trouble import wrong_hashes
from sandbox.world import Document
from storage.models import Reason
from tests.downloader.telegram.stand import KIB, MIB, Stand, body_of, only_audio, part, read

CDN_PART = "upload.getCdnFile"
CDN_HASHES = "upload.getCdnFileHashes"
REUPLOAD = "upload.reuploadCdnFile"
SIZE = 3 * MIB + 12_345


class Sent:
    """A file that Telegram keeps sending to its CDN, and what it is."""

    def __init__(self, file: RemoteFile, document: Document) -> None:
        self.file = file
        self.document = document
        self.body = body_of(document)

    async def part(self, offset: int, limit: int = MIB) -> bytes:
        return await part(self.file, offset, limit)


@pytest.fixture
async def sent(stand: Stand) -> AsyncIterator[Sent]:
    chat = stand.world.add_chat("Jazz", username="jazz")
    document = stand.song(chat, size=SIZE, dc=4).document
    assert document is not None
    stand.cluster.cdn.hold(document, unasked=True)
    async with stand.source() as source:
        audio = await only_audio(source, await source.chat("@jazz"))
        yield Sent(await source.open(audio), document)


@pytest.mark.parametrize("limit", [128 * KIB, MIB])
@pytest.mark.parametrize("at_once", [1, 3, 8, 100])
async def test_f09_a_file_is_read_from_the_cdn_it_is_sent_to(
    stand: Stand, sent: Sent, limit: int, at_once: int
) -> None:
    stand.cluster.hashes_at_once = at_once

    assert sent.body == await read(sent.file, limit=limit)
    assert stand.cluster.counters.calls[CDN_DC, CDN_PART] == -(-SIZE // limit)


async def test_f09_only_the_last_part_is_short(sent: Sent) -> None:
    assert sent.body[3 * MIB :] == await sent.part(3 * MIB)


async def test_the_cdn_is_told_nothing_of_this_machine(stand: Stand, sent: Sent) -> None:
    await sent.part(0)

    devices = stand.cluster.devices(CDN_DC)
    assert ["n/a"] == [device.model for device in devices]
    assert [None] == [device.user for device in devices]
    assert stand.cluster.counters.of("auth.exportAuthorization") == 1  # to the file's own centre


async def test_the_cdn_is_asked_on_one_connection_that_is_kept(stand: Stand, sent: Sent) -> None:
    await read(sent.file)

    assert 2 == stand.cluster.counters.accepted[CDN_DC]  # one of them to agree on the key
    assert 1 == len(stand.cluster.devices(CDN_DC))


async def test_f10_a_file_the_cdn_has_forgotten_is_uploaded_again(stand: Stand, sent: Sent) -> None:
    stand.cluster.cdn.forget(sent.document)

    assert sent.body[:MIB] == await sent.part(0)
    assert 1 == stand.cluster.counters.of(REUPLOAD)
    assert sent.body == await read(sent.file)


async def test_f10_a_file_the_cdn_always_forgets_is_trouble_of_the_server(
    stand: Stand, sent: Sent
) -> None:
    def forgotten(_: Any) -> bool:
        stand.cluster.cdn.forget(sent.document)
        return False

    stand.faults.add(Rule(CDN_PART, when=forgotten))
    with pytest.raises(ServerTroubleError):
        await sent.part(0)


@pytest.mark.parametrize(
    ("method", "code"),
    [
        (CDN_PART, "FILE_TOKEN_INVALID"),
        (CDN_HASHES, "FILE_TOKEN_INVALID"),
        (REUPLOAD, "FILE_TOKEN_INVALID"),
        (REUPLOAD, "REQUEST_TOKEN_INVALID"),
    ],
)
async def test_f10_when_a_token_is_no_longer_good_the_master_is_asked_again(
    stand: Stand, sent: Sent, method: str, code: str
) -> None:
    stand.cluster.hashes_at_once = 1
    stand.cluster.cdn.forget(sent.document)
    stand.faults.add(Rule(method, error=(400, code), times=2))

    assert sent.body[:MIB] == await sent.part(0)
    assert 3 == stand.cluster.counters.of("upload.getFile")


async def test_f10_a_token_that_is_never_good_is_refused_in_the_end(
    stand: Stand, sent: Sent
) -> None:
    stand.faults.add(Rule(CDN_PART, error=(400, "FILE_TOKEN_INVALID"), times=None))

    with pytest.raises(RefusedError) as caught:
        await sent.part(0)
    assert "FILE_TOKEN_INVALID" == caught.value.detail


async def test_f10_the_master_may_take_the_file_back(stand: Stand, sent: Sent) -> None:
    await sent.part(0)
    stand.cluster.cdn.drop(sent.document)

    assert sent.body == await read(sent.file)
    assert 1 == stand.cluster.counters.of(CDN_PART)


async def test_f10_a_key_the_cdn_has_lost_is_agreed_anew(stand: Stand, sent: Sent) -> None:
    await sent.part(0)
    stand.cluster.forget_keys(CDN_DC)

    assert sent.body == await read(sent.file)


class Forgetful(dict[bytes, Device]):
    """Keeps no key at all."""

    def __setitem__(self, key: bytes, device: Device) -> None:
        """Forget it at once."""


async def test_f10_a_cdn_that_loses_every_key_is_in_trouble(stand: Stand, sent: Sent) -> None:
    stand.cluster._centres[CDN_DC].devices = Forgetful()

    with pytest.raises(ServerTroubleError):
        await sent.part(0)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.flipped(0),
        lambda data: data.flipped(len(data.data) - 1),
        lambda data: data.cut(len(data.data) - 16),
        lambda data: data.cut(200_000),
        lambda data: data.padded(16),
        lambda data: type(data)(bytes(len(data.data)), data.head),
    ],
)
async def test_f10_bytes_that_were_tampered_with_do_not_come_through(
    stand: Stand, sent: Sent, damage: Callable[[FilePart], FilePart]
) -> None:
    stand.faults.add(Rule(CDN_PART, reply=damage))

    with pytest.raises(SourceDamagedError) as caught:
        await sent.part(MIB)
    assert Reason.TAMPERED is caught.value.reason
    assert sent.body[MIB : 2 * MIB] == await sent.part(MIB)


@pytest.mark.parametrize("method", ["upload.getFile", CDN_HASHES])
async def test_f10_bytes_with_another_hash_do_not_come_through(
    stand: Stand, sent: Sent, method: str
) -> None:
    stand.cluster.hashes_at_once = 4
    stand.faults.add(Rule(method, reply=wrong_hashes))

    with pytest.raises(SourceDamagedError):
        await sent.part(MIB)


def untold(answer: Any) -> Any:
    if isinstance(answer, list):
        return []
    answer.file_hashes = []
    return answer


async def test_f10_bytes_of_which_the_master_tells_no_hash_do_not_come_through(
    stand: Stand, sent: Sent
) -> None:
    for method in ("upload.getFile", CDN_HASHES):
        stand.faults.add(Rule(method, reply=untold, times=None))

    with pytest.raises(SourceDamagedError):
        await sent.part(0)


@pytest.mark.parametrize(("key", "vector"), [(b"k" * 16, b"i" * 16), (b"k" * 32, b"")])
async def test_f09_a_redirect_that_opens_nothing_is_refused(
    stand: Stand, sent: Sent, key: bytes, vector: bytes
) -> None:
    wrong = types.upload.FileCdnRedirect(CDN_DC, b"token", key, vector, [])
    stand.faults.add(Rule("upload.getFile", reply=lambda _: wrong))

    with pytest.raises(RefusedError):
        await sent.part(0)


async def test_f30_a_cdn_that_is_down_is_offline(stand: Stand, sent: Sent) -> None:
    async with stand.cluster.offline(CDN_DC):
        with pytest.raises(OfflineError):
            await sent.part(0)

    assert sent.body == await read(sent.file)
