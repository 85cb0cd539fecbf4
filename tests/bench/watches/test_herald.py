from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable

from bench.virtual.loop import VirtualLoop
from bench.watches.herald import Herald
from sandbox.world import Change, Chat, World


def played(act: Awaitable[Herald]) -> Herald:
    async def steps() -> Herald:
        return await act

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(1)) as runner:
        return runner.run(steps())


def test_of_what_is_posted_some_is_told_twice_some_late_and_some_never() -> None:
    heard: list[tuple[int, int]] = []

    def listen(chat: Chat, change: Change) -> None:
        heard.append((chat.id, change.post.id))

    async def post() -> Herald:
        world = World()
        world.listeners.append(listen)
        herald = Herald(world, [world.add_chat("Jazz"), world.add_chat("Rock")], random.Random(1))
        for _ in range(200):
            herald.post()
            await asyncio.sleep(1)
        await asyncio.sleep(60)
        return herald

    herald = played(post())
    times, posts = Counter(heard), sum(len(chat.posts) for chat in herald.chats)

    assert 0.2 <= herald.told["lost"] / posts <= 0.5
    assert posts - herald.told["lost"] == len(times)
    assert herald.told["twice"] == sum(count - 1 for count in times.values())
    assert heard != sorted(heard, key=lambda one: one[1])
    assert len(set(herald.posted.values())) < len(herald.posted) < posts
