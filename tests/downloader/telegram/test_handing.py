from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from downloader.errors import (
    ChatUnavailableError,
    DiskError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ThrottledError,
)
from downloader.hands import Address
from downloader.lending import Call
from downloader.telegram.handing import PART
from downloader.telegram.source import TelethonSource
from sandbox.faults import Drop, Rule
from sandbox.world import Letter
from storage.models import Posting, Reason, Track
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.stand import NOON, Stand, body_of

BOT = Address(700, "loader_bot", "token")
TRACK = Track(
    id=1,
    document_id=None,
    title="So What",
    performer="Miles",
    duration=timedelta(seconds=225),
    size=0,
    mime="",
    name="so what.mp3",
    path=PurePosixPath("Jazz/so what.mp3"),
    sha256_source="",
    sha256="",
    added_at=NOON,
)


@dataclass(slots=True)
class Post:
    """What came to the bot, and where songs are that may come."""

    stand: Stand
    letters: list[Letter] = field(default_factory=list)

    async def chat_of(self, source: TelethonSource) -> int:
        return (await source.chat("@jazz")).id

    def count(self, method: str) -> int:
        return self.stand.cluster.counters.of(method)


@pytest.fixture
def post(stand: Stand) -> Post:
    post = Post(stand)
    stand.world.add_user("Loader", username="loader_bot", token="700:AA")
    stand.world.postmen.append(post.letters.append)
    stand.song(stand.world.add_chat("Jazz", username="jazz"))
    return post


def song(post: Post) -> int:
    document = next(iter(post.stand.world.documents.values()))
    return document.id


async def test_a_document_is_sent_by_reference(post: Post) -> None:
    async with post.stand.source() as source:
        chat = await post.chat_of(source)
        await source.refer(Posting(chat, 1), song(post), BOT)

    [letter] = post.letters
    assert letter.document is not None
    assert (700, "token") == (letter.receiver.id, letter.text)
    assert (song(post), post.stand.user) == (letter.document.id, letter.sender)
    assert 0 == post.count("upload.saveBigFilePart")


async def test_f10_a_reference_that_expires_just_then_is_looked_up_anew(post: Post) -> None:
    post.stand.faults.add(Rule("messages.sendMedia", error=(400, "FILE_REFERENCE_EXPIRED")))
    async with post.stand.source() as source:
        chat = await post.chat_of(source)
        await source.refer(Posting(chat, 1), song(post), BOT)

    assert (1, 2) == (len(post.letters), post.count("channels.getMessages"))


@pytest.mark.parametrize(
    ("message", "document", "reason"), [(9, 0, Reason.DELETED), (1, 5, Reason.REPLACED)]
)
async def test_a_document_that_is_gone_is_told(
    post: Post, message: int, document: int, reason: Reason
) -> None:
    async with post.stand.source() as source:
        chat = await post.chat_of(source)
        with pytest.raises(PostingGoneError) as caught:
            await source.refer(Posting(chat, message), document or song(post), BOT)

    assert (reason, []) == (caught.value.reason, post.letters)


async def test_what_is_wrong_with_the_bot_is_not_taken_for_the_chats_fault(post: Post) -> None:
    nobody, somebody = Address(700, "nobody_bot", ""), Address(701, "loader_bot", "")
    post.stand.faults.add(Rule("messages.sendMedia", error=(400, "PEER_ID_INVALID")))
    async with post.stand.source() as source:
        chat = await post.chat_of(source)
        for address in (nobody, somebody, BOT):
            with pytest.raises(RefusedError):
                await source.refer(Posting(chat, 1), song(post), address)
        with pytest.raises(ChatUnavailableError):
            await source.refer(Posting(-1000000000077, 1), song(post), BOT)

    assert [] == post.letters


async def upload(source: TelethonSource, body: bytes, asked: list[int] | None = None) -> None:
    async def read(offset: int, count: int) -> bytes:
        if asked is not None:
            asked.append(offset)
        return body[offset : offset + count]

    await source.upload(TRACK, len(body), read, BOT)


@pytest.mark.parametrize("size", [1, PART, PART + 1, 5 * PART + 7])
async def test_a_file_is_uploaded_as_it_is(post: Post, size: int) -> None:
    body = (bytes(range(251)) * (size // 251 + 1))[:size]
    async with post.stand.source() as source:
        await upload(source, body)

    [letter] = post.letters
    document = letter.document
    assert document is not None
    assert body == body_of(document)
    assert ("So What", "Miles") == (document.title, document.performer)
    assert ("so what.mp3", "audio/mpeg") == (document.name, document.mime)
    assert (TRACK.duration, "token") == (document.duration, letter.text)
    assert -(-size // PART) == post.count("upload.saveBigFilePart")


async def test_nothing_goes_up_for_a_bot_that_is_not_there(post: Post) -> None:
    async with post.stand.source() as source:
        with pytest.raises(RefusedError):
            await source.upload(TRACK, 1, _unread, Address(700, "nobody_bot", ""))

    assert 0 == post.count("upload.saveBigFilePart")


async def _unread(_offset: int, _count: int) -> bytes:
    raise AssertionError("nobody wants it")


async def test_f24_a_line_that_breaks_costs_one_part(post: Post) -> None:
    post.stand.faults.add(Rule("upload.saveBigFilePart", drop=Drop.BEFORE, skip=2))
    asked: list[int] = []
    async with post.stand.source() as source:
        await upload(source, b"x" * (5 * PART), asked)

    assert [at * PART for at in range(5)] == sorted(asked)
    assert 1 == len(post.letters)


async def test_f24_an_answer_that_is_lost_sends_nothing_twice(post: Post) -> None:
    post.stand.faults.add(Rule("messages.sendMedia", drop=Drop.MIDDLE))
    async with post.stand.source() as source:
        await upload(source, b"song")

    assert (1, 2) == (len(post.letters), post.count("messages.sendMedia"))


async def test_f01_a_throttle_amid_an_upload_is_sat_out_and_slows_it_alone(post: Post) -> None:
    time = OwnedTime()
    post.stand.clock = time.clock
    post.stand.faults.add(Rule("upload.saveBigFilePart", error=(420, "FLOOD_WAIT_40"), skip=1))
    async with post.stand.source() as source, time.passing():
        await upload(source, b"x" * (4 * PART))

    assert 1 == len(post.letters)
    assert 40.0 in [round(wait, 1) for wait in time.slept]
    assert source.conduct.per_second(Call.FILES) < source.conduct.manners.files.most
    assert source.conduct.per_second(Call.MESSAGES) == source.conduct.manners.messages.most


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ((420, "FLOOD_WAIT_90"), ThrottledError),
        ((400, "FILE_PARTS_INVALID"), RefusedError),
    ],
)
async def test_an_upload_that_is_refused_ends(
    post: Post, refusal: tuple[int, str], error: type[Exception]
) -> None:
    post.stand.faults.add(Rule("upload.saveBigFilePart", error=refusal, times=None))
    async with post.stand.source() as source:
        with pytest.raises(error):
            await upload(source, b"x" * (9 * PART))

    assert [] == post.letters
    assert post.count("upload.saveBigFilePart") <= 3


async def test_f30_an_upload_to_nowhere_is_told(post: Post) -> None:
    async with post.stand.source() as source, post.stand.cluster.offline():
        post.stand.cluster.drop_connections()
        with pytest.raises(OfflineError):
            await upload(source, b"x")


async def test_what_cannot_be_read_ends_an_upload(post: Post) -> None:
    async def broken(_offset: int, _count: int) -> bytes:
        raise DiskError(Reason.DISK_BROKEN)

    async with post.stand.source() as source:
        with pytest.raises(DiskError):
            await source.upload(TRACK, 3 * PART, broken, BOT)

    assert [] == post.letters
