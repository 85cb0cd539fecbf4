from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from bot import accounttexts, deeplinks, deliverytexts, journaltexts
from bot.callbacks import Action, Press, Seal
from bot.discretion import for_whom, without_place, without_places
from bot.errors import FileGoneError, ProtectedError, TooLargeError
from bot.permissions import may_know
from sandbox.botapi.person import Person as Somebody
from sandbox.world import ChatKind
from storage.models import AccountState, ItemState, JobState, Person, Reason, Role, Track
from tests.bot.rig import Product, Rig, shelf
from tests.bot.views import NOW, item, job, running

NAME, PLACE = "Olga", "/srv/music"
DETAIL = f"not writable: {PLACE}"
TRACK = Track(
    1, 1, "So What", "Miles", timedelta(minutes=9), 1, "", "", PurePosixPath("a.mp3"), "", "", NOW
)


@dataclass(slots=True)
class Troubled:
    """The product with an account that was lost, and a chat in which a job met a full disk."""

    product: Product
    asker: Somebody

    async def told(self, text: str) -> str:
        self.asker.send(text)
        return (await self.asker.reply()).text


@asynccontextmanager
async def troubled(rig: Rig, asker: Somebody, role: Role) -> AsyncIterator[Troubled]:
    source = shelf()
    [olga] = source.stands
    source.stands = [replace(olga, state=AccountState.NEEDS_LOGIN, is_lost=True)]
    async with rig.running(source, working=False) as product:
        await product.store.people.save(Person(asker.user.id, "Eve", role))
        asker.send("/download@loader_bot @jazz 3")
        await asker.reply()
        await product.store.jobs.move(1, JobState.PLANNING)
        await product.store.jobs.move(1, JobState.QUEUED, reason=Reason.DISK_DENIED, detail=DETAIL)
        yield Troubled(product, asker)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
@pytest.mark.parametrize("said", ["/status", "/why", "/why 1", "/why https://t.me/jazz/2"])
async def test_only_who_sees_to_others_is_told_names_of_accounts_and_places_on_the_disk(
    rig: Rig, role: Role, said: str
) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with troubled(rig, eve, role) as here:
        told = await here.told(said)

    assert "the music folder cannot be written to" in told.lower()
    assert (role is Role.ADMIN) == (PLACE in told)
    if said == "/status":
        assert (role is Role.ADMIN) == (NAME in told)
        assert (role is Role.MEMBER) == ("An account needs a new login" in told)


@pytest.mark.parametrize("said", ["/status", "/why 1"])
async def test_where_others_read_along_the_owner_is_told_neither(rig: Rig, said: str) -> None:
    eve = rig.world.add_user("Eve")
    club = rig.world.add_chat("Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve])
    owner = rig.api.person(rig.owner.user, chat=club)
    async with troubled(rig, owner, Role.OWNER) as here:
        told = await here.told(said.replace(" ", "@loader_bot ") if " " in said else said)
        await here.product.app.engine.cancel(1)
        over = await here.told("/status@loader_bot")

    assert {False} == {secret in text for text in (told, over) for secret in (NAME, PLACE)}


async def test_where_others_read_along_the_journal_is_not_shown(rig: Rig) -> None:
    eve = rig.world.add_user("Eve")
    club = rig.world.add_chat("Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve])
    owner = rig.api.person(rig.owner.user, chat=club)
    async with troubled(rig, owner, Role.OWNER) as here:
        owner.send("/audit@loader_bot")
        message = await owner.reply()
        seal = Seal(here.product.store.vault.sign)
        data = seal.pack(owner.dialog.id, Press(Action.JOURNAL, 0))
        pressed = await owner.press(message, data=data)

    assert journaltexts.IN_PRIVATE == message.text
    assert "This button is out of date." == pressed.text


def test_what_was_stopped_is_counted_where_it_may_not_be_named() -> None:
    named = accounttexts.panicked(2, [NAME], ["Boris"], named=True)
    counted = accounttexts.panicked(2, [NAME], ["Boris"], named=False)

    assert "Logged out: Olga." in named
    assert "could not be told about Boris:" in named
    assert "Logged out: 1 account." in counted
    assert "could not be told about 1 account:" in counted


def test_a_person_may_know_in_their_own_chat_alone() -> None:
    people = {role: Person(5, "Eve", role) for role in Role}

    assert {Role.OWNER, Role.ADMIN} == {role for role in Role if may_know(people[role], 5)}
    assert not [role for role in Role if may_know(people[role], -100)]


def test_places_are_left_out_and_other_facts_stay() -> None:
    parked = item(1, ItemState.PARKED, Reason.DISK_MISSING, detail=DETAIL)
    short = item(2, ItemState.FAILED, Reason.INCOMPLETE_AT_SOURCE, detail="5 of 9")
    broken = job(reason=Reason.DISK_BROKEN, detail=DETAIL)
    view = without_places(replace(running(), job=broken, troubles=(parked, short)))

    assert ["", "", "5 of 9"] == [view.job.detail, *(one.detail for one in view.troubles)]
    assert short == without_place(short)


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.ADMIN])
async def test_where_a_track_came_from_is_told_to_who_sees_to_the_library(
    rig: Rig, role: Role
) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(shelf(1)) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", role))
        rig.owner.send("/download @jazz 1")
        await rig.hears("1 downloaded")
        [track] = await product.store.catalog.every()
        assert track.path is not None
        product.store.files.locate(track.path).unlink()
        eve.send(f"/start {deeplinks.track(track.id)}")
        told = (await eve.reply()).text

    assert "is not in the library any more" in told
    assert (role is Role.ADMIN) == ("t.me/jazz/1" in told)
    person = Person(eve.user.id, "Eve", role)
    protected = deliverytexts.undeliverable(for_whom(person, ProtectedError(track, "Jazz")))
    assert (role is Role.ADMIN) == ("“Jazz”" in protected)
    assert "does not want its posts passed on" in protected


def test_what_says_nothing_of_a_source_is_told_as_it_is() -> None:
    guest = Person(5, "Eve", Role.GUEST)
    errors = [TooLargeError(TRACK, 9, 5), FileGoneError(TRACK, None)]

    assert errors == [for_whom(guest, one) for one in errors]
