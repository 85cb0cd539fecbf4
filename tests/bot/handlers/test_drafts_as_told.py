from __future__ import annotations

import pytest

from sandbox.world import ChatKind
from tests.bot.handlers.test_duplicates import pressed
from tests.bot.handlers.test_watches import followed, the_watch
from tests.bot.rig import Rig, shelf
from tests.downloader.scripted import JAZZ


@pytest.mark.parametrize(
    ("words", "taken", "meant"),
    [
        ("weekly", "weekly", "Did you mean every 1w by “weekly”?"),
        ("every 6h silent", "silent", "Did you mean quiet by “silent”?"),
        ("quite", "quite", "Did you mean quiet by “quite”?"),
        ("6h", "6h", "Did you mean every 6h by “6h”?"),
        ("@poems", "@poems", "“@poems” is a second chat. Follow it with /watch @poems;"),
        (
            "into Friday Jazz",
            "Jazz",
            'Is it called “Friday Jazz”? Then put it in quotes: into "Fri',
        ),
    ],
)
async def test_words_that_become_a_search_are_told_with_what_was_probably_meant(
    rig: Rig, words: str, taken: str, meant: str
) -> None:
    async with rig.running(working=False):
        shown = await rig.ask(f"/watch @jazz {words}")

    assert f"Only tracks that fit “{taken}”" in shown.text
    assert meant in shown.text
    assert "Follow it" in shown.buttons


async def test_words_that_can_only_be_a_search_are_told_and_nothing_is_asked(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        plain = await rig.ask("/watch @jazz miles davis every 6h")
        quoted = await rig.ask('/watch @jazz "weekly" bitrate>=192k every 6h')
        await pressed(rig, plain, "Follow it")
        watch = await the_watch(product)

    assert "🔎 Only tracks that fit “miles davis”" in plain.text
    assert "Did you mean" not in plain.text + quoted.text
    assert "🔎" not in quoted.text
    assert "miles davis" == watch.rules.query


async def test_a_topic_is_looked_up_and_goes_by_its_name(rig: Rig) -> None:
    source = shelf(3)
    source.topics[JAZZ.id] = {5: "Records"}
    async with rig.running(source, working=False) as product:
        shown = await rig.ask("/watch @jazz topic 5 every 6h")
        _, card = await pressed(rig, shown, "Follow it")
        watch = await the_watch(product)
        wrong = await rig.ask("/watch @jazz topic 6")
        no_forum = await rig.ask("/watch @rock topic 5")

    assert "Follow Jazz: every 6 hours, only the topic “Records”." in shown.text
    assert "only the topic “Records”" in card.text
    assert (5, "Records") == (watch.rules.topic, watch.rules.topic_title)
    assert "There is no topic 6 in “Jazz”." in wrong.text
    assert "“Rock” is no forum, so it has no topics." in no_forum.text


async def test_of_two_that_contradict_each_other_both_are_named(rig: Rig) -> None:
    async with rig.running(working=False):
        shown = await rig.ask("/watch @jazz quiet digest 20:00")
        twice = await rig.ask("/watch @jazz quiet quiet")
        counts = await rig.ask("/download @jazz 3 all")
        formats = await rig.ask("/download @jazz since:2024 since:2025")

    assert "“quiet” and “digest” say different things." in shown.text
    assert "“quiet” is there twice." in twice.text
    assert "“3” and “all” say different things." in counts.text
    assert "“since:2024-01-01” and “since:2025” say different things." in formats.text


@pytest.mark.parametrize(
    "command",
    [
        *(f"/watch @jazz {option}" for option in
          ("every", "daily", "cron", "between", "max", "backfill", "keep", "topic", "digest",
           "priority", "to", "into", "folder", "webhook", 'into ""', 'folder ""', 'cron ""')),
        *(f"/{name} \u200b" for name in ("watch", "unwatch", "audit", "download", "why", "search")),
        '/watch @jazz ""', '/download @jazz ""', '/search ""', '/search artist:""',
        "/retention", "/watch defaults max", "/watch budget max", "/convert", '/download ""',
    ],
)  # fmt: skip
async def test_no_answer_quotes_nothing(rig: Rig, command: str) -> None:
    async with rig.running(working=False):
        shown = await rig.ask(command)

    assert "“”" not in shown.text
    assert '“""”' not in shown.text
    assert '<code>""' not in shown.text


async def test_where_nothing_can_be_sent_is_told_before_with_what_to_do(rig: Rig) -> None:
    rig.world.add_chat("Club", username="club", kind=ChatKind.CHANNEL)
    group = rig.world.add_chat("Band", username="band", kind=ChatKind.GROUP)
    group.members.add(rig.bot_user.id)
    async with rig.running(working=False):
        nobody = await rig.ask("/watch @jazz to @nobody")
        closed = await rig.ask("/watch @jazz to @club")
        open_ = await rig.ask("/watch @jazz to @band")
        me = await rig.ask("/watch @jazz to me")

    assert "I see no channel or group @nobody, so I could send nothing there." in nobody.text
    assert "I may not write to @club yet. Add me there, in a channel as an admin" in closed.text
    assert "⚠️" not in open_.text + me.text
    assert "Follow it" in nobody.buttons


async def test_a_new_secret_is_made_only_when_that_is_said_twice(rig: Rig) -> None:
    rig.webhook_allow = "127.0.0.1"
    async with rig.running(working=False) as product:
        await followed(rig, product, "@jazz every 6h webhook http://127.0.0.1:1/hook")
        _, card = await pressed(rig, await rig.ask("/watches"), "1")
        _, history = await pressed(rig, card, "History")
        _, asked = await pressed(rig, history, "🔑 New secret")
        _, back = await pressed(rig, asked, "Never mind")

    assert "Make a new secret for http://127.0.0.1:1/hook? The one in use ends at" in asked.text
    assert history.text == back.text
    assert 1 == sum("is signed with this secret" in said for said in rig.said)


async def test_what_is_usual_is_not_guessed(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        told = await rig.ask("/watch defaults weekly")
        kept = await product.store.watch_rules.defaults(rig.owner.user.id)

    assert "I do not know “weekly” here. Did you mean every 1w?" in told.text
    assert "" == kept
