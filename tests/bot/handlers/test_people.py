from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.callbacks import Action, Press, Seal
from bot.peoplefaces import Wish
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person as Somebody
from sandbox.world import ChatKind
from storage.models import JobState, Origin, Person, Request, Role
from storage.people import People
from storage.quota import NO_LIMIT, Quota
from storage.record import What
from storage.store import Store
from storage.watch import Rhythm, Rules, WatchState
from tests.bot.rig import Product, Rig
from tests.downloader.scripted import JAZZ

PRIVATE = "Sorry, this is a private bot."


@dataclass(slots=True)
class Company:
    rig: Rig
    product: Product
    eve: Somebody

    @property
    def eves(self) -> int:
        return self.eve.user.id

    async def profile(self) -> object:
        return await self.product.store.people.profile(self.eves)

    async def role(self) -> Role | None:
        found = await self.product.store.people.get(self.eves)
        return found.role if found else None

    async def press(self, message: Message, wish: Wish, *more: int, by: Somebody) -> str:
        seal = Seal(self.product.store.vault.sign)
        press = Press(Action.PERSON, self.eves, (wish, *more))
        return (await by.press(message, data=seal.pack(by.dialog.id, press))).text


@asynccontextmanager
async def company(rig: Rig, role: Role = Role.MEMBER) -> AsyncIterator[Company]:
    eve = rig.api.person(rig.world.add_user("Eve <b>", username="Eve_1"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(rig.owner.user.id, "Olga", Role.OWNER))
        await product.store.people.save(Person(eve.user.id, "Eve <b>", role), rig.clock.now())
        eve.send("/recent")
        await eve.reply()
        await rig.ask("/recent")
        await rig.ask("/recent")
        yield Company(rig, product, eve)


async def test_users_are_listed_with_role_and_since_when_and_when_they_were_seen(rig: Rig) -> None:
    async with company(rig):
        told = await rig.ask("/users")

    lines = told.text.splitlines()
    assert "Who may talk to me" == lines[0]
    assert "1. Olga · owner · seen just now" == lines[1]
    assert "2. Eve <b> · member · since" in lines[2]


async def test_a_card_shows_one_person_and_its_buttons_act_in_place(rig: Rig) -> None:
    async with company(rig) as here:
        listed = await rig.ask("/users")
        await rig.owner.press(listed, "2")
        card = await rig.shows("@Eve_1", "Limits: 3 downloads at a time")
        answer = await rig.owner.press(card, "→ guest")
        role = await here.role()

    assert "Eve <b> is a guest now." == answer.text
    assert Role.GUEST is role


@pytest.mark.parametrize("name", ["@eve_1", "{id}", "2"])
async def test_a_person_is_meant_by_name_number_or_place_in_the_list(rig: Rig, name: str) -> None:
    async with company(rig) as here:
        told = await rig.ask(f"/role {name.format(id=here.eves)} guest")
        role = await here.role()

    assert "Eve <b> is a guest now." == told.text
    assert Role.GUEST is role


async def test_a_person_is_meant_by_answering_what_they_wrote(rig: Rig) -> None:
    eve = rig.world.add_user("Eve")
    group = rig.world.add_chat("Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve])
    owner, guest = rig.api.person(rig.owner.user, chat=group), rig.api.person(eve, chat=group)
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.id, "Eve", Role.GUEST))
        said = guest.send("/recent@loader_bot")
        owner.send("/role member", reply_to=said)
        await owner.until(lambda one: "is a member now" in one.text)
        found = await product.store.people.get(eve.id)

    assert found is not None
    assert Role.MEMBER is found.role


async def test_a_banned_person_is_a_stranger_at_once_and_their_downloads_and_watches_stand_still(
    rig: Rig,
) -> None:
    async with company(rig) as here:
        store, now = here.product.store, rig.clock.now()
        origin = Origin(here.eves, here.eve.dialog.id)
        await store.jobs.add(Request("@jazz", 5), origin, now)
        await store.jobs.add(Request("@jazz", 5), Origin(rig.owner.user.id, 1), now)
        await store.watches.add("@jazz", Rules(Rhythm(is_live=True)), origin, now, chat=JAZZ)
        told = await rig.ask("/ban @eve_1")
        here.eve.send("/start")
        refused = await here.eve.until(lambda one: one.text == PRIVATE)
        states = [job.state for job in await store.jobs.every()]
        [watch] = await store.watches.every()

    assert "Eve <b> is banned. Paused: 1 download and 1 watch." == told.text
    assert PRIVATE == refused.text
    assert [JobState.PAUSED, JobState.QUEUED] == states
    assert WatchState.PAUSED is watch.state


class Killed(People):
    """The real table, which notes how things stand at the moment from which nothing is repeated."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.people._database, store.people._journal)
        self._store = store
        self.left: list[tuple[JobState, WatchState, Quota]] = []

    async def set_role(self, before: Person, role: Role, now: datetime) -> bool:
        return await self._note_after(super().set_role(before, role, now), before)

    async def ban(self, before: Person, now: datetime) -> bool:
        return await self._note_after(super().ban(before, now), before)

    async def remove(self, before: Person) -> bool:
        return await self._note_after(super().remove(before), before)

    async def _note_after(self, act: Coroutine[None, None, bool], who: Person) -> bool:
        is_done = await act
        [job], [watch] = await self._store.jobs.every(), await self._store.watches.every()
        self.left.append((job.state, watch.state, await self._store.quotas.said(who.id)))
        return is_done


@pytest.mark.parametrize("wish", [Wish.ROLE, Wish.BAN, Wish.REMOVE])
async def test_a_kill_leaves_nothing_running_for_whom_a_role_was_taken(
    rig: Rig, wish: Wish
) -> None:
    """What follows from it comes first: once it is stored, the press is not done again."""
    killed: list[Killed] = []

    def alter(store: Store) -> Store:
        killed.append(Killed(store))
        return replace(store, people=killed[0])

    rig.alter = alter
    async with company(rig) as here:
        store, now = here.product.store, rig.clock.now()
        origin = Origin(here.eves, here.eve.dialog.id)
        await store.jobs.add(Request("@jazz", 5), origin, now)
        await store.watches.add("@jazz", Rules(Rhythm(is_live=True)), origin, now, chat=JAZZ)
        await store.quotas.say(here.eves, Quota(jobs=9))
        listed = await rig.ask("/users")
        await here.press(listed, wish, *((3,) if wish is Wish.ROLE else ()), by=rig.owner)

    quota = Quota() if wish is Wish.REMOVE else Quota(jobs=9)
    assert [(JobState.PAUSED, WatchState.PAUSED, quota)] == killed[0].left


async def test_who_is_let_in_again_is_told_how_what_was_paused_goes_on(rig: Rig) -> None:
    async with company(rig) as here:
        store, origin = here.product.store, Origin(here.eves, here.eve.dialog.id)
        await store.jobs.add(Request("@jazz", 5), origin, rig.clock.now())
        await rig.ask("/ban @eve_1")
        listed = await rig.ask("/users")
        await here.press(listed, Wish.LET_IN, by=rig.owner)
        told = await here.eve.until(lambda one: "You are a member here now" in one.text)

    assert "What was paused goes on with /resume all" in told.text


async def test_where_others_read_along_nobody_is_listed(rig: Rig) -> None:
    members = (rig.owner.user, rig.bot_user)
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=members)
    owner = rig.api.person(rig.owner.user, chat=group)
    async with company(rig):
        owner.send("/users@loader_bot")
        told = await owner.reply()

    assert "Who may talk to me I tell in our private chat only: ask me there." == told.text


async def test_a_number_is_of_one_person_for_ever(rig: Rig) -> None:
    """Else a ban by a list of a minute ago would hit somebody else."""
    async with company(rig) as here:
        people, now = here.product.store.people, rig.clock.now()
        for number, name in ((101, "Ann"), (102, "Bob"), (103, "Cid")):
            await people.save(Person(number, name, Role.GUEST), now)
        await rig.ask("/users")
        await rig.ask("/role 2 guest")  # the newest of them all by the day of her role
        ann = await people.get(101)
        assert ann is not None
        await people.remove(ann)
        rig.owner.send("/ban 4")
        await rig.shows("Bob is banned")
        banned = [one.person.name for one in await people.every() if one.banned_at]
        cid = await people.get(103)
        assert cid is not None
        await people.remove(cid)
        await people.save(Person(104, "Dan", Role.GUEST), now)
        listed = await rig.ask("/users")

    assert ["Bob"] == banned
    numbers = [line.partition(".")[0] for line in listed.text.splitlines()[1:] if ". " in line]
    assert ["1", "2", "4", "6"] == numbers


async def test_a_role_for_somebody_who_is_banned_says_that_they_stay_out(rig: Rig) -> None:
    async with company(rig) as here:
        await rig.ask("/ban @eve_1")
        told = await rig.ask("/role @eve_1 guest")

        assert "Eve <b> is a guest once let in again: /users does that." == told.text
        assert await here.role() is None


async def test_guests_are_said_to_download_nothing(rig: Rig) -> None:
    async with company(rig, Role.GUEST):
        told = [(await rig.ask(said)).text for said in ("/quota", "/quota guest", "/quota @eve_1")]

    assert "· guest: no downloads" in told[0]
    assert "For each guest: no downloads." == told[1]
    assert told[2].startswith("Eve <b>: no downloads (as usual for the role).")


async def test_who_was_banned_is_let_in_again_with_the_role_they_had(rig: Rig) -> None:
    async with company(rig) as here:
        await rig.ask("/ban @eve_1")
        banned = await here.role()
        listed = await rig.ask("/users")
        await rig.owner.press(listed, "2")
        card = await rig.shows("⛔ Banned")
        answer = await rig.owner.press(card, "✓ Let in again")
        told = await here.eve.until(lambda one: "You are a member here now" in one.text)

        assert (None, "Let in again.") == (banned, answer.text)
        assert "paused" not in told.text
        assert "you can download" in told.text
        assert Role.MEMBER is await here.role()


async def test_removing_asks_first_and_forgets_role_and_limits(rig: Rig) -> None:
    async with company(rig) as here:
        await rig.ask("/quota @eve_1 5 jobs")
        listed = await rig.ask("/users")
        await rig.owner.press(listed, "2")
        card = await rig.shows("Limits: 5 downloads at a time")
        await rig.owner.press(card, "Remove")
        asked = await rig.shows("Remove Eve <b>?")
        before = await here.role()
        answer = await rig.owner.press(asked, "Yes, remove")
        quota = await here.product.store.quotas.said(here.eves)

        assert (Role.MEMBER, "Eve <b> is removed.") == (before, answer.text)
        assert (None, Quota()) == (await here.profile(), quota)


@pytest.mark.parametrize("said", ["/role {0} guest", "/ban {0}", "/quota {0} 1 jobs"])
async def test_an_admin_touches_nobody_of_their_own_rank_or_above(rig: Rig, said: str) -> None:
    async with company(rig, Role.ADMIN) as here:
        told = []
        for target in (rig.owner.user.id, here.eves):
            here.eve.send(said.format(target))
            told.append((await here.eve.reply()).text)

        assert ["You see to members and guests only; the owner sees to admins."] * 2 == told
        assert Role.ADMIN is await here.role()


async def test_who_reaches_above_their_rank_stands_in_the_journal(rig: Rig) -> None:
    async with company(rig, Role.ADMIN) as here:
        here.eve.send(f"/ban {rig.owner.user.id}")
        await here.eve.reply()
        record = await here.product.enters(What.NOT_ALLOWED)

    assert (here.eves, {"permission": "manage"}) == (record.who, record.about)


async def test_the_owner_cannot_be_banned_nor_get_another_role_by_themselves(rig: Rig) -> None:
    async with company(rig) as here:
        told = [(await rig.ask(f"/{word} {rig.owner.user.id} guest")).text for word in ("role",)]
        told.append((await rig.ask(f"/ban {rig.owner.user.id}")).text)
        owner = await here.product.store.people.owner()

    assert ["There is one owner. A new one is made on the server: tad claim"] * 2 == told
    assert owner is not None


async def test_an_admin_makes_no_admin(rig: Rig) -> None:
    bob = rig.world.add_user("Bob")
    async with company(rig, Role.ADMIN) as here:
        await here.product.store.people.save(Person(bob.id, "Bob", Role.GUEST))
        here.eve.send(f"/role {bob.id} admin")
        told = await here.eve.reply()
        found = await here.product.store.people.get(bob.id)

    assert told.text.startswith("You see to members and guests only")
    assert found is not None
    assert Role.GUEST is found.role


@pytest.mark.parametrize("wish", [Wish.ROLE, Wish.BAN, Wish.LET_IN, Wish.REMOVE, Wish.UNLIMITED])
async def test_no_button_does_what_its_presser_may_not(rig: Rig, wish: Wish) -> None:
    async with company(rig, Role.ADMIN) as here:
        here.eve.send("/users")
        listed = await here.eve.reply()
        more = (3,) if wish is Wish.ROLE else ()
        told = await here.press(listed, wish, *more, by=here.eve)

        assert told.startswith("You see to members and guests only")
        assert Role.ADMIN is await here.role()


async def test_a_button_for_somebody_who_is_gone_is_out_of_date(rig: Rig) -> None:
    async with company(rig) as here:
        listed = await rig.ask("/users")
        await here.product.store.people.remove(Person(here.eves, "", Role.MEMBER))
        told = await here.press(listed, Wish.BAN, by=rig.owner)

    assert "This button is out of date." == told


async def test_limits_are_said_in_parts_and_taken_back(rig: Rig) -> None:
    async with company(rig) as here:
        quotas = here.product.store.quotas
        told = await rig.ask("/quota @eve_1 5 jobs 100 queued 20GB/day 500MB/file")
        whole = await quotas.said(here.eves)
        await rig.ask("/quota @eve_1 7 jobs")
        more = await quotas.said(here.eves)
        await rig.ask("/quota @eve_1 unlimited")
        most = await quotas.said(here.eves)
        await rig.ask("/quota @eve_1 default")
        none = await quotas.said(here.eves)

    assert "5 downloads at a time, 100 in the queue, 20 GB a day, files up to 500 MB" in told.text
    assert Quota(5, 100, 20 * 10**9, 500 * 10**6) == whole
    assert 7 == more.jobs
    assert Quota(*(NO_LIMIT,) * 4) == most
    assert Quota() == none


async def test_limits_of_a_role_hold_for_whom_nothing_else_was_said(rig: Rig) -> None:
    async with company(rig) as here:
        told = await rig.ask("/quota member 2 jobs")
        listed = await rig.ask("/quota")
        eve = await here.product.store.people.get(here.eves)
        assert eve is not None
        quota = await here.product.store.quotas.of(eve)

    assert told.text.startswith("For each member: 2 downloads at a time")
    assert "· admin: no limits" in listed.text
    assert (2, 50) == (quota.jobs, quota.queued)


async def test_an_admin_says_nothing_of_what_admins_may_have(rig: Rig) -> None:
    async with company(rig, Role.ADMIN) as here:
        here.eve.send("/quota admin 100 jobs")
        told = await here.eve.reply()

        assert told.text.startswith("You see to members and guests only")
        assert Quota() == await here.product.store.quotas.said(Role.ADMIN)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/ban", "Who? Write @name"),
        ("/role member", "Who? Write @name"),
        ("/ban @nobody_here", "I know nobody called “@nobody_here”."),
        ("/role @eve_1 king", "Which role?"),
        ("/quota @eve_1 lots", "“lots” is no limit."),
        ("/quota @eve_1 5 jobs and more", "“and more” is no limit."),
    ],
)
async def test_what_cannot_be_understood_is_told(rig: Rig, said: str, answer: str) -> None:
    async with company(rig):
        told = await rig.ask(said)

    assert told.text.startswith(answer)
