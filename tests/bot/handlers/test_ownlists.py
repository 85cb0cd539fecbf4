from __future__ import annotations

import pytest

from tests.bot.handlers.test_playlists import fill, mine
from tests.bot.library import NOW
from tests.bot.rig import Product, Rig


async def two_lists(rig: Rig, product: Product) -> None:
    for name in ("Dance", "Dawn"):
        await product.store.playlists.create(rig.owner.user.id, name, NOW)


@pytest.mark.parametrize(
    ("said", "label", "piece"),
    [
        ("/playlist da", "Dawn · 0", "Dawn · 0 tracks"),
        ("/playlist delete da", "Dawn · 0", "Remove “Dawn” with 0 tracks?"),
        ("/playlist remove", "Dance · 0", "Remove “Dance” with 0 tracks?"),
        ("/playlist rename da", "Dawn · 0", "What shall “Dawn” be called?"),
    ],
)
async def test_of_several_lists_that_may_be_meant_one_is_chosen(
    rig: Rig, said: str, label: str, piece: str
) -> None:
    async with rig.running() as product:
        await two_lists(rig, product)
        choice = await rig.ask(said)
        await rig.owner.press(choice, label)

        assert ["Dawn · 0", "Dance · 0"] == choice.buttons
        assert choice.text.endswith("Which one?")
        await rig.shows(piece)


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        ("/playlist remove daw", "Remove “Dawn” with 0 tracks?"),
        ("/playlist Rename dawn", "What shall “Dawn” be called?"),
        ("/playlist delete zoo", "You have no list called “zoo”. /playlist shows yours."),
    ],
)
async def test_what_is_done_to_a_list_may_be_written(rig: Rig, said: str, piece: str) -> None:
    async with rig.running() as product:
        await two_lists(rig, product)

        assert piece in (await rig.ask(said)).text


async def test_a_list_whose_name_is_a_verb_opens(rig: Rig) -> None:
    async with rig.running() as product:
        for name in ("remove dust", "dust"):
            await product.store.playlists.create(rig.owner.user.id, name, NOW)

        assert "remove dust · 0 tracks" in (await rig.ask("/playlist remove dust")).text


async def test_a_name_need_not_be_sent_as_a_reply(rig: Rig) -> None:
    async with rig.running() as product:
        await rig.ask("/playlist new")
        made = await rig.ask("Morning")
        await rig.owner.press(made, "Rename")
        await rig.owner.reply()
        none = await rig.ask("\u202e")
        renamed = await rig.ask("Evening")

        assert "Morning · 0 tracks" in made.text
        assert none.text.startswith("That is no name.")
        assert "Evening · 0 tracks" in renamed.text
        assert [("Evening", [])] == await mine(rig, product)


@pytest.mark.parametrize("between", ["/help", "@jazz 1", "https://t.me/jazz/1", "/nope"])
async def test_what_is_said_otherwise_ends_the_question(rig: Rig, between: str) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/playlist new")
        rig.owner.send(between)
        await rig.owner.reply()
        told = await rig.ask("Morning")

        assert told.text.startswith("Send me a t.me link")
        assert [] == await mine(rig, product)


async def test_a_press_ends_the_question(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 9)
        shelf = await rig.ask("/recent")
        await rig.ask("/playlist new")
        await rig.owner.press(shelf, "▶")

        assert (await rig.ask("Morning")).text.startswith("Send me a t.me link")
