from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sandbox.world import ChatKind
from storage.models import Person, Role
from storage.ownership import DELAY, TRIES
from storage.record import What
from tests.bot.handlers.test_people import company
from tests.bot.library import NOW
from tests.bot.rig import Rig
from tests.bot.test_authorization import REFUSALS


async def test_row03_six_wrong_claims_bring_a_new_code_after_a_while(rig: Rig) -> None:
    rig.is_owned = False
    now = [NOW]
    rig.clock = replace(rig.clock, now=lambda: now[0])
    async with rig.running(working=False) as product:
        code = await rig.code()
        for number in range(TRIES + 1):
            rig.owner.send(f"/start c-{number:022}")
        while await product.store.ownership.closed_until() is None:
            await rig.clock.sleep(0.005)
        rig.owner.send(code)
        told = await rig.owner.reply()
        new = await product.store.ownership.new_code(now[0])
        owner = await product.store.people.owner()

    assert "Sorry, this is a private bot." == told.text
    assert owner is None
    assert NOW + DELAY == new.valid_from
    assert new.code not in code


@pytest.mark.parametrize("text", ["/users", "/invite member", "/watch @jazz", "/panic"])
async def test_row05_a_guest_who_runs_a_command_of_admins_is_told_and_entered(
    rig: Rig, text: str
) -> None:
    async with company(rig, Role.GUEST) as here:
        here.eve.send(text)
        told = await here.eve.reply()
        record = await here.product.enters(What.NOT_ALLOWED)

        assert told.text in REFUSALS
        assert here.eves == record.who


async def test_row09_a_button_of_an_admin_who_is_none_any_more_is_denied_at_once(rig: Rig) -> None:
    async with company(rig, Role.ADMIN) as here:
        bob = rig.world.add_user("Bob")
        await here.product.store.people.save(Person(bob.id, "Bob", Role.MEMBER), rig.clock.now())
        here.eve.send("/users")
        listed = await here.eve.until(lambda one: "Bob" in one.text)
        [number] = re.findall(r"^(\d)\. Bob", listed.text, re.MULTILINE)
        await here.eve.press(listed, number)
        card = await here.eve.until(lambda one: "→ guest" in one.buttons)
        await rig.ask(f"/role {here.eves} guest")
        answer = await here.eve.press(card, "→ guest")
        found = await here.product.store.people.get(bob.id)

        assert answer.text in REFUSALS
        assert found is not None
        assert Role.MEMBER is found.role


async def test_row10_a_member_who_presses_the_button_of_another_is_told_so(rig: Rig) -> None:
    eve = rig.world.add_user("Eve")
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=(eve, rig.owner.user, rig.bot_user))
    member, owner = rig.api.person(eve, chat=group), rig.api.person(rig.owner.user, chat=group)
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.id, "Eve", Role.MEMBER), rig.clock.now())
        owner.send("/download@loader_bot @jazz")
        board = await owner.until(lambda one: "Pause" in str(one.buttons))
        answer = await member.press(board, "Pause")

        assert "yours" in answer.text or "somebody else" in answer.text
        assert ["queued"] == [job.state for job in await product.jobs()]


async def test_row11_the_last_owner_can_neither_be_demoted_nor_removed(rig: Rig) -> None:
    async with company(rig) as here:
        own = rig.owner.user.id
        said = (f"/role {own} guest", f"/role {own} admin", f"/ban {own}")
        told = {(await rig.ask(text)).text for text in said}
        owner = await here.product.store.people.owner()

    assert {"There is one owner. A new one is made on the server: tad claim"} == told
    assert owner is not None
    assert own == owner.id
