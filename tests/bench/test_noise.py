from __future__ import annotations

from hashlib import sha256

import pytest

from bench.noise import CHAT, Ask, NoiseSource, body, posting
from downloader.errors import ChatUnavailableError
from storage.models import Request

KIB = 1 << 10
SONG = posting(1, 300 * KIB)


def reversed_bytes(_: Ask, right: bytes) -> bytes:
    return right[::-1]


async def part(source: NoiseSource, offset: int, limit: int) -> bytes:
    file = await source.open(SONG)
    turn = await file.turn(SONG.size)
    data = await turn.part(offset, limit)
    turn.give_back()
    turn.give_back()
    return data


async def test_a_file_is_noise_of_its_own() -> None:
    source = NoiseSource({1: SONG}.__getitem__)
    true = body(SONG.document_id, SONG.size)

    assert SONG.size == len(true) == (await source.open(SONG)).size
    assert true[256 * KIB :] == await part(source, 256 * KIB, 256 * KIB)
    assert true != body(SONG.document_id + 1, SONG.size)


async def test_every_answer_goes_through_the_reply() -> None:
    source = NoiseSource({1: SONG}.__getitem__, reversed_bytes)

    assert body(SONG.document_id, SONG.size)[3::-1] == await part(source, 0, 4)


async def test_as_many_turns_are_given_as_are_given_back() -> None:
    file = await NoiseSource({1: SONG}.__getitem__).open(SONG)
    turns = [await file.turn(1) for _ in range(4)]

    assert file.room.locked()

    turns[0].give_back()
    turns[0].give_back()
    await file.turn(1)

    assert file.room.locked()


async def test_hashes_are_those_of_the_true_bytes_whatever_size_is_declared() -> None:
    file = await NoiseSource({1: SONG}.__getitem__, sizes={SONG.document_id: 200 * KIB}).open(SONG)
    true = body(SONG.document_id, 200 * KIB)
    told = await file.hashes(0)

    assert [(0, 128 * KIB), (128 * KIB, 72 * KIB)] == [(one.offset, one.size) for one in told]
    assert sha256(true[128 * KIB :]).digest() == told[1].sha256
    assert told[1:] == await file.hashes(130 * KIB)


async def test_named_messages_are_found_in_the_one_chat_there_is() -> None:
    source = NoiseSource({1: SONG}.__getitem__)
    request = Request("@noise", 1, message_ids=(1,))

    assert CHAT == await source.chat("@noise") == await source.chat("-1001")
    assert [SONG] == [audio async for audio in source.audio(CHAT, request)]
    with pytest.raises(ChatUnavailableError):
        await source.chat("@other")
