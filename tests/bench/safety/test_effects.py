from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from bench.safety.effects import effects
from storage.models import Request
from storage.watch import Rhythm, Rules
from tests.bot.library import NOW, put
from tests.storage.values import OWNER
from tests.stores import store_at


async def test_each_effect_is_counted_by_a_name_of_its_own(tmp_path: Path) -> None:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        [track] = await put(store, tmp_path / "music", "Tune 1.mp3")
        asked = Request("@jazz", 2, message_ids=(7, 8))
        await store.jobs.add_all([asked, asked, Request("@rock", 1, watch=1)], OWNER, NOW)
        await store.favorites.add(OWNER.person_id, track.id, NOW)
        made = await store.playlists.create(OWNER.person_id, "Morning", NOW)
        await store.playlists.add(made.id, [track.id])
        await store.plays.count(track.id, NOW)
        await store.watches.add("@rock", Rules(Rhythm(every=timedelta(hours=1))), OWNER, NOW)
        found = effects(tmp_path / "data" / "tad.db")

    assert (
        Counter(
            {
                "job of 7": 2,
                "job of 8": 2,
                "backfill of rock": 1,
                f"like of {track.id}": 1,
                f"entry {track.id}": 1,
                "list Morning": 1,
                "plays": 1,
                "watch of rock": 1,
            }
        )
        == found
    )
