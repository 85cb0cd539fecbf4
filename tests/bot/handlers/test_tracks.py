from __future__ import annotations

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from sandbox.world import ChatKind as GroupKind
from storage.models import Chat, ChatKind, Sameness, Track
from tests.bot.library import NOW, put
from tests.bot.rig import Product, Rig
from tests.storage.values import an_audio, claimed, running_job

OUT_OF_DATE = "This button is out of date."
JAZZ = Chat(-1001, "Jazz", "jazz", ChatKind.CHANNEL)


async def fill(rig: Rig, product: Product, count: int = 3) -> list[Track]:
    names = [f"Tune {number}.mp3" for number in range(1, count + 1)]
    return await put(product.store, rig.folder / "music", *names)


def sent(rig: Rig) -> list[Message]:
    return [one for one in rig.owner.messages if one.media and one.sender is rig.bot_user]


async def a_track(rig: Rig) -> Message:
    """Have the newest track sent."""
    shelf = await rig.ask("/recent")
    await rig.owner.press(shelf, "1")
    return await rig.owner.until(lambda one: one.media is not None)


def now(rig: Rig, message: Message) -> Message:
    return rig.owner.dialog.messages[message.id]


async def test_a_number_sends_its_track_with_what_can_be_done_with_it(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product)
        shelf = await rig.ask("/recent")
        answer = await rig.owner.press(shelf, "2")
        await product.played(tracks[1])
        [message] = sent(rig)

        assert "" == answer.text
        assert message.document is not None
        assert "Tune 2" == message.document.title
        assert ["♡ Like", "＋ List", "Same artist", "✎ Edit", "⇄ Convert"] == message.buttons


async def test_a_number_pressed_twenty_times_at_once_sends_one(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await fill(rig, product)
        shelf = await rig.ask("/recent")
        taps = [rig.owner.tap(shelf, "1") for _ in range(20)]
        answers = [(await tap.answer).text for tap in taps]
        await product.played(tracks[2])

        assert 19 == answers.count("It is on its way.")
        assert 1 == len(sent(rig))


async def test_all_tracks_of_the_page_are_sent_and_no_others(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 10)
        shelf = await rig.ask("/recent")
        await rig.owner.press(shelf, "▶")
        await rig.owner.press(now(rig, shelf), "Send these")

        assert ["Tune 2", "Tune 1"] == [one.document.title for one in sent(rig) if one.document]
        assert [["♡ Like", "＋ List", "Same artist", "✎ Edit", "⇄ Convert"]] * 2 == [
            one.buttons for one in sent(rig)
        ]
        assert [] == await product.store.plays.last(10)


async def test_of_a_page_that_cannot_be_sent_whole_the_rest_is_told(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        (rig.folder / "music" / "Trio" / "Tune 2.mp3").unlink()
        shelf = await rig.ask("/recent")
        await rig.owner.press(shelf, "Send these")
        told = await rig.hears("1 of 3 could not be sent.")

        assert "“Trio – Tune 2” is not in the library" in told.text
        assert 2 == len(sent(rig))


async def test_a_track_whose_file_is_gone_is_told(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        (rig.folder / "music" / "Trio" / "Tune 1.mp3").unlink()
        shelf = await rig.ask("/recent")
        answer = await rig.owner.press(shelf, "1")
        told = await rig.hears("is not in the library any more")

        assert "" == answer.text
        assert [] == told.buttons


async def test_in_a_forum_tracks_come_in_the_topic_they_were_asked_for_in(rig: Rig) -> None:
    forum = rig.world.add_chat("Band", GroupKind.GROUP, members=(rig.owner.user, rig.bot_user))
    forum.topics[5] = "Swing"
    olga = rig.api.person(rig.owner.user, chat=forum)
    async with rig.running() as product:
        await fill(rig, product, 2)
        olga.send("/recent@loader_bot", topic=5)
        shelf = await olga.reply()
        await olga.press(shelf, "1")
        await olga.press(shelf, "Send these")
        found = [one for one in olga.messages if one.media and one.sender is rig.bot_user]

        assert [5] * 3 == [one.topic for one in found]


async def test_a_file_that_somebody_took_away_is_known_to_be_gone(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product)
        (rig.folder / "music" / "Trio" / "Tune 2.mp3").unlink()
        shelf = await rig.ask("/search has:file")
        await rig.owner.press(shelf, "2")
        await rig.hears("is not in the library any more")
        again = await rig.ask("/search has:file")

        assert (3, 2) == (shelf.text.count("Tune"), again.text.count("Tune"))


async def test_while_the_library_is_not_mounted_no_file_is_taken_for_gone(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        shelf = await rig.ask("/recent")
        (rig.folder / "music").rename(rig.folder / "elsewhere")
        await rig.owner.press(shelf, "1")
        await rig.hears("is not in the library any more, or cannot be read")
        [track] = await product.store.catalog.every()

        assert track.path is not None


async def test_a_like_says_so_and_can_be_taken_back(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        message = await a_track(rig)
        first = await rig.owner.press(message, "Like")
        liked = await product.store.favorites.newest(rig.owner.user.id, 10)
        after = await rig.owner.until(lambda one: "♥ Liked" in one.buttons)
        second = await rig.owner.press(after, "Liked")
        last = await rig.owner.until(lambda one: "♡ Like" in one.buttons)

        assert ("♥ Among your favorites.", [track.id]) == (first.text, liked)
        assert "No favorite any more." == second.text
        assert [] == await product.store.favorites.newest(rig.owner.user.id, 10)
        assert message.keyboard == last.keyboard


async def test_a_like_pressed_twice_is_one(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        message = await a_track(rig)
        taps = [rig.owner.tap(message, "Like") for _ in range(5)]

        assert {"♥ Among your favorites."} == {(await tap.answer).text for tap in taps}
        assert [track.id] == await product.store.favorites.newest(rig.owner.user.id, 10)


async def test_in_a_group_each_likes_for_themselves_and_a_second_tap_undoes_nothing(
    rig: Rig,
) -> None:
    group = rig.world.add_chat("Band", GroupKind.GROUP, members=(rig.owner.user, rig.bot_user))
    olga = rig.api.person(rig.owner.user, chat=group)
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        olga.send("/recent@loader_bot")
        await olga.press(await olga.reply(), "1")
        message = await olga.until(lambda one: one.media is not None)
        answers = [(await olga.press(message, "Like")).text for _ in range(2)]
        liked = await product.store.favorites.newest(rig.owner.user.id, 10)
        back = [(await olga.press(message, "Unlike")).text for _ in range(2)]

        assert ["♥ Among your favorites."] * 2 == answers
        assert ["No favorite any more."] * 2 == back
        assert [track.id] == liked
        assert [] == await product.store.favorites.newest(rig.owner.user.id, 10)
        assert message.keyboard == olga.dialog.messages[message.id].keyboard


async def test_the_source_is_the_posting_where_its_chat_has_a_link(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await fill(rig, product, 1)
        [track] = await product.store.catalog.every()
        await product.store.chats.save(JAZZ)
        await running_job(product.store, an_audio(12))
        await product.store.catalog.link(await claimed(product.store), track, Sameness.DOCUMENT)
        message = await a_track(rig)

        button = message.button("Source")
        assert ("url", "https://t.me/jazz/12") == (button.action, button.value)


async def test_a_track_goes_into_a_list_that_is_chosen(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        mine = await product.store.playlists.create(rig.owner.user.id, "Morning <1>", NOW)
        message = await a_track(rig)
        await rig.owner.press(message, "＋ List")
        choice = await rig.owner.reply()
        taps = [rig.owner.tap(choice, "Morning") for _ in range(3)]

        assert ["✓ In “Morning <1>”."] * 3 == [(await tap.answer).text for tap in taps]
        assert "Into which list shall Trio – Tune 1 go?" == choice.text
        assert ["Morning <1> · 0", "＋ New list"] == choice.buttons
        assert [track.id] == await product.store.playlists.tracks(mine.id)
        assert now(rig, choice).text.startswith("✓ Trio – Tune 1 is in “Morning <1>”. ")
        assert ["✓ Morning <1> · 1", "＋ New list"] == now(rig, choice).buttons


async def test_a_list_that_has_the_track_is_marked_and_gives_it_back(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        lists = product.store.playlists
        for name in ("Late", "Morning"):
            made = await lists.create(rig.owner.user.id, name, NOW)
            await lists.add(made.id, [track.id])
        message = await a_track(rig)
        await rig.owner.press(message, "＋ List")
        choice = await rig.owner.reply()
        answer = await rig.owner.press(choice, "Morning")

        assert "is in “Morning”, “Late”." in choice.text
        assert ["✓ Morning · 1", "✓ Late · 1"] == choice.buttons[:2]
        assert "No more in “Morning”." == answer.text
        assert ["Morning · 0", "✓ Late · 1"] == now(rig, choice).buttons[:2]
        assert [] == await lists.tracks(made.id)


async def test_the_first_list_is_asked_for_by_name(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        message = await a_track(rig)
        await rig.owner.press(message, "＋ List")
        question = await rig.owner.reply()
        rig.owner.send("  Late\nnight ", reply_to=question)
        told = await rig.owner.reply()
        [made] = await product.store.playlists.of_person(rig.owner.user.id)

        assert "➕ What shall the list for Trio – Tune 1 be called?" in question.text
        assert "✓ Trio – Tune 1 is in “Late night”." == told.text
        assert ("Late night", [track.id]) == (
            made.name,
            await product.store.playlists.tracks(made.id),
        )


async def test_into_somebody_elses_list_nothing_is_put(rig: Rig) -> None:
    async with rig.running() as product:
        [track] = await fill(rig, product, 1)
        other = await product.store.playlists.create(99, "Theirs", NOW)
        shelf = await rig.ask("/recent")
        seal = Seal(product.store.vault.sign)
        data = seal.pack(rig.owner.dialog.id, Press(Action.PUT, track.id, (other.id,)))
        answer = await rig.owner.press(shelf, data=data)

        assert "This is somebody else’s." == answer.text
        assert [] == await product.store.playlists.tracks(other.id)


async def test_a_track_that_is_not_there_any_more_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        await fill(rig, product, 1)
        shelf = await rig.ask("/recent")
        seal = Seal(product.store.vault.sign)
        for action in (Action.SEND, Action.LIKE, Action.CHOOSE, Action.ARTIST, Action.ALBUM):
            data = seal.pack(rig.owner.dialog.id, Press(action, 99))

            assert OUT_OF_DATE == (await rig.owner.press(shelf, data=data)).text
