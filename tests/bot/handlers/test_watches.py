from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from downloader.errors import DownloaderError
from downloader.events import WatchUntold
from storage.models import JobState, Origin, Reason
from storage.retention import Retention
from storage.watch import Rhythm, Rules, Run, Watch, WatchState
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.rig import Product, Rig, shelf
from tests.downloader.scripted import JAZZ, ROCK, START, song


async def the_watch(product: Product) -> Watch:
    [watch] = await product.store.watches.every()
    return watch


async def followed(rig: Rig, product: Product, sentence: str = "@jazz every 6h") -> Watch:
    await pressed(rig, await rig.ask(f"/watch {sentence}"), "Follow it")
    return await the_watch(product)


async def test_what_following_would_bring_is_shown_before_it_begins(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask('/watch @jazz daily 02:00 backfill 20 -"song 3" quiet max 5GB/day')
        assert [] == await product.store.watches.every()

    assert [
        'Follow Jazz: daily at 02:00, only -"song 3", at most 5.0 GB a day, quietly.',
        "Now I would fetch 11 tracks, 110 kB.",
        'Passed over: 1 not -"song 3".',
    ] == shown.text.splitlines()
    assert ["Follow it", "Never mind"] == list(shown.buttons)


async def test_without_a_backfill_it_says_how_to_have_one(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz")

    assert shown.text.startswith("Follow Jazz: every 6 hours.")
    assert "backfill 200 begins with the newest 200" in shown.text


async def test_without_a_backfill_a_sample_tells_what_fits(rig: Rig) -> None:
    async with rig.running(shelf(60), working=False):
        shown = await rig.ask('/watch @jazz "song 5"')

    assert 'Of the newest 50 tracks, 0 would have come (50 not "song 5").' in shown.text


async def test_a_backfill_of_nothing_is_no_download(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz lossless backfill 5")
        await pressed(rig, shown, "Follow it")
        jobs = await product.jobs()

    assert "Now there is nothing to fetch." in shown.text
    assert [] == jobs


async def test_what_is_followed_brings_what_is_posted_then(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source) as product:
        await followed(rig, product)
        new = song(4)
        source.songs.append(new)
        source.bodies[new.document_id] = source.bodies[song(3).document_id]
        shown = await rig.ask("/watches")
        _, shown = await pressed(rig, shown, "1")
        await rig.owner.press(shown, "↻ Look now")
        await rig.hears("✅ Jazz", "1 downloaded")
        watch = await the_watch(product)

    assert watch.seen is not None
    assert 4 == watch.seen.message_id


async def test_what_is_said_anew_goes_on_where_it_was(rig: Rig) -> None:
    source, hour = shelf(3), (datetime.now().astimezone().hour + 12) % 24
    later = f"between {hour:02}:00-{hour:02}:30"  # nothing is looked at meanwhile
    async with rig.running(source, working=False) as product:
        before = await followed(rig, product, f"@jazz every 6h {later}")
        source.songs.append(song(4))
        after = await followed(rig, product, f"@jazz every 7h {later}")
        await product.store.watches.set(after.id, WatchState.PAUSED, after.next_at)
        begun = await followed(rig, product, f"@jazz every 8h {later}")

    assert [3, 3, 3] == [one.seen and one.seen.message_id for one in (before, after, begun)]
    assert 1 == len({before.id, after.id, begun.id})


async def test_a_backfill_is_a_download_like_any_other(rig: Rig) -> None:
    async with rig.running() as product:
        await followed(rig, product, "@jazz backfill 2")
        await rig.hears("✅ Jazz", "2 downloaded")
        [job] = await product.jobs()
        watch = await the_watch(product)

    assert (JobState.DONE, 2, watch.id) == (job.state, job.request.limit, job.request.watch)


async def test_how_much_is_kept_is_told_first_and_then_kept(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @jazz 3")
        await rig.hears("✅ Jazz", "3 downloaded")
        shown = await rig.ask("/watch @jazz keep 2")
        before = await product.store.retentions.every()
        await pressed(rig, shown, "Follow it")
        kept = await product.store.retentions.every()
        rest = [one for one in await product.store.catalog.every() if one.path is not None]

    assert "I would keep the newest 2 tracks. 1 track would go" in shown.text
    assert ({}, [Retention(2)]) == (before, list(kept.values()))
    assert 2 == len(rest)


async def test_what_was_removed_and_what_is_kept_is_told_before(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @jazz 3")
        await rig.hears("✅ Jazz", "3 downloaded")
        [chat_id] = {item.chat_id for item in await product.store.items.every()}
        await product.app.engine.cleaner.keep(chat_id, Retention(1))
        shown = await rig.ask("/watch @jazz backfill 4")

    assert "Now there is nothing to fetch." in shown.text
    passed_over = "1 in the library already, 2 removed before, 1 more than is kept"
    assert f"Passed over: {passed_over}." in shown.text
    assert "Of this chat I keep the newest track; /retention changes that." in shown.text


async def test_pressing_twice_follows_once(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz every 6h")
        await pressed(rig, shown, "Follow it")
        await pressed(rig, await rig.ask("/watch @jazz daily 02:00"), "Follow it")
        watch = await the_watch(product)

    assert watch.rules.rhythm.daily is not None


async def test_a_watch_can_be_paused_taken_up_and_removed(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await followed(rig, product)
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        _, paused = await pressed(rig, shown, "⏸ Pause")
        state = (await the_watch(product)).state
        _, going = await pressed(rig, paused, "▶️ Resume")
        _, asked = await pressed(rig, going, "Remove")
        _, gone = await pressed(rig, asked, "Yes, remove it")

        assert [] == await product.store.watches.every()
    assert WatchState.PAUSED is state
    assert "Paused." in paused.text
    assert "I follow Jazz no more. What it brought stays." == gone.text


async def test_unwatch_asks_and_knows_what_is_not_followed(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await followed(rig, product)
        asked = await rig.ask("/unwatch t.me/jazz")
        unknown = await rig.ask("/unwatch @rock")
        bare = await rig.ask("/unwatch")
        first, second = await rig.ask("/unwatch 1"), await rig.ask("/unwatch 2")

    assert "Follow Jazz no more?" in asked.text
    assert "You do not follow @rock." in unknown.text
    assert "Which chat?" in bare.text
    assert "Follow Jazz no more?" in first.text
    assert "There is no number 2: /watches lists 1." == second.text


async def test_unwatch_lets_choose_where_a_name_fits_several_and_none_is_called_so_now(
    rig: Rig,
) -> None:
    async with rig.running(working=False) as product:
        add, rules = product.store.watches.add, Rules(Rhythm(is_live=True))
        me, now = Origin(rig.owner.user.id, rig.owner.user.id), START
        for number, name in enumerate(("cool", None, "blues"), start=1):
            title = f"Chat {number}"
            chat = replace(JAZZ, id=JAZZ.id * 10 - number, title=title, username=name)
            await add("@jazz" if number < 3 else "@blues", rules, me, now, chat=chat)
        which = await rig.ask("/unwatch @jazz")
        _, asked = await pressed(rig, which, "2")
        await add("t.me/jazz", rules, me, now, chat=JAZZ)
        one = await rig.ask("/unwatch @jazz")

    assert "Several chats that you follow go, or went, by @jazz. Which one?" in which.text
    assert ["1", "2"] == list(which.buttons)
    assert "2. Chat 2" in which.text
    assert "Follow Chat 2 no more?" in asked.text
    assert "Follow Jazz no more?" in one.text


async def test_without_watches_it_says_how_to_begin(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watches")

    assert "You follow no chat. /watch @jazz every 6h" in shown.text


async def test_a_chat_that_is_not_there_is_told_at_once(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @nowhere")

    assert "there is no such chat" in shown.text


async def test_a_quiet_watch_has_no_board(rig: Rig) -> None:
    async with rig.running() as product:
        await followed(rig, product, "@jazz quiet backfill 1")
        while not await product.store.catalog.every():
            await product.store.jobs.every()
        answer = await rig.ask("/watches")

    assert not [text for text in rig.said if "Done" in text]
    assert "quiet" not in answer.text


async def test_a_lost_chat_is_told_of_with_what_can_be_done(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        watch = await followed(rig, product)
        run = Run(watch.made_at, reason=Reason.CHAT_PRIVATE)
        put_off = product.store.watches.put_off
        lost = await put_off(watch, run, watch.made_at, state=WatchState.LOST)
        assert lost is not None
        product.app.engine.events.publish(WatchUntold(lost))
        told = await rig.hears("I cannot follow Jazz any more: this chat is private.")
        _, going = await pressed(rig, told, "↻ Try again")
        watch = await the_watch(product)

    assert "Join it with the Telegram account that downloads" in told.text
    assert ["↻ Try again", "Remove"] == list(told.buttons)
    assert WatchState.ACTIVE is watch.state
    assert "Next look" in going.text


async def test_a_preview_counts_only_what_would_be_kept(rig: Rig) -> None:
    async with rig.running(shelf(3), working=False):
        shown = await rig.ask("/watch @jazz backfill all keep 2")

    assert "Now I would fetch 2 tracks" in shown.text
    assert "Passed over: 1 more than is kept." in shown.text


async def test_comments_are_followed_in_the_group_where_they_are(rig: Rig) -> None:
    source = shelf(3)
    source.discussions[JAZZ.id] = ROCK
    async with rig.running(source, working=False) as product:
        shown = await rig.ask("/watch @jazz every 7h quiet comments")
        await pressed(rig, shown, "Follow it")
        watches = await product.store.watches.every()

    assert "Its postings are discussed in Rock: I would follow that too" in shown.text
    assert ["@jazz", str(ROCK.id)] == [one.name for one in watches]
    assert watches[0].rules == watches[1].rules


async def test_a_chat_without_comments_says_so(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz comments")
        await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)

    assert "This chat has no comments." in shown.text
    assert "@jazz" == watch.name


async def test_a_watch_is_changed_with_buttons_or_said_anew(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        before = await followed(rig, product, "@jazz every 6h lossless quiet")
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        _, edit = await pressed(rig, shown, "✎ Edit")
        _, often = await pressed(rig, edit, "⏱ How often")
        _, hourly = await pressed(rig, often, "Every hour")
        _, tell = await pressed(rig, hourly, "🔔 Tell me")
        _, digest = await pressed(rig, tell, "Once a day, at 20:00")
        _, most = await pressed(rig, digest, "📦 Limit")
        _, limited = await pressed(rig, most, "5 GB")
        after = await the_watch(product)

    assert "/watch @jazz every 6h lossless quiet" in edit.text
    assert "How often shall I look for what is new?" in often.text
    assert "/watch @jazz every 1h lossless max 5GB/day digest 20:00" in limited.text
    assert (before.id, before.seen, "lossless") == (after.id, after.seen, after.rules.query)
    assert (5 * 10**9, time(20)) == (after.rules.most_a_day, after.rules.digest_at)


async def test_a_chat_with_another_name_is_told_of(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        watch = await followed(rig, product)
        source.chats[0] = replace(source.chats[0], title="Cool", username="cool")
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        await rig.owner.press(shown, "↻ Look now")
        await rig.hears("Jazz is called Cool now (@cool). I go on following it.")
        found = await rig.ask("/unwatch @cool")
        by_old_name = await rig.ask("/unwatch @jazz")

    assert watch.called is not None
    assert "Follow Cool no more?" in found.text
    assert "Follow Cool no more?" in by_old_name.text


async def test_that_all_have_to_wait_is_told_once_with_what_to_do(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        await followed(rig, product)
        source.script("chat", DownloaderError(Reason.LOGIN))
        _, shown = await pressed(rig, await rig.ask("/watches"), "1")
        await rig.owner.press(shown, "↻ Look now")
        told = await rig.hears("I look at nothing that you follow for now")
        held = (await the_watch(product)).reason
        _, going = await pressed(rig, told, "↻ Try again")

    assert "no Telegram account is logged in. After a /login of the owner" in told.text
    assert Reason.LOGIN is held
    assert "What I follow for you" in going.text
    assert "logged in" not in going.text
