from __future__ import annotations

from datetime import timedelta

from bench.stand import CHAT, add_noise, comes_true
from sandbox.world import Chat, World

SOON = timedelta(milliseconds=30)


def test_every_file_of_the_noise_is_another_one_and_a_third_lies_elsewhere() -> None:
    world = World()
    documents = add_noise(world, [5000, 6000, 5000])
    chat = world.named(CHAT)

    assert isinstance(chat, Chat)
    assert list(documents) == [post.document for post in chat.posts.values()]
    assert [5000, 6000, 5000] == [document.size for document in documents]
    assert [2, 2, 4] == [document.dc for document in documents]
    assert 3 == len({document.digest() for document in documents})
    assert 3 == len({document.title for document in documents})


async def test_what_comes_true_in_time_is_waited_for() -> None:
    answers = iter([False, False, True])

    assert await comes_true(lambda: next(answers), within=timedelta(seconds=30))
    assert not await comes_true(lambda: False, within=SOON)
