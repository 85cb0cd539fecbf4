from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from storage.models import Origin
from storage.watch import Rhythm, Rules, Seen, WatchState
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.handlers.test_watches import the_watch
from tests.bot.rig import Rig, shelf
from tests.downloader.scripted import JAZZ, ROCK, START, song


async def test_a_chat_alone_can_be_followed_without_a_word_of_syntax(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz")
        _, often = await pressed(rig, shown, "⏱ How often: every 6 hours")
        _, hourly = await pressed(rig, often, "Every hour")
        _, past = await pressed(rig, hourly, "🗂 From before: nothing")
        _, some = await pressed(rig, past, "The newest 50")
        _, tell = await pressed(rig, some, "🔔 Tell me: everything")
        _, whole = await pressed(rig, tell, "Once a day, at 20:00")
        none_yet = await product.store.watches.every()
        await pressed(rig, whole, "Follow it")
        watch = await the_watch(product)
        [job] = await product.jobs()

    assert "Shall I tell you what comes?" == tell.text
    assert "Follow Jazz: every hour, with a digest at 20:00." in whole.text
    assert "Now I would fetch 12 tracks" in whole.text
    assert [] == none_yet
    assert (timedelta(hours=1), time(20)) == (watch.rules.rhythm.every, watch.rules.digest_at)
    assert (50, True) == (job.request.limit, job.request.is_quiet)


async def test_whoever_changes_nothing_can_go_back(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz")
        _, often = await pressed(rig, shown, "⏱ How often: every 6 hours")
        _, again = await pressed(rig, often, "◀ Back")
        said = await rig.ask("/watch @jazz every 6h")

    assert (shown.text, list(shown.buttons)) == (again.text, list(again.buttons))
    assert ["Follow it", "Never mind"] == list(said.buttons)


async def test_without_a_chat_it_asks_for_one_and_takes_the_next_words_for_it(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        asked = await rig.ask("/watch")
        wrong = await rig.ask("what is this")
        shown = await rig.ask("jazz")
        await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)

    assert "“what” is no chat. Write its @name" in wrong.text
    assert "Which chat shall I follow? Answer with its @name" in asked.text
    assert "Follow Jazz: every 6 hours." in shown.text
    assert "@jazz" == watch.name


async def test_chats_that_something_came_from_are_offered(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @jazz 1")
        await rig.hears("✅ Jazz", "1 downloaded")
        asked = await rig.ask("/watch")
        _, shown = await pressed(rig, asked, "Jazz")
        await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)
        without = await rig.ask("/watch")

    assert "Or press one that you have fetched from:" in asked.text
    assert "Follow Jazz: every 6 hours." in shown.text
    assert watch.chat is not None
    assert [] == list(without.buttons)


async def test_of_what_is_followed_already_it_shows_that_or_what_takes_its_place(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        await pressed(rig, await rig.ask("/watch @jazz every 6h quiet"), "Follow it")
        watch = await the_watch(product)
        shown = await rig.ask("/watch t.me/jazz")
        anew = await rig.ask("/watch @jazz live")

    assert "Jazz: every 6 hours, quietly." in shown.text
    assert "✎ Edit" in list(shown.buttons)
    assert "You follow it already: every 6 hours, quietly." in anew.text
    assert watch.rules.rhythm.every is not None


async def test_what_is_usual_holds_for_new_watches_unless_they_say_otherwise(rig: Rig) -> None:
    async with rig.running(working=False):
        none = await rig.ask("/watch defaults")
        said = await rig.ask("/watch defaults every 1h quiet max 5GB/day")
        told = await rig.ask("/watch defaults")
        plain = await rig.ask("/watch @jazz")
        loud = await rig.ask("/watch @jazz openly max none daily 02:00")
        wrong = await rig.ask("/watch defaults topic 5")
        off = await rig.ask("/watch defaults off")
        after = await rig.ask("/watch @jazz")

    assert "Nothing is set for new watches" in none.text
    assert "From now on each new /watch is: every hour, at most 5.0 GB a day, quietly." in said.text
    assert "You said: every 1h quiet max 5GB/day" in told.text
    assert "Follow Jazz: every hour, at most 5.0 GB a day, quietly." in plain.text
    assert "Follow Jazz: daily at 02:00." in loud.text
    assert "“topic” can only be said of one chat" in wrong.text
    assert "only as its sentence says" in off.text
    assert "Follow Jazz: every 6 hours." in after.text


async def test_all_watches_together_have_a_budget(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        none = await rig.ask("/watch budget")
        said = await rig.ask("/watch budget 20 GB/day")
        kept = await product.store.watch_rules.budget()
        wrong = await rig.ask("/watch budget lots")
        off = await rig.ask("/watch budget off")
        after = await product.store.watch_rules.budget()

    assert "/watch budget 20GB/day limits them" in none.text
    assert "All watches together fetch at most 20.0 GB a day; 0" in said.text
    assert (20 * 10**9, None) == (kept, after)
    assert "“lots” is not so much a day." in wrong.text
    assert "as much as there is, from now on" in off.text


async def test_another_chat_that_took_a_name_over_is_followed_beside_the_one_of_before(
    rig: Rig,
) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        mark, me = Seen(9, song(9).posted_at), Origin(rig.owner.user.id, rig.owner.user.id)
        moved, hourly = replace(ROCK, username="moved"), Rules(Rhythm(every=timedelta(hours=1)))
        await product.store.watches.add("@jazz", hourly, me, START, chat=moved, seen=mark)
        rig.owner.send("/watch @jazz every 6h")
        # That the other one is called otherwise may be told first.
        shown = await rig.owner.until(lambda one: "Follow it" in one.buttons)
        await pressed(rig, shown, "Follow it")
        before, new = await product.store.watches.every()

    assert (ROCK.id, mark, hourly) == (before.chat and before.chat.id, before.seen, before.rules)
    assert (JAZZ.id, 3) == (new.chat and new.chat.id, new.seen and new.seen.message_id)


async def test_a_chat_that_is_named_otherwise_is_not_followed_twice(rig: Rig) -> None:
    source = shelf(3)
    async with rig.running(source, working=False) as product:
        await pressed(rig, await rig.ask("/watch @jazz every 6h"), "Follow it")
        source.chats[0] = replace(JAZZ, username="cool")
        shown = await rig.ask("/watch @cool live")
        await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)

    assert "You follow it already: every 6 hours." in shown.text
    assert watch.rules.rhythm.is_live


async def test_a_sentence_that_was_edited_after_the_preview_writes_to_nobody_either(
    rig: Rig,
) -> None:
    async with rig.running(working=False) as product:
        said = rig.owner.send("/watch @jazz every 6h")
        shown = await rig.owner.reply()
        rig.owner.edit(said, "/watch @jazz to 12345")
        answer = await rig.owner.press(shown, "Follow it")
        watches = await product.store.watches.every()

    assert "is no chat to which I could send tracks" in answer.text
    assert [] == watches


async def test_comments_that_are_closed_to_us_stop_their_own_watch_alone(rig: Rig) -> None:
    source = shelf(3)
    source.discussions[JAZZ.id] = ROCK
    async with rig.running(source, working=False) as product:
        shown = await rig.ask("/watch @jazz every 7h comments")
        source.chats.remove(ROCK)
        await pressed(rig, shown, "Follow it")
        watches = await product.store.watches.every()

    assert [JAZZ.id, ROCK.id] == [one.chat and one.chat.id for one in watches]
    assert all(one.seen for one in watches), "else all of before would come once it is open"


async def test_nothing_is_sent_to_the_group_of_the_comments_that_are_followed(rig: Rig) -> None:
    source = shelf(3)
    source.discussions[JAZZ.id] = ROCK
    async with rig.running(source, working=False):
        shown = await rig.ask("/watch @jazz comments to @rock")

    assert "is the chat that the tracks come from" in shown.text


async def test_whoever_presses_twice_follows_once_and_fetches_what_was_before_once(
    rig: Rig,
) -> None:
    async with rig.running(working=False) as product:
        shown = await rig.ask("/watch @jazz backfill 5")
        data = shown.button("Follow it").data
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(rig.owner.press(shown, data=data))
        watch = await the_watch(product)
        jobs = await product.jobs()

    assert [(5, watch.id)] == [(job.request.limit, job.request.watch) for job in jobs]


async def test_a_press_that_comes_again_when_all_is_over_begins_nothing_anew(rig: Rig) -> None:
    async with rig.running() as product:
        shown = await rig.ask("/watch @jazz backfill 2")
        data = shown.button("Follow it").data
        await rig.owner.press(shown, data=data)
        await rig.hears("✅ Jazz", "2 downloaded")
        await rig.owner.press(shown, data=data)
        jobs = await product.jobs()
        await product.store.watches.remove((await the_watch(product)).id)
        late = await rig.owner.press(shown, data=data)
        watches = await product.store.watches.every()

    assert (1, []) == (len(jobs), watches)
    assert "out of date" in (late.text or "")


async def test_a_press_that_comes_again_to_the_next_life_orders_nothing_twice(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz backfill 2")
        data = shown.button("Follow it").data
        await rig.owner.press(shown, data=data)
    async with rig.running(working=False) as product:
        await rig.owner.press(shown, data=data)
        jobs = await product.jobs()

    assert 1 == len(jobs)


@pytest.mark.parametrize("state", [WatchState.PAUSED, WatchState.LOST])
@pytest.mark.parametrize(
    ("words", "missed"), [("", 9), ("quiet", 9), ("backfill 2", 0), ("backfill none", 9)]
)
async def test_what_stood_still_goes_on_where_it_was_unless_it_is_said_what_of_before_comes(
    rig: Rig, state: WatchState, words: str, missed: int
) -> None:
    async with rig.running(working=False) as product:
        mark, me = Seen(3, song(3).posted_at), Origin(rig.owner.user.id, rig.owner.user.id)
        rules = Rules(Rhythm(every=timedelta(hours=1)))
        watch = await product.store.watches.add("@jazz", rules, me, START, chat=JAZZ, seen=mark)
        await product.store.watches.set(watch.id, state, START)
        await rig.ask("/watch defaults backfill 5")
        shown = await rig.ask(f"/watch @jazz every 6h {words}")
        await pressed(rig, shown, "Follow it")
        after = await the_watch(product)
        [look] = await product.store.watches.runs(watch.id, 1)

    assert after.seen is not None
    assert (WatchState.ACTIVE, 12, missed) == (after.state, after.seen.message_id, look.found)
    assert ("and goes on where it is." if missed else "and begins anew.") in shown.text
