from __future__ import annotations

import pytest

from bot import deeplinks
from bot.links import Link
from storage.models import JobState
from tests.bot import library
from tests.bot.rig import Rig


async def test_a_link_to_a_track_sends_it(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await library.put(product.store, rig.folder / "music", "So What.mp3")

        sent = await rig.ask(f"/start {deeplinks.track(track.id)}")

        assert sent.is_audio
        await product.played(track)


async def test_a_link_to_a_track_says_when_its_file_is_gone(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await library.put(product.store, rig.folder / "music", "So What.mp3")
        (rig.folder / "music" / "Trio" / "So What.mp3").unlink()

        told = await rig.ask(f"/start {deeplinks.track(track.id)}")

        assert "🗑 The file of “Trio – So What” is not in the library any more" in told.text


async def test_a_link_to_a_posting_fetches_it(rig: Rig) -> None:
    payload = deeplinks.posting(Link("@jazz", 3, 3))
    async with rig.running() as product:
        rig.owner.send(f"/start {payload}")
        await rig.shows("✅")

        [job] = await product.jobs()
        assert (JobState.DONE, (3,)) == (job.state, job.request.message_ids)


@pytest.mark.parametrize("payload", ["t99", "p1-AAAAAAAAAAAAAAAAAAAAAA", "s-", "x", "💥"])
async def test_a_link_that_leads_nowhere_says_so(rig: Rig, payload: str) -> None:
    async with rig.running():
        told = await rig.ask(f"/start {payload}")

        assert "This link is out of date. /help tells what I can do." == told.text


async def test_a_link_may_just_greet(rig: Rig) -> None:
    async with rig.running():
        assert (await rig.ask("/start start")).text.startswith("Hello!")
        assert (await rig.ask("/start help")).text.startswith("Download")
