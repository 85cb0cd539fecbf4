from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.mtproto.cluster import Cluster
from sandbox.world import Letter
from tests.sandbox.mtproto.clients import Clients, Town

MIB = 1 << 20


@pytest.fixture
def letters(town: Town) -> list[Letter]:
    """What is written from one user to another."""
    letters: list[Letter] = []
    town.world.postmen.append(letters.append)
    return letters


@pytest.mark.parametrize("size", [1, 300_000, 12 * MIB + 5], ids=["tiny", "small", "big"])
async def test_a_file_that_telethon_sends_arrives_as_it_is(
    ann: Any, cluster: Cluster, letters: list[Letter], size: int
) -> None:
    body = bytes(range(251)) * (size // 251 + 1)
    sound = types.DocumentAttributeAudio(200, title="So What", performer="Miles")

    named = types.DocumentAttributeFilename("so what.mp3")
    message = await ann.send_file(
        "sandbox_bot", body[:size], caption="Here.", attributes=[sound, named], force_document=True
    )

    [letter] = letters
    document = letter.document
    assert document is not None
    assert body[:size] == bytes(document.read(0, size))
    assert ("Here.", "so what.mp3", size) == (letter.text, document.name, document.size)
    assert ("So What", "Miles") == (document.title, document.performer)
    assert (letter.id, document.id) == (message.id, message.document.id)
    is_big = cluster.counters.of("upload.saveBigFilePart") > 0
    assert is_big is (size > 10 * MIB)


async def test_a_checksum_that_is_wrong_is_refused(ann: Any) -> None:
    await ann(functions.upload.SaveFilePartRequest(7, 0, b"x" * 1024))
    file = types.InputFile(7, 1, "a.mp3", "00" * 16)

    with pytest.raises(errors.Md5ChecksumInvalidError):
        await ann.send_file("sandbox_bot", file)


async def test_a_file_belongs_to_whoever_uploaded_it(
    ann: Any, clients: Clients, town: Town
) -> None:
    await ann(functions.upload.SaveBigFilePartRequest(7, 0, 1, b"x" * 1024))
    other = await clients.of(town.bob)

    with pytest.raises(errors.FilePart0MissingError):
        await other.send_file("sandbox_bot", types.InputFileBig(7, 1, "a.mp3"))


async def test_nobody_uploads_who_is_not_signed_in(clients: Clients) -> None:
    stranger = await clients.new()

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await stranger(functions.upload.SaveBigFilePartRequest(7, 0, 1, b"x" * 1024))
