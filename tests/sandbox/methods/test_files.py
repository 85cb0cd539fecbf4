from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.mtproto.cluster import Cluster
from sandbox.world import Document, Post
from tests.sandbox.mtproto.clients import Town

MIB = 1 << 20


def location(document: Document, **more: Any) -> Any:
    return types.InputDocumentFileLocation(
        **{
            "id": document.id,
            "access_hash": document.access_hash,
            "file_reference": document.reference,
            "thumb_size": "",
        }
        | more
    )


async def part(
    client: Any, document: Document, offset: int, limit: int, *, precise: bool | None = None
) -> bytes:
    request = functions.upload.GetFileRequest(location(document), offset, limit, precise=precise)
    data: bytes = (await client(request)).bytes
    return data


async def posted(client: Any, town: Town, **more: Any) -> tuple[Any, Post]:
    """Post a song and return it as the client sees it, and as it is."""
    jazz = town.channel("jazz_music")
    post = town.post_song(jazz, **more)
    return await client.get_messages("jazz_music", ids=post.id), post


def content(post: Post) -> bytes:
    assert post.document is not None
    return bytes(post.document.read(0, post.document.size))


@pytest.mark.parametrize("size", [1, 4096, 128 << 10, 1_300_001])
async def test_a_file_arrives_as_it_is(ann: Any, town: Town, size: int) -> None:
    message, post = await posted(ann, town, size=size)

    assert content(post) == await ann.download_media(message, bytes)


async def test_a_file_of_another_centre_arrives_as_it_is(
    ann: Any, town: Town, cluster: Cluster
) -> None:
    message, post = await posted(ann, town, size=1_300_001, dc=4)

    assert content(post) == await ann.download_file(message.document, bytes, dc_id=4)
    assert cluster.counters.calls[4, "upload.getFile"] > 0
    assert cluster.counters.calls[2, "upload.getFile"] == 0


async def test_a_file_asked_for_in_the_wrong_centre_is_found(
    ann: Any, town: Town, cluster: Cluster
) -> None:
    message, post = await posted(ann, town, size=300_001, dc=4)
    message.document.dc_id = 2

    assert content(post) == await ann.download_media(message, bytes)
    assert cluster.counters.calls[2, "upload.getFile"] == 1


async def test_a_file_on_disk_arrives_as_it_is(ann: Any, town: Town, tmp_path: Any) -> None:
    song = tmp_path / "song.mp3"
    song.write_bytes(bytes(range(256)) * 40)
    document = town.world.add_document(body=song, name="song.mp3")

    assert song.read_bytes()[4096:8192] == await part(ann, document, 4096, 4096)


async def test_an_old_file_reference_is_refused_until_the_post_is_read_again(
    ann: Any, town: Town
) -> None:
    message, post = await posted(ann, town)
    assert post.document is not None
    post.document.epoch += 1

    stale = types.InputDocumentFileLocation(
        message.document.id, message.document.access_hash, message.document.file_reference, ""
    )
    with pytest.raises(errors.FileReferenceExpiredError):
        await ann(functions.upload.GetFileRequest(stale, 0, 4096))
    again = await ann.get_messages("jazz_music", ids=post.id)

    assert content(post) == await ann.download_media(again, bytes)


async def test_telethon_renews_a_reference_by_itself(ann: Any, town: Town) -> None:
    message, post = await posted(ann, town)
    assert post.document is not None
    post.document.epoch += 1

    assert content(post) == await ann.download_media(message, bytes)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"access_hash": 7}, errors.LocationInvalidError),
        ({"id": 7}, errors.LocationInvalidError),
        ({"file_reference": b""}, errors.FileReferenceEmptyError),
        ({"file_reference": b"\x02old"}, errors.FileReferenceExpiredError),
        ({"thumb_size": "m"}, errors.LocationInvalidError),
    ],
)
async def test_a_location_that_is_not_right_is_refused(
    ann: Any, town: Town, change: dict[str, Any], error: type[Exception]
) -> None:
    wrong = location(town.song(), **change)

    with pytest.raises(error):
        await ann(functions.upload.GetFileRequest(wrong, 0, 4096))


async def test_another_kind_of_file_is_refused(ann: Any) -> None:
    with pytest.raises(errors.LocationInvalidError):
        await ann(functions.upload.GetFileRequest(types.InputTakeoutFileLocation(), 0, 4096))


@pytest.mark.parametrize(
    ("offset", "limit", "precise"),
    [
        (0, 4096, None),
        (4096, 4096, None),
        (MIB, MIB, None),
        (0, MIB, None),
        (1024, 1024, True),
        (1024, 3072, True),
        (MIB - 4096, 4096, None),
    ],
)
async def test_a_part_within_the_rules_is_given(
    ann: Any, town: Town, offset: int, limit: int, precise: bool | None
) -> None:
    song = town.song(size=3 * MIB)

    assert await part(ann, song, offset, limit, precise=precise) == song.read(offset, limit)


@pytest.mark.parametrize(
    ("offset", "limit", "precise", "error"),
    [
        (1, 4096, None, errors.OffsetInvalidError),
        (1024, 4096, None, errors.OffsetInvalidError),
        (512, 1024, True, errors.OffsetInvalidError),
        (-4096, 4096, None, errors.OffsetInvalidError),
        (0, 0, None, errors.LimitInvalidError),
        (0, -4096, None, errors.LimitInvalidError),
        (0, 1024, None, errors.LimitInvalidError),
        (0, 12288, None, errors.LimitInvalidError),
        (0, 2 * MIB, None, errors.LimitInvalidError),
        (0, 1000, True, errors.LimitInvalidError),
        (MIB - 4096, 8192, None, errors.LimitInvalidError),
        (MIB - 1024, 2048, True, errors.LimitInvalidError),
    ],
)
async def test_a_part_against_the_rules_is_refused(
    ann: Any, town: Town, offset: int, limit: int, precise: bool | None, error: type[Exception]
) -> None:
    song = town.song(size=3 * MIB)

    with pytest.raises(error):
        await part(ann, song, offset, limit, precise=precise)


async def test_a_part_is_short_only_at_the_end(ann: Any, town: Town) -> None:
    song = town.song(size=10_000)

    assert len(await part(ann, song, 8192, 4096)) == 10_000 - 8192
    assert await part(ann, song, 12288, 4096) == b""


async def test_a_cover_is_a_thumb_of_its_song(ann: Any, town: Town) -> None:
    cover = b"\xff\xd8" + bytes(5000)
    message, _ = await posted(ann, town, cover=cover)

    assert cover == await ann.download_media(message, bytes, thumb=0)


async def test_the_hashes_are_those_of_the_bytes(ann: Any, town: Town) -> None:
    song = town.song(size=1_300_001)
    step = 128 << 10

    offset, hashes = 0, []
    while offset < song.size:
        found = await ann(functions.upload.GetFileHashesRequest(location(song), offset))
        hashes += found
        offset = found[-1].offset + found[-1].limit

    assert [range(one.offset, one.offset + one.limit) for one in hashes] == [
        range(start, min(start + step, song.size)) for start in range(0, song.size, step)
    ]
    assert [sha256(song.read(one.offset, one.limit)).digest() for one in hashes] == [
        one.hash for one in hashes
    ]


async def test_hashes_beyond_the_end_are_refused(ann: Any, town: Town) -> None:
    song = town.song(size=1000)

    with pytest.raises(errors.OffsetInvalidError):
        await ann(functions.upload.GetFileHashesRequest(location(song), 1000))
