from __future__ import annotations

import pytest

from storage.models import Request
from tests.bad_inputs.said import SAID
from tests.bot.rig import Rig


@pytest.mark.parametrize("row", SAID)
async def test_what_cannot_be_carried_out_is_one_line_and_no_job(rig: Rig, row: int) -> None:
    async with rig.running(working=False) as product:
        for text, piece in SAID[row]:
            told = await rig.ask(text)

            assert piece in told.text
            assert "\n" not in told.text
        assert [] == await product.jobs()


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("tg://resolve?domain=jazz&post=12", Request("@jazz", 1, message_ids=(12,))),
        ("https://t.me/s/jazz/12", Request("@jazz", 1, message_ids=(12,))),
        ("https://t.me/jazz/12?thread=3", Request("@jazz", 1, message_ids=(12,))),
        ("https://t.me/jazz/12?single", Request("@jazz", 1, message_ids=(12,))),
        ("https://t.me/jazz/12?comment=5", Request("@jazz", 1, message_ids=(12,))),
        ("https://telegram.me/jazz/12", Request("@jazz", 1, message_ids=(12,))),
        ("https://t.me/s/jazz", Request("@jazz", 10)),
    ],
)
async def test_row21_links_of_other_forms_are_carried_out(
    rig: Rig, text: str, request_: Request
) -> None:
    async with rig.running(working=False) as product:
        await rig.ask(text)

        assert [request_] == [job.request for job in await product.jobs()]


async def test_row26_a_range_that_is_the_wrong_way_round_is_turned(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/dl @jazz 200-100")

        expected = Request("@jazz", 101, first_id=100, last_id=200)
        assert [expected] == [job.request for job in await product.jobs()]


async def test_row29_a_link_to_what_is_no_audio_says_so(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("https://t.me/jazz/999")
        told = await rig.hears("no audio")

        assert "Traceback" not in told.text
