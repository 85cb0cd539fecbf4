from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot import peopletexts, roletexts
from bot.permissions import Permission
from sandbox.botapi.person import Person as Somebody
from sandbox.world import ChatKind
from storage.models import JobState, Origin, Person, Request, Role
from storage.quota import NO_LIMIT, USUAL, Quota, Used
from tests.bot.rig import Product, Rig

EVES = "Your limits: 1 of 3 downloads at a time, 2 of 50 in the queue, 1.2 GB of 20 GB today, "
UNLIMITED = Quota(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT)


@dataclass(slots=True)
class Company:
    product: Product
    eve: Somebody

    async def told(self, text: str) -> str:
        self.eve.send(text)
        return (await self.eve.reply()).text

    async def orders(self) -> None:
        """Have Eve order two downloads, one of which is at work and counts in her day."""
        store, origin = self.product.store, Origin(self.eve.user.id, self.eve.dialog.id)
        now = self.product.app.dispatcher["clock"].on_the_wall()
        jobs = [await store.jobs.add(Request("@jazz", one), origin, now) for one in (1, 2)]
        await store.jobs.move(jobs[0].id, JobState.PLANNING)
        await store.quotas.charge(jobs[0].id, self.eve.user.id, 1_200_000_000, now)


@asynccontextmanager
async def company(
    rig: Rig, role: Role = Role.MEMBER, own: Quota | None = None
) -> AsyncIterator[Company]:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", role))
        await product.store.quotas.say(eve.user.id, own or Quota())
        yield Company(product, eve)


async def test_a_member_sees_what_is_used_of_their_limits_on_the_board_and_when_asking(
    rig: Rig,
) -> None:
    async with company(rig) as here:
        idle = await here.told("/status")
        await here.orders()
        board = await here.told("/status")
        asked = await here.told("/quota")

    assert "Your limits: 0 of 3 downloads at a time, 0 of 50 in the queue," in idle.splitlines()[-1]
    assert f"{EVES}files up to 2 GB." == asked
    assert asked == board.splitlines()[-1]
    assert "@jazz" in board
    assert "Olga" not in board + idle


async def test_where_no_limits_are_set_nothing_is_told_of_them(rig: Rig) -> None:
    async with company(rig, own=UNLIMITED) as here:
        idle = await here.told("/status")
        await here.orders()
        board = await here.told("/status")
        asked = await here.told("/quota")

    assert "imits" not in idle + board
    assert peopletexts.NOTHING_LIMITED == asked


@pytest.mark.parametrize(("own", "count"), [(Quota(), 0), (Quota(daily=5 * 10**9), 1)])
async def test_an_admin_sees_the_limits_of_each_role_and_their_own(
    rig: Rig, own: Quota, count: int
) -> None:
    async with company(rig, Role.ADMIN, own) as here:
        told = await here.told("/quota")
        status = await here.told("/status")

    assert "Limits by role" in told
    mine = "Your limits: 0 B of 5 GB today."
    assert [count, count] == [text.splitlines().count(mine) for text in (told, status)]


async def test_members_say_nothing_of_limits_and_see_nobody_elses(rig: Rig) -> None:
    async with company(rig) as here:
        answers = [
            await here.told(said)
            for said in ("/quota member", f"/quota {rig.owner.user.id}", "/quota member 9 jobs")
        ]
        said = await here.product.store.quotas.said(Role.MEMBER)

    assert [roletexts.not_allowed(Permission.MANAGE)] * 3 == answers
    assert Quota() == said


async def test_who_answers_somebody_sees_their_own_limits_unless_they_see_to_others(
    rig: Rig,
) -> None:
    eve = rig.world.add_user("Eve")
    club = rig.world.add_chat("Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve])
    owner, member = rig.api.person(rig.owner.user, chat=club), rig.api.person(eve, chat=club)
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(rig.owner.user.id, "Olga", Role.OWNER))
        await product.store.people.save(Person(eve.id, "Eve", Role.MEMBER))
        theirs = member.send("/quota@loader_bot", reply_to=owner.send("Hello"))
        own = await member.reply()
        owner.send("/quota@loader_bot", reply_to=theirs)
        others = await owner.until(lambda one: "Eve" in one.text)

    assert own.text.startswith("Your limits: 0 of 3")
    assert "Eve: 3 downloads at a time" in others.text


async def test_a_board_that_others_read_tells_nobodys_limits(rig: Rig) -> None:
    eve = rig.world.add_user("Eve")
    club = rig.world.add_chat("Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve])
    member = rig.api.person(eve, chat=club)
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.id, "Eve", Role.MEMBER))
        here = Company(product, member)
        await here.orders()
        told = await here.told("/status@loader_bot")

    assert "@jazz" in told
    assert "imits" not in told


def test_only_limits_that_there_are_are_told() -> None:
    used = Used(1, 2, 3 * 10**9)

    assert "" == peopletexts.own_limits(USUAL[Role.OWNER], used)
    assert "Your limits: 3.0 GB of 9 GB today." == peopletexts.own_limits(
        Quota(NO_LIMIT, NO_LIMIT, 9 * 10**9, NO_LIMIT), used
    )
