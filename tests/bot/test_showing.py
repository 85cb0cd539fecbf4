from __future__ import annotations

from bot import deeplinks
from sandbox.faults import Rule
from tests.bot.library import put
from tests.bot.rig import Product, Rig


async def fill(rig: Rig, product: Product) -> None:
    names = [f"Tune {number}.mp3" for number in range(9)]
    await put(product.store, rig.folder / "music", *names)


async def test_a_message_that_cannot_be_edited_any_more_is_shown_anew(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        shelf = await rig.ask("/recent")
        words = (400, "Bad Request: message can't be edited")
        rig.api.faults.add(Rule("bot.editMessageText", error=words))
        await rig.owner.press(shelf, "▶")
        again = await rig.owner.reply()

        assert shelf.id == again.reply_to
        assert again.text.startswith("Newest\n\n9. ")


async def test_a_press_by_hand_upon_a_file_is_shown_in_a_new_message(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await put(product.store, rig.folder / "music", "Tune.mp3")
        shelf = await rig.ask("/playlist new Morning")
        rig.owner.send(f"/start {deeplinks.track(track.id)}")
        sent = await rig.owner.until(lambda one: one.is_audio)
        [data] = [one.value for row in shelf.keyboard for one in row if one.text == "☰ Lists"]
        await rig.owner.press(sent, data=str(data))
        shown = await rig.owner.until(lambda one: one.id > sent.id)

    assert "Your lists" == shown.text


async def test_buttons_that_cannot_be_changed_any_more_stay(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        await rig.owner.press(await rig.ask("/recent"), "1")
        track = await rig.owner.until(lambda one: one.media is not None)
        words = (400, "Bad Request: message can't be edited")
        rule = rig.api.faults.add(Rule("bot.editMessageReplyMarkup", error=words))
        first = await rig.owner.press(track, "Like")
        while not rule.hits:
            await product.store.favorites.newest(rig.owner.user.id, 1)
        second = await rig.owner.press(track, "Like")

        assert ["♥ Among your favorites."] * 2 == [first.text, second.text]
        assert 1 == len(await product.store.favorites.newest(rig.owner.user.id, 9))


async def test_an_answer_to_a_command_that_was_deleted_is_sent_all_the_same(rig: Rig) -> None:
    rig.owner.delete(rig.owner.send("/recent"))
    async with rig.running():
        told = await rig.owner.reply()

        assert told.text.startswith("There are no tracks yet.")
        assert told.reply_to is None
