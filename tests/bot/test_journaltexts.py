from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot import journaltexts as texts
from bot.journalnames import Names
from storage.record import By, Fact, Record, What, Who

AT = datetime(2026, 11, 26, 9, 5, tzinfo=UTC)
NAMES = Names({7: "Olga", 9: "Ivan <b>"}, {-1001: "Jazz & Soul"}, {5: "Loader"})


def record(
    what: What | None, who: Who | None = 7, at: datetime | None = AT, **about: Fact
) -> Record:
    return Record(12, at, who, what, about)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (record(What.ROLE_SET, person=9, role="admin", was="member"),
         "Ivan &lt;b&gt; is an admin now; before: a member"),
        (record(What.ROLE_SET, person=3, role="guest", was=None),
         "person 3 is a guest now; before: a stranger"),
        (record(What.OWNER_CHANGED, person=9, was=7),
         "Ivan &lt;b&gt; is the owner now; before it was Olga"),
        (record(What.INVITE_USED, invite=4, role="member"), "came by invitation 4, as a member"),
        (record(What.LIMITS_SET, role="guest"), "set the limits of everybody who is a guest"),
        (record(What.ACCOUNT_LOST, account=5, state="banned"), "lost account Loader: banned"),
        (record(What.ACCOUNT_ADDED, account=6), "signed in account 6"),
        (record(What.MERGED, tracks=1, best=2), "merged duplicates: 1 track into the trash"),
        (record(What.RETENTION_SET, chat=-1001, count=500, size=None, days=90),
         "keeps only 500 tracks, 90 days of Jazz &amp; Soul"),
        (record(What.BUDGET_SET, size=2_500), "lets all watches together fetch 2.5 kB a day"),
        (record(What.BUDGET_SET, size=None), "lets all watches together fetch any amount a day"),
        (record(What.WATCH_MADE, watch=4, chat=None), "follows ?: watch 4"),
        (record(What.NOT_ALLOWED, permission="curate"), "tried what is for admins"),
        (record(What.NOT_ALLOWED, permission="rule"), "tried what is for the owner"),
        (record(What.NOT_ALLOWED, permission="dance"), "tried what is for ?"),
        (record(None, who=None, at=None), "?"),
    ],
)  # fmt: skip
def test_a_record_is_a_sentence(shown: Record, said: str) -> None:
    assert said == texts.sentence(shown, NAMES)


@pytest.mark.parametrize("what", What)
def test_of_everything_something_is_said_though_nothing_is_known(what: What) -> None:
    said = texts.sentence(record(what), Names())

    assert said
    assert not re.search(r"[{}<>]|None", said)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        *((7, "Olga"), (3, "person 3"), (None, "?")),
        *((By.CONSOLE, "on the server"), (By.PROGRAM, "the bot")),
    ],
)
def test_it_is_told_who_it_was(who: Who | None, said: str) -> None:
    assert said == texts.who(record(What.STARTED, who), NAMES)


def test_a_page_is_readable_on_a_phone() -> None:
    records = [record(What.BANNED, person=9), record(None, who=None, at=None)]

    assert (
        "<b>Journal</b>, the newest first; times are UTC.\n\n"
        "<b>12</b> · 26 Nov 2026, 09:05 · Olga\nbanned Ivan &lt;b&gt;\n\n"
        "<b>12</b> · no time · ?\n?"
    ) == texts.page(records, NAMES)
    assert texts.EMPTY == texts.page([], NAMES)
