from __future__ import annotations

import pytest

from tests.bot.library import put
from tests.bot.rig import Rig

NAMES = [
    "<script>alert(1)</script>",
    "{{7*7}} {% x %}",
    '"><img src=x onerror=alert(1)>',
    "<b>bold & 'quoted'",
    "<a href='tg://user?id=1'>x</a>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "x\n[ERROR] fake",
]


@pytest.mark.parametrize("name", NAMES)
async def test_row81_row82_row84_row85_a_name_is_shown_as_the_text_that_it_is(
    rig: Rig, name: str
) -> None:
    one_line = " ".join(name.split())
    async with rig.running() as product:
        [track] = await put(product.store, rig.folder / "music", "x.mp3", title=name, artist=name)
        shelf = await rig.ask("/recent")
        sent = await rig.ask(f"/start t{track.id}")
        asked = await rig.owner.inline("")

        [line] = [line for line in shelf.text.splitlines() if line.startswith("1. ")]
        assert line.startswith(f"1. {one_line[:8]}")
        assert "[ERROR]" not in shelf.text.splitlines()
        assert "text_link" not in {mark.kind for mark in shelf.entities}
        assert sent.is_audio
        assert 1 == len(asked.results)


async def test_row83_a_title_as_long_as_a_novel_is_cut_wherever_it_is_shown(rig: Rig) -> None:
    async with rig.running() as product:
        title = "я" * 100_000
        [track] = await put(product.store, rig.folder / "music", "x.mp3", title=title)
        shelf = await rig.ask("/recent")
        sent = await rig.ask(f"/start t{track.id}")
        label = await rig.ask("/search яяя")

        assert sent.document is not None
        assert len(sent.document.title or "") <= 128
        assert len(shelf.text) < 1000
        assert len(label.text) < 1000
