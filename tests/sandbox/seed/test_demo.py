from __future__ import annotations

import pytest

from sandbox.audio.files import Format
from sandbox.seed.cast import Cast
from sandbox.seed.demo import add_demo
from sandbox.seed.world_music import NASTY
from sandbox.world import Chat, Document, Post, World


@pytest.fixture(scope="module")
def demo() -> tuple[World, Cast]:
    world = World()
    return world, add_demo(world)


def chat(demo: tuple[World, Cast], name: str) -> Chat:
    found = demo[0].named(name)
    assert isinstance(found, Chat)
    return found


def music(chat: Chat) -> list[tuple[Post, Document]]:
    found = [(post, post.document) for post in chat.posts.values() if post.document is not None]
    return [
        (post, document)
        for post, document in found
        if document.mime.startswith("audio/") and not document.voice
    ]


def test_the_owner_can_log_in_and_the_bot_has_a_token(demo: tuple[World, Cast]) -> None:
    _, cast = demo

    assert "9996620001" == cast.owner.phone
    assert cast.bot.is_bot
    assert not cast.stranger.is_bot


def test_jazz_holds_thirty_pieces_in_every_format_and_on_two_centres(
    demo: tuple[World, Cast],
) -> None:
    tunes = music(chat(demo, "jazz"))

    assert 30 == len(tunes)
    assert {kind.mime for kind in Format} == {document.mime for _, document in tunes}
    assert {2, 4} == {document.dc for _, document in tunes}


def test_the_newest_ten_of_jazz_are_ten_different_documents(demo: tuple[World, Cast]) -> None:
    newest = music(chat(demo, "jazz"))[-10:]

    assert 10 == len({document.id for _, document in newest})
    assert all(document.title for _, document in newest)


def test_jazz_repeats_a_document_and_holds_an_album_voice_notes_and_talk(
    demo: tuple[World, Cast],
) -> None:
    jazz = chat(demo, "jazz")
    tunes = music(jazz)
    posts = list(jazz.posts.values())

    assert len(tunes) - 1 == len({document.id for _, document in tunes})
    assert 3 == sum(post.album is not None for post in posts)
    assert 2 == sum(post.document is not None and post.document.voice for post in posts)
    assert any(post.document is None for post in posts)
    assert 2 == sum(document.duration is None for _, document in tunes)


def test_every_nasty_name_is_once_a_title_and_once_a_file_name(demo: tuple[World, Cast]) -> None:
    documents = [document for _, document in music(chat(demo, "world_music"))]

    for nasty in NASTY:
        assert 1 == sum(document.title == nasty for document in documents)
        assert 1 == sum(document.name == nasty for document in documents)


def test_the_corners_are_there(demo: tuple[World, Cast]) -> None:
    world, cast = demo
    forum = chat(demo, "vinyl_club")
    tapes = next(one for one in world.chats.values() if one.title == "Basement Tapes")

    assert {"General", "Swing", "Bossa"} == set(forum.topics.values())
    assert {name for name, _ in forum.topics.items()} > {post.topic for post, _ in music(forum)}
    assert not chat(demo, "silence").posts
    assert not music(chat(demo, "poems"))
    assert chat(demo, "backstage").private
    assert cast.owner.id not in chat(demo, "backstage").members
    assert tapes.private
    assert cast.owner.id in tapes.members
    assert chat(demo, "vault_fm").protected


def test_posts_are_dated_in_the_order_of_their_ids_and_lie_in_the_past(
    demo: tuple[World, Cast],
) -> None:
    world, _ = demo
    for one in world.chats.values():
        dates = [post.date for post in one.posts.values()]
        assert sorted(dates) == dates
        assert all(date < world.now() for date in dates)


def test_the_same_world_twice_is_the_same(demo: tuple[World, Cast]) -> None:
    again = World()
    add_demo(again)

    assert [(document.id, document.digest()) for document in again.documents.values()] == [
        (document.id, document.digest()) for document in demo[0].documents.values()
    ]
