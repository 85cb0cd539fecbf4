from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.errors import Usage, UsageError
from bot.watchwords import USUAL, WatchOrder, altered, chat, usual, watch
from storage.query.errors import QueryError
from storage.retention import Retention
from storage.watch import Notice, Priority, Rhythm, Rules

HOUR = timedelta(hours=1)
KEPT = Retention(500, 20 * 10**9, timedelta(days=90))


def order(backfill: int = 0, parts: tuple[str, ...] = (), **rules: object) -> WatchOrder:
    said = {"rhythm": USUAL, "query": " ".join(parts), **rules}
    return WatchOrder("@jazz", Rules(**said), backfill, parts)  # type: ignore[arg-type]  # by name


def searching(*words: str) -> WatchOrder:
    return replace(order(parts=words), words=words)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@jazz", order()),
        ("t.me/jazz", order()),
        ("https://t.me/jazz/12", order()),
        ("@Jazz every 6h", order()),
        ("@jazz every 30m", order(rhythm=Rhythm(every=HOUR / 2))),
        ("@jazz every 2 hours", order(rhythm=Rhythm(every=2 * HOUR))),
        ("@jazz every day", order(rhythm=Rhythm(every=24 * HOUR))),
        ("@jazz EVERY 1W", order(rhythm=Rhythm(every=168 * HOUR))),
        ("@jazz daily 02:00", order(rhythm=Rhythm(daily=time(2)))),
        ("@jazz daily at 9:30", order(rhythm=Rhythm(daily=time(9, 30)))),
        ('@jazz cron "0 */4 * * *"', order(rhythm=Rhythm(cron="0 */4 * * *"))),
        ("@jazz live", order(rhythm=Rhythm(is_live=True))),
        ("@jazz quiet", order(notice=Notice.QUIET)),
        ("@jazz digest 20:00", order(notice=Notice.DIGEST, digest_at=time(20))),
        ("@jazz digest at 8:30", order(notice=Notice.DIGEST, digest_at=time(8, 30))),
        ("@jazz openly", order()),
        ("@jazz priority High", order(priority=Priority.HIGH)),
        ("@jazz unfiltered max none between any keep all", order()),
        ("@jazz between 22:00-06:00", order(hours=(time(22), time(6)))),
        (
            "@jazz between 22:00-06:00 daily 05:00",
            order(hours=(time(22), time(6)), rhythm=Rhythm(daily=time(5))),
        ),
        ("@jazz max 5GB/day", order(most_a_day=5 * 10**9)),
        ("@jazz max 1.5gb", order(most_a_day=1_500_000_000)),
        ("@jazz backfill 200", order(200)),
        ("@jazz backfill all", order(10_000)),
        ("@jazz backfill none", order()),
        ("@jazz keep 500", replace(order(), keep=Retention(500))),
        ("@jazz topic 5", order(topic=5)),
        ("@jazz voice", order(voice=True)),
        ("@jazz lossless", order(parts=("lossless",))),
        ("@jazz bitrate>=256k -remix", order(parts=("bitrate>=256k", "-remix"))),
        ("@jazz miles davis every 6h", searching("miles", "davis")),
        ("@jazz quite 1984", searching("quite", "1984")),
        ("@jazz keep 500,20GB,90d", replace(order(), keep=KEPT)),
        ('@jazz "every day" quiet', order(parts=('"every day"',), notice=Notice.QUIET)),
    ],
)
def test_a_sentence_says_what_is_followed_and_how(text: str, meant: WatchOrder) -> None:
    assert meant == watch(text)


def test_where_one_of_several_is_enough_they_are_one_part() -> None:
    assert ("format:flac or bitrate>=320k",) == watch("@jazz format:flac or bitrate>=320k").parts


@pytest.mark.parametrize(
    ("text", "usage", "detail"),
    [
        ("", Usage.NO_CHAT_TO_FOLLOW, ""),
        ("every 6h", Usage.NOT_A_CHAT, "every"),
        ("@jazz every", Usage.BAD_RHYTHM, ""),
        ("@jazz every 1m", Usage.BAD_RHYTHM, "1m"),
        ("@jazz every 6", Usage.BAD_RHYTHM, "6"),
        ("@jazz every 9999d", Usage.BAD_RHYTHM, "9999d"),
        ("@jazz every soon", Usage.BAD_RHYTHM, "soon"),
        ("@jazz daily 25:00", Usage.BAD_TIME, "25:00"),
        ("@jazz daily", Usage.BAD_TIME, ""),
        ('@jazz cron "* * *"', Usage.BAD_CRON, "* * *"),
        ('@jazz cron "0 0 31 2 *"', Usage.BAD_CRON, "0 0 31 2 *"),
        ('@jazz cron "99 * * * *"', Usage.BAD_CRON, "99 * * * *"),
        ("@jazz between 2-6", Usage.BAD_HOURS, "2-6"),
        ("@jazz daily 12:00 between 02:00-06:00", Usage.OUTSIDE_HOURS, "12:00"),
        ("@jazz between 22:00-06:00 daily 06:00", Usage.OUTSIDE_HOURS, "06:00"),
        ("@jazz max lots", Usage.BAD_BUDGET, "lots"),
        ("@jazz max 0GB", Usage.BAD_BUDGET, "0GB"),
        ("@jazz backfill many", Usage.BAD_COUNT, "many"),
        ("@jazz backfill 99999", Usage.BAD_COUNT, "99999"),
        ("@jazz keep much", Usage.BAD_RETENTION, "much"),
        ("@jazz topic x", Usage.BAD_TOPIC, "x"),
        ("@jazz quiet quiet", Usage.TWICE, "quiet"),
        ("@jazz quiet digest 20:00", Usage.TWICE, "digest"),
        ("@jazz digest", Usage.BAD_DIGEST, ""),
        ("@jazz digest 24:00", Usage.BAD_DIGEST, "24:00"),
        ("@jazz priority urgent", Usage.BAD_PRIORITY, "urgent"),
        ("@jazz every 6h daily 02:00", Usage.TWICE, "daily"),
        ("@jazz has:cover", Usage.NOT_KNOWN_YET, "has:cover"),
    ],
)
def test_what_cannot_be_meant_is_told_by_the_word(text: str, usage: Usage, detail: str) -> None:
    with pytest.raises(UsageError) as caught:
        watch(text)

    assert (usage, detail) == (caught.value.usage, caught.value.detail)


USUAL_HERE = "every 2d digest 20:00 max 5GB/day lossless priority low backfill 50 keep 500"


def test_what_a_sentence_does_not_say_is_as_usual() -> None:
    said = usual(USUAL_HERE)

    assert watch(f"@jazz {USUAL_HERE}") == watch("@jazz", said)
    assert watch(f"@jazz {USUAL_HERE.replace('2d', '3d')}") == watch("@jazz every 3d", said)
    assert ("remix", ("remix",)) == (
        watch("@jazz remix", said).rules.query, watch("@jazz remix", said).parts,
    )  # fmt: skip


def test_what_is_usual_can_be_taken_back() -> None:
    back = "every 6h openly max none unfiltered priority normal backfill none keep all"

    assert order() == watch(f"@jazz {back}", usual(USUAL_HERE))


@pytest.mark.parametrize("word", ["weekly", "quite", "6h", "200"])
def test_what_was_probably_meant_otherwise_does_not_become_usual(word: str) -> None:
    with pytest.raises(UsageError) as caught:
        usual(word)

    assert (Usage.MISSPELT_OPTION, word) == (caught.value.usage, caught.value.detail)


def test_of_two_that_say_different_things_both_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        watch("@jazz quiet digest 20:00")

    assert ("digest", "quiet") == (caught.value.detail, caught.value.other)


@pytest.mark.parametrize(("text", "word"), [("quiet topic 5", "topic"), ("voice", "voice")])
def test_what_is_of_one_chat_is_not_usual(text: str, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        usual(text)

    assert (Usage.OF_ONE_CHAT, word) == (caught.value.usage, caught.value.detail)


def test_rules_can_be_altered_by_a_word() -> None:
    rules = order(parts=("lossless",), digest_at=time(20), notice=Notice.DIGEST).rules

    assert order(parts=("lossless",), rhythm=Rhythm(every=HOUR)).rules == altered(
        rules, "every 1h openly"
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [("2", 2), ("#12", 12), ("@jazz", "@jazz"), ("-1001234567890", "-1001234567890")],
)
def test_a_watch_is_named_by_its_chat_or_its_number(text: str, meant: str | int) -> None:
    assert meant == chat(text)


def test_a_query_that_cannot_be_read_is_told_as_everywhere() -> None:
    with pytest.raises(QueryError):
        watch("@jazz duration>long")
