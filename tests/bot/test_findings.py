from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.findings import Findings
from bot.links import Link
from tests.downloader.rig import open_rig
from tests.downloader.scripted import ScriptedSource, song


async def test_a_posting_whose_track_was_merged_is_where_the_best_is(tmp_path: Path) -> None:
    songs = song(1), replace(song(2), title="Song 1 (Official Video)")
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        await rig.finish()
        first, second = await rig.store.catalog.every()
        best, worse = (first, second) if second.better_id else (second, first)
        await rig.engine.merger.merge(best.id)
        [posting] = [one for one in songs if one.document_id == worse.document_id]
        link = Link(str(posting.chat_id), posting.message_id, posting.message_id)
        [found] = (await Findings(rig.store).of_posting(link)).found

    assert (best.id, False) == (found.track.id if found.track else None, found.gone)
