from __future__ import annotations

from pathlib import Path

from bench.watches.reaction import reactions


async def test_what_is_posted_in_a_chat_followed_live_has_a_job(tmp_path: Path) -> None:
    found = await reactions(tmp_path, chats=2, posts=1, pause=1.0)

    assert (1, 0) == (len(found.seconds), found.late)
