from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.callbacks import Action, Press, Seal
from bot.invitetexts import NONE_OPEN
from sandbox.botapi.person import Person as Somebody
from storage.models import Person, Role
from tests.bot.rig import Product, Rig

PRIVATE = "Sorry, this is a private bot."
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def start(link: str) -> str:
    found = re.search(r"\?start=(i-[\w-]{22})", link)
    assert found is not None
    return f"/start {found[1]}"


async def role_of(product: Product, one: Somebody) -> Role | None:
    found = await product.store.people.get(one.user.id)
    return found.role if found else None


async def test_whoever_opens_an_invite_first_gets_the_role_and_is_told_what_they_can_do(
    rig: Rig,
) -> None:
    eve, bob = (rig.api.person(rig.world.add_user(name)) for name in ("Eve", "Bob"))
    async with rig.running(working=False) as product:
        made = await rig.ask("/invite member 48")
        eve.send(start(made.text))
        welcomed = await eve.reply()
        bob.send(start(made.text))
        refused = await bob.reply()
        roles = [await role_of(product, one) for one in (eve, bob)]

    assert "becomes a member here" in made.text
    assert "for 2 days" in made.text
    assert welcomed.text.startswith("Welcome! You are a member here now: you can download")
    assert PRIVATE == refused.text
    assert [Role.MEMBER, None] == roles


async def test_whoever_came_in_is_known_by_name_at_once_and_a_second_tap_says_so(
    rig: Rig,
) -> None:
    eve = rig.api.person(rig.world.add_user("Eve", username="eve_1"))
    async with rig.running(working=False):
        made = await rig.ask("/invite member")
        eve.send(start(made.text))
        await eve.reply()
        limited = await rig.ask("/quota @eve_1 5 jobs")
        listed = await rig.ask("/users")
        eve.send(start(made.text))
        again = await eve.reply()

    assert "for 24 h." in made.text
    assert limited.text.startswith("Eve: 5 downloads at a time")
    assert "seen just now" in listed.text.splitlines()[-1]
    assert "This link was used, or is over. You are in already: /help tells what I can do." == (
        again.text
    )


async def test_an_invite_that_is_over_is_the_strangers_line(rig: Rig) -> None:
    eve, now = rig.api.person(rig.world.add_user("Eve")), [NOW]
    rig.clock = replace(rig.clock, now=lambda: now[0])
    async with rig.running(working=False) as product:
        made = await rig.ask("/invite guest 1")
        now[0] += timedelta(hours=1)
        eve.send(start(made.text))
        refused = await eve.reply()

        assert PRIVATE == refused.text
        assert await role_of(product, eve) is None


async def test_open_invites_are_listed_and_withdrawn_in_place(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        made = await rig.ask("/invite admin")
        listed = await rig.ask("/invite")
        answer = await rig.owner.press(listed, "✕ 1")
        await rig.shows("No invite is open.")
        seal = Seal(product.store.vault.sign)
        old = seal.pack(rig.owner.dialog.id, Press(Action.WITHDRAW, 1))
        again = await rig.owner.press(listed, data=old)
        eve.send(start(made.text))
        refused = await eve.reply()

    assert "1. for an admin, " in listed.text
    assert answer.text.startswith("Withdrawn")
    assert "This invite was used, or is over." == again.text
    assert PRIVATE == refused.text


@pytest.mark.parametrize(
    ("role", "said", "is_made"),
    [
        (Role.OWNER, "/invite owner", False),
        (Role.OWNER, "/invite admin", True),
        (Role.ADMIN, "/invite admin", False),
        (Role.ADMIN, "/invite member", True),
        (Role.ADMIN, "/invite guest", True),
    ],
)
async def test_an_invite_is_for_a_role_below_ones_own(
    rig: Rig, role: Role, said: str, *, is_made: bool
) -> None:
    who = rig.owner if role is Role.OWNER else rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(who.user.id, "Eve", role))
        who.send(said)
        told = await who.reply()
        made = await product.store.invites.open(rig.clock.now())

    assert is_made == bool(made) == ("?start=i-" in told.text)


async def test_an_admin_withdraws_no_invite_of_an_admin(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.ADMIN))
        await rig.ask("/invite admin")
        eve.send("/invite")
        listed = await eve.reply()
        answer = await eve.press(listed, "✕ 1")

        assert "the owner sees to admins" in answer.text
        assert 1 == len(await product.store.invites.open(rig.clock.now()))


async def test_an_invite_raises_a_role_and_never_lowers_one(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.MEMBER))
        guest, admin = await rig.ask("/invite guest"), await rig.ask("/invite admin")
        eve.send(start(guest.text))
        kept = await eve.reply()
        left = len(await product.store.invites.open(rig.clock.now()))
        eve.send(start(admin.text))
        await eve.reply()

        assert kept.text.startswith("You are a member here already")
        assert 2 == left
        assert Role.ADMIN is await role_of(product, eve)


@pytest.mark.parametrize("said", ["/ban {0}", "/role {0} guest", "/role {0} member", "remove"])
async def test_an_invite_opens_nothing_once_its_maker_may_not_make_it(rig: Rig, said: str) -> None:
    eve, bob = (rig.api.person(rig.world.add_user(name)) for name in ("Eve", "Bob"))
    async with rig.running(working=False) as product:
        admin = Person(eve.user.id, "Eve", Role.ADMIN)
        await product.store.people.save(admin)
        eve.send("/invite member")
        made = await eve.reply()
        if said == "remove":
            await product.store.people.remove(admin)
        else:
            await rig.ask(said.format(eve.user.id))
        before = await role_of(product, eve)
        for one in (bob, eve):
            one.send(start(made.text))
        refused = await bob.reply()
        await rig.ask("/recent")

        assert PRIVATE == refused.text
        assert [before, None] == [await role_of(product, one) for one in (eve, bob)]


async def test_without_invites_it_is_told_how_to_make_one(rig: Rig) -> None:
    async with rig.running(working=False):
        told = await rig.ask("/invite")

    assert NONE_OPEN.split("<")[0] in told.text


@pytest.mark.parametrize("said", ["/invite king", "/invite member 9999", "/invite 24 25"])
async def test_what_is_no_invite_is_told(rig: Rig, said: str) -> None:
    async with rig.running(working=False):
        told = await rig.ask(said)

    assert "is neither a role nor a number of hours" in told.text
