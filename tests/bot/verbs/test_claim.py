from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from storage.models import Person, Role
from storage.ownership import Claimed
from tests.bot.verbs.desk import Desk, Lines

ANN = Person(7, "Ann", Role.OWNER)
BOB = Person(8, "Bob", Role.OWNER)


@pytest.fixture
def unowned(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("OWNER_ID", raising=False)
    return desk


async def test_a_code_is_made_that_makes_somebody_the_owner(unowned: Desk) -> None:
    said = await unowned.tad("claim")
    code = re.search(r"/start c-(\S{22})", said.out)
    assert code is not None

    assert 0 == said.code
    assert "?start=c-" in said.out
    store = unowned.stand.store
    assert Claimed.YES is await store.ownership.claim(code[1], ANN, datetime.now(UTC))


async def test_where_there_is_an_owner_it_is_told_what_becomes_of_them(unowned: Desk) -> None:
    people = unowned.stand.store.people
    await people.save(ANN)
    no = await unowned.tad("claim", answers=Lines("n"))
    yes = await unowned.tad("claim", answers=Lines("y"))
    code = re.search(r"/start c-(\S{22})", yes.out)
    assert code is not None
    await unowned.stand.store.ownership.claim(code[1], BOB, datetime.now(UTC))

    assert "Ann (7) is the owner, and becomes an admin once the new code is used." in no.out
    assert (1, 0) == (no.code, yes.code)
    assert "/start" not in no.out
    assert [(7, Role.ADMIN), (8, Role.OWNER)] == [
        (one.person.id, one.person.role) for one in await people.every()
    ]


async def test_an_owner_in_the_settings_is_not_changed_by_a_code(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWNER_ID", "7")
    said = await desk.tad("claim")

    assert (1, True) == (said.code, "OWNER_ID says that the owner is 7" in said.out)


async def test_without_a_network_there_is_still_a_message_to_send(
    unowned: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:9")
    said = await unowned.tad("claim")

    assert "Whoever sends the bot this message becomes its owner:" in said.out
