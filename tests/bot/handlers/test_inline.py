from __future__ import annotations

import pytest

from sandbox.botapi.person import Person
from sandbox.world import ChatKind
from storage.playing import SentFile
from tests.bot import library
from tests.bot.rig import Rig


@pytest.fixture
def elsewhere(rig: Rig) -> Person:
    """The owner, asking the bot inline in a chat that it is not in."""
    friend = rig.world.add_user("Fred")
    chat = rig.world.add_chat("Friends", ChatKind.GROUP, members=(friend, rig.owner.user))
    return rig.api.person(rig.owner.user, chat=chat)


async def test_a_track_that_was_never_sent_is_a_card_that_leads_to_it(
    rig: Rig, elsewhere: Person
) -> None:
    async with rig.running() as product:
        [track] = await library.put(product.store, rig.folder / "music", "So What.mp3")
        [result] = (await elsewhere.inline("so wh")).results
        card = elsewhere.choose(result, "so wh")

        assert "🎵 Trio – So What\n3:45 · MP3 · 1.0 kB" == card.text
        assert f"https://t.me/loader_bot?start=t{track.id}" == card.button("Get it").value


async def test_once_it_was_sent_it_plays_in_any_chat(rig: Rig, elsewhere: Person) -> None:
    async with rig.running() as product:
        music = rig.folder / "music"
        song, flac = await library.put(product.store, music, "So What.mp3", "So What Now.flac")
        for track in (song, flac):
            sent = await rig.ask(f"/start t{track.id}")
            assert sent.media is not None
        results = {one.id: one for one in (await elsewhere.inline("so what")).results}

        assert "audio" == results[f"t{song.id}"].shown["type"]
        assert "document" == results[f"t{flac.id}"].shown["type"]
        assert elsewhere.choose(results[f"t{song.id}"]).is_audio


async def test_what_is_chosen_counts_as_played(rig: Rig, elsewhere: Person) -> None:
    async with rig.running() as product:
        one, two = await library.put(product.store, rig.folder / "music", "one.mp3", "two.mp3")
        results = {result.id: result for result in (await elsewhere.inline("")).results}
        elsewhere.choose(results[f"t{one.id}"])
        await product.played(one)

        assert [one.id] == await product.store.plays.last(10)
        first = (await elsewhere.inline("")).results[0]
        assert f"t{one.id}" == first.id
        assert f"t{two.id}" in results


async def test_pages_follow_each_other_to_the_end(rig: Rig, elsewhere: Person) -> None:
    names = [f"Tune {number}.mp3" for number in range(70)]
    seen: list[str] = []
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", *names)
        offset = ""
        while True:
            answer = await elsewhere.inline("tune", offset)
            seen += [result.id for result in answer.results]
            await library.put(product.store, rig.folder / "music", f"Tune behind {len(seen)}.mp3")
            offset = answer.next_offset
            if not offset:
                break

        assert (70, 70) == (len(seen), len(set(seen)))
        assert (5, True) == (answer.cache_time, answer.is_personal)


async def test_an_id_that_telegram_refuses_does_not_empty_the_list(
    rig: Rig, elsewhere: Person
) -> None:
    async with rig.running() as product:
        [track] = await library.put(product.store, rig.folder / "music", "So What.mp3")
        stale = SentFile("CQACAgIAAxkBAAIstale", "audio")
        await product.store.sent_files.put(rig.bot_user.id, track.id, stale)

        [result] = (await elsewhere.inline("so what")).results

        assert "article" == result.shown["type"]
        assert {} == await product.store.sent_files.of(rig.bot_user.id, [track.id])


async def test_a_mistake_is_told_above_what_its_words_find(rig: Rig, elsewhere: Person) -> None:
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", "artst trio.mp3")

        answer = await elsewhere.inline("artst:trio")

        assert answer.button is not None
        assert "Not “artst” but “artist”?" == answer.button["text"]
        assert answer.button["start_parameter"].startswith("s-")


async def test_a_query_that_was_answered_too_late_is_let_go(rig: Rig, elsewhere: Person) -> None:
    async with rig.running():
        question = elsewhere.ask("so what")
        question.asked = question.asked.replace(year=2020)

        assert "Hello!" in (await rig.ask("/start")).text


async def test_nothing_found_leads_to_the_chat(rig: Rig, elsewhere: Person) -> None:
    async with rig.running():
        nothing = await elsewhere.inline("zappa")
        empty = await elsewhere.inline("")

        assert nothing.button is not None
        assert ("s-emFwcGE", ()) == (nothing.button["start_parameter"], nothing.results)
        assert empty.button is not None
        assert "start" == empty.button["start_parameter"]


async def test_a_card_plays_once_the_storage_chat_has_it(rig: Rig, elsewhere: Person) -> None:
    shed = rig.world.add_chat("Shed", private=True, members=(rig.bot_user,))
    keeper = rig.api.person(rig.owner.user, chat=shed)
    rig.storage_chat = shed.marked_id
    async with rig.running() as product:
        [track] = await library.put(product.store, rig.folder / "music", "So What.mp3")
        before = (await elsewhere.inline("so what")).results
        kept = await keeper.reply()
        await product.knows(track)
        after = (await elsewhere.inline("so what")).results

        assert kept.is_audio
        assert ["article"] == [one.shown["type"] for one in before]
        assert ["audio"] == [one.shown["type"] for one in after]


async def test_a_storage_chat_that_is_closed_shows_in_the_status(
    rig: Rig, elsewhere: Person
) -> None:
    rig.storage_chat = -1001234567890
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", "So What.mp3")
        await elsewhere.inline("so what")
        await product.troubled()
        told = await rig.ask("/status")

        assert "cannot post to the storage chat (“Bad Request: chat not found”)" in told.text


async def test_the_button_above_the_list_opens_the_search_in_the_chat(
    rig: Rig, elsewhere: Person
) -> None:
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", "Summertime.mp3")
        meant = await elsewhere.inline("sumertime")
        wrong = await elsewhere.inline("summertime size>huge")

        assert meant.button is not None
        assert "Did you mean summertime?" == meant.button["text"]
        shelf = await rig.ask(f"/start {meant.button['start_parameter']}")
        assert "1. Trio – Summertime" in shelf.text
        assert wrong.button is not None
        told = await rig.ask(f"/start {wrong.button['start_parameter']}")
        assert "This is not a size." in told.text


async def test_a_mistake_alone_offers_nothing(rig: Rig, elsewhere: Person) -> None:
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", "Tune.mp3")

        answer = await elsewhere.inline("format:flak")

        assert () == answer.results
        assert answer.button is not None


async def test_a_choice_in_the_own_chat_is_no_order(rig: Rig) -> None:
    async with rig.running() as product:
        await library.put(product.store, rig.folder / "music", "Tune.mp3")
        [result] = (await rig.owner.inline("tune")).results
        rig.owner.choose(result, "tune")

        assert "Nothing is running here" in (await rig.ask("/status")).text
