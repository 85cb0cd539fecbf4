from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from bot import deeplinks
from bot.deeplinks import DeepLinks
from tests.bot.library import NOW, put
from tests.bot.rig import Rig


async def test_a_shared_list_opens_for_another_person_who_may_copy_it(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await put(product.store, rig.folder / "music", "Tune.mp3")
        theirs = await product.store.playlists.create(99, "Morning", NOW)
        await product.store.playlists.add(theirs.id, [track.id])
        payload = DeepLinks(product.store.vault.sign).playlist(theirs.id)
        shelf = await rig.ask(f"/start {payload}")
        await rig.owner.press(shelf, "Copy")
        [mine] = await product.store.playlists.of_person(rig.owner.user.id)

        assert shelf.text.startswith("Morning · 1 track\n")
        assert ["1", "＋ Copy to my lists", "Export"] == shelf.buttons
        assert [track.id] == await product.store.playlists.tracks(mine.id)


async def test_the_link_that_is_shared_opens_the_list(rig: Rig) -> None:
    async with rig.running() as product:
        await product.store.playlists.create(rig.owner.user.id, "Morning", NOW)
        shelf = await rig.ask("/playlist Morning")
        shared = parse_qs(urlsplit(shelf.button("Share").value).query)["url"][0]
        again = await rig.ask(f"/start {parse_qs(urlsplit(shared).query)['start'][0]}")

        assert shelf.text == again.text


async def test_a_link_to_a_list_that_is_gone_says_so(rig: Rig) -> None:
    async with rig.running() as product:
        told = await rig.ask(f"/start {DeepLinks(product.store.vault.sign).playlist(7)}")

        assert told.text.startswith("This link is out of date.")


async def test_a_link_to_a_search_opens_it_and_its_pages_turn(rig: Rig) -> None:
    async with rig.running() as product:
        names = [f"Tune {number}.mp3" for number in range(12)]
        await put(product.store, rig.folder / "music", *names)
        shelf = await rig.ask(f"/start {deeplinks.search('tune')}")
        answer = await rig.owner.press(shelf, "▶")

        assert "" == answer.text
        assert rig.owner.dialog.messages[shelf.id].text.startswith("9. Trio – Tune ")
