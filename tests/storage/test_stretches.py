from __future__ import annotations

from random import Random

from storage.models import Request
from storage.store import Store
from storage.stretch import Looked, Stretch, merged
from storage.watch import Rhythm, Rules, Run, Seen
from tests.looked import note
from tests.storage.values import JAZZ, NOW, OWNER, an_audio

CHAT = JAZZ.id


async def test_what_meets_becomes_one_stretch(store: Store) -> None:
    for first, last in ((1, 5), (10, 12), (20, 30), (6, 9)):
        await note(store, Looked(CHAT, Stretch(first, last)))

    assert [Stretch(1, 12), Stretch(20, 30)] == await store.stretches.of(CHAT)
    assert [] == await store.stretches.of(CHAT + 1)


async def test_whatever_order_they_come_in_the_same_is_kept(store: Store) -> None:
    chance = Random(4)
    some = [Stretch(at, at + chance.randrange(20)) for at in chance.choices(range(1, 400), k=60)]
    for one in some:
        await note(store, Looked(CHAT, one))

    assert merged(some) == await store.stretches.of(CHAT)


async def test_a_topic_was_looked_at_where_all_was_but_not_the_other_way(store: Store) -> None:
    await note(store, Looked(CHAT, Stretch(1, 5)))
    await note(store, Looked(CHAT, Stretch(6, 9), topic=3))

    assert [Stretch(1, 5)] == await store.stretches.of(CHAT)
    assert [Stretch(1, 9)] == await store.stretches.of(CHAT, 3)
    assert [Stretch(1, 5)] == await store.stretches.of(CHAT, 4)


async def test_with_voice_messages_all_was_looked_at_but_not_without(store: Store) -> None:
    await note(store, Looked(CHAT, Stretch(1, 5), voice=True))
    await note(store, Looked(CHAT, Stretch(6, 9)))

    assert [Stretch(1, 9)] == await store.stretches.of(CHAT)
    assert [Stretch(1, 5)] == await store.stretches.of(CHAT, voice=True)


async def test_a_look_that_stores_nothing_has_looked_at_nothing(store: Store) -> None:
    rules = Rules(Rhythm(is_live=True))
    watch = await store.watches.add("@jazz", rules, OWNER, NOW, chat=JAZZ, seen=Seen(3, NOW))
    looks = [
        (Seen(5, NOW), Looked(CHAT, Stretch(4, 5))),
        (Seen(9, NOW), Looked(CHAT, Stretch(4, 9))),
    ]
    for seen, looked in looks:  # the second has read the watch before the first was stored
        await store.watches.fire(watch, Run(NOW), None, NOW, chat=JAZZ, seen=seen, looked=looked)

    assert [Stretch(4, 5)] == await store.stretches.of(CHAT)


async def test_what_a_plan_has_looked_at_is_kept_with_it(store: Store) -> None:
    job = await store.jobs.add(Request("@jazz", 10), OWNER, NOW)
    await store.items.add(job.id, [an_audio(3)], looked=Looked(CHAT, Stretch(1, 3)))

    assert [Stretch(1, 3)] == await store.stretches.of(CHAT)
