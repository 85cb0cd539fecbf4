from __future__ import annotations

import json
from random import Random

from bench.safety.crowd import Crowd, laid_out
from bench.safety.mangling import Json, damaged, within
from bench.safety.updates import Updates
from sandbox.botapi.hub import Hub
from sandbox.world import World


def crowd() -> Crowd:
    world = World()
    return laid_out(Hub(world, local=None, limits=False), world)


def drawn(seed: int, count: int = 600) -> list[Json]:
    updates = Updates(crowd(), Random(seed))
    return [updates.draw() for _ in range(count)]


def without_dates(updates: list[Json]) -> str:
    for update in updates:
        for holder, key in list(within(update)):
            if key == "date":
                holder[key] = 0
    return json.dumps(updates)


def test_a_seed_draws_the_same_updates_each_time() -> None:
    assert without_dates(drawn(1)) == without_dates(drawn(1))
    assert without_dates(drawn(1)) != without_dates(drawn(2))


def test_updates_of_all_kinds_are_drawn() -> None:
    kinds = {kind for update in drawn(1, 3000) for kind in update}

    assert {
        "message", "edited_message", "channel_post", "callback_query", "inline_query",
        "chosen_inline_result", "my_chat_member", "unheard_of",
    } <= kinds  # fmt: skip


def test_whatever_is_damaged_keeps_its_number_and_spares_what_it_was_made_of() -> None:
    update = {"update_id": 7, "message": {"text": "x", "entities": [{"type": "bold"}]}}
    before = json.dumps(update)
    results = [damaged(update, Random(seed)) for seed in range(200)]

    assert before == json.dumps(update)
    assert {7} == {one["update_id"] for one in results}
    assert len({json.dumps(one) for one in results}) > 20
