from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.watchsentences import address, sentence
from bot.watchwords import PLAIN, WatchOrder, usual, watch
from storage.action import Action, ActionKind
from storage.models import Chat, ChatKind, Origin
from storage.watch import Notice, Priority, Rhythm, Rules, Watch, WatchState

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULTS = (
    "every 6h quiet max 5GB/day",
    "live digest 20:00 lossless between 02:00-06:00 priority high keep 500 backfill 50",
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
RHYTHMS = st.one_of(
    st.builds(Rhythm, every=st.integers(5, 43_200).map(lambda count: timedelta(minutes=count))),
    st.builds(Rhythm, daily=TIMES),
    st.just(Rhythm(cron="0 */4 * * 1-5")),
    st.just(Rhythm(is_live=True)),
)
NOTICES = st.one_of(
    st.sampled_from([(Notice.BOARD, None), (Notice.QUIET, None)]),
    st.tuples(st.just(Notice.DIGEST), TIMES),
)

ACTIONS = [
    (),
    (Action(ActionKind.SEND, "me"), Action(ActionKind.LIST, "Friday Jazz")),
    (Action(ActionKind.CALL, "https://example.org/x?y=1"), Action(ActionKind.SEND, "@club")),
]


@st.composite
def all_rules(draw: st.DrawFn) -> Rules:
    rhythm, (notice, digest_at) = draw(RHYTHMS), draw(NOTICES)
    hours = draw(st.sampled_from([None, (time(22), time(6, 30))])) if not rhythm.daily else None
    return Rules(
        rhythm,
        draw(st.sampled_from(["", "lossless", 'bitrate>=256k -"live at"', "miles or monk"])),
        hours,
        draw(st.sampled_from([None, 10**3, 1_500_000_000, 5 * 10**9, 12_345_678_000])),
        notice,
        draw(st.sampled_from([None, 5])),
        voice=draw(st.booleans()),
        priority=draw(st.sampled_from(Priority)),
        digest_at=digest_at,
        actions=draw(st.sampled_from(ACTIONS)),
        folder=draw(st.sampled_from(["", "{chat}/{title}"])),
    )


def made(rules: Rules, chat: Chat | None = None) -> Watch:
    return Watch(1, "@cool", rules, Origin(1, 1), WatchState.ACTIVE, NOW, NOW, chat)


@settings(max_examples=60, deadline=None)
@given(all_rules(), st.sampled_from([PLAIN, *map(usual, DEFAULTS)]))
def test_whoever_says_it_gets_the_same_watch(rules: Rules, said: WatchOrder) -> None:
    if said.rules.hours and rules.rhythm.daily:
        return  # it says `between any`, but a test of times is another's
    text = sentence(made(rules), said).removeprefix("/watch ")
    again = watch(text, said)

    assert (rules, None, 0) == (again.rules, again.keep, again.backfill)


@pytest.mark.parametrize(
    ("chat", "name"),
    [
        (None, "@cool"),
        (Chat(-1001, "Jazz", "new", ChatKind.CHANNEL), "@new"),
        (Chat(-1001, "Jazz", None, ChatKind.CHANNEL), "-1001"),
    ],
)
def test_the_chat_is_called_as_it_is_found_now(chat: Chat | None, name: str) -> None:
    assert name == address(made(Rules(Rhythm(is_live=True)), chat))


def test_it_reads_as_a_person_would_write_it() -> None:
    order = watch("@jazz max 1.5GB/day lossless every 120m quiet priority high")

    assert "/watch @cool every 2h lossless max 1.5GB/day priority high quiet" == sentence(
        made(order.rules)
    )
