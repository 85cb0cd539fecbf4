from __future__ import annotations

from bot import helptexts
from bot.menu import Menu
from bot.permissions import RANKS
from bot.routes import permissions
from storage.models import Person, Role
from tests.bot.rig import Rig


async def test_the_menu_holds_what_a_role_may_use_and_no_more(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        menu: Menu = product.app.dispatcher["menu"]
        sizes = [len(menu.commands(role)) for role in RANKS]
        guests = menu.commands(Role.GUEST)

    assert sizes == sorted(sizes, reverse=True)
    assert len(helptexts.COMMANDS) == sizes[0]
    assert {"search", "recent", "random", "help"} == guests.keys()


def test_each_command_of_the_menu_has_a_route() -> None:
    assert set() == helptexts.COMMANDS.keys() - permissions().keys()


async def test_whoever_starts_the_bot_gets_the_menu_of_their_role(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.GUEST))
        eve.send("/start")
        await eve.reply()
        while not (menus := of_chat(rig, eve.user.id)):
            await rig.clock.sleep(0.005)

    assert "search" in menus[-1]
    assert "download" not in menus[-1]


def of_chat(rig: Rig, chat_id: int) -> list[str]:
    calls = [str(call) for call in rig.api.calls if call.method.lower() == "setmycommands"]
    return [call for call in calls if str(chat_id) in call]
