"""Who may do what, for every route there is: made of the registry, so that none is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram import Router

from bot.bottom import Bottom
from bot.callbacks import Action, Press, Seal
from bot.openprompts import OpenPrompts
from bot.permissions import RANKS, Permission, may
from bot.permitted import UnguardedError
from bot.roledoc import table
from bot.roletexts import not_allowed
from bot.routes import ALONE, COMMANDS, PRESSES, build_router, check_permissions
from downloader.clock import Clock
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person as Somebody
from sandbox.world import ChatKind
from storage.models import JobState, Origin, Person, Request, Role
from storage.store import Store
from storage.watch import Rhythm, Rules, Watch, WatchState
from storage.watches import Watches
from tests.bot.library import put
from tests.bot.rig import Product, Rig, shelf
from tests.downloader.scripted import JAZZ
from tests.storage.test_deeds import save
from tests.storage.values import an_audio, publishing, running_job

OTHERS = [role for role in RANKS if role is not Role.OWNER]
ABSENT = 10**15
REFUSALS = {not_allowed(one) for one in Permission if one is not Permission.LISTEN}


class Kind(Enum):
    """What a number behind a button stands for, where that belongs to somebody."""

    JOB = auto()
    WATCH = auto()
    PLAYLIST = auto()
    COMMAND = auto()
    PERSON = auto()
    RANK = auto()


# Everybody's: what is in the library, and shelves of it.
OBJECTS: dict[Action, Kind | None] = {
    **dict.fromkeys(Action, None),
    **dict.fromkeys((Action.PAUSE, Action.RESUME, Action.CANCEL, Action.RETRY), Kind.JOB),
    **dict.fromkeys((Action.START, Action.NEVER_MIND, Action.FOLLOW), Kind.COMMAND),
    Action.WATCH: Kind.WATCH,
    Action.FAVORITES: Kind.PERSON,
    **dict.fromkeys((Action.RENAME, Action.REMOVE, Action.REMOVE_NOW), Kind.PLAYLIST),
    Action.TAKE_OUT: Kind.PLAYLIST,
    # It is about ranks: tests/bot/handlers/test_people.py, tests/bot/test_pleas.py.
    **dict.fromkeys((Action.PERSON, Action.PLEA, Action.WITHDRAW), Kind.RANK),
}
JOB_COMMANDS = ("pause", "cancel", "why")  # which tell at once what came of it


@dataclass(slots=True)
class Company:
    """Somebody with a role beside the owner, and what belongs to each of the two."""

    rig: Rig
    product: Product
    somebody: Somebody
    role: Role

    @property
    def people(self) -> tuple[int, int]:
        return self.somebody.user.id, self.rig.owner.user.id

    async def told(self, text: str) -> str:
        self.somebody.send(text)
        return (await self.somebody.reply()).text

    async def pressed(self, message: Message, press: Press) -> str:
        seal = Seal(self.product.store.vault.sign)
        data = seal.pack(self.somebody.dialog.id, press)
        return (await self.somebody.press(message, data=data)).text

    async def job_of(self, person_id: int) -> int:
        """Order something for somebody, in the chat of whom it is about."""
        origin = Origin(person_id, self.somebody.dialog.id)
        store, now = self.product.store, self.rig.clock.now()
        job = await store.jobs.add(Request("@jazz", person_id % 1000 + 1), origin, now)
        await store.jobs.move(job.id, JobState.PAUSED)
        return job.id

    async def watch_of(self, person_id: int) -> int:
        origin, now = Origin(person_id, self.somebody.dialog.id), self.rig.clock.now()
        rules = Rules(Rhythm(is_live=True))
        added = await self.product.store.watches.add("@jazz", rules, origin, now, chat=JAZZ)
        return added.id

    async def playlist_of(self, person_id: int) -> int:
        made = await self.product.store.playlists.create(
            person_id, f"List {person_id}", self.rig.clock.now()
        )
        return made.id


@asynccontextmanager
async def company(rig: Rig, role: Role) -> AsyncIterator[Company]:
    somebody = rig.api.person(rig.world.add_user("Eve"))
    # Nobody is too fast for whom a minute passes whenever they look at the clock.
    rig.clock = replace(rig.clock, monotonic=count(step=60.0).__next__)
    async with rig.running(shelf(), working=False) as product:
        await product.store.people.save(Person(somebody.user.id, "Eve", role))
        await put(product.store, rig.folder / "music", "Tune.mp3")
        yield Company(rig, product, somebody, role)


@pytest.mark.parametrize("role", OTHERS)
async def test_commands_are_refused_to_whom_they_are_not_allowed_and_to_nobody_else(
    rig: Rig, role: Role
) -> None:
    asked = {names[0]: permission for names, (_, permission) in COMMANDS.items()}
    asked |= {f"{name} ?": asked[name] for name in ALONE}
    asked |= {name: permission for name, (_, permission) in ALONE.items()}
    async with company(rig, role) as here:
        told = {words: await here.told(f"/{words}") for words in asked}

    expected = {
        words: None if may(role, permission) else not_allowed(permission)
        for words, permission in asked.items()
    }
    assert expected == {name: text if text in REFUSALS else None for name, text in told.items()}


@pytest.mark.parametrize("role", OTHERS)
async def test_buttons_are_refused_to_whom_they_are_not_allowed_and_to_nobody_else(
    rig: Rig, role: Role
) -> None:
    async with company(rig, role) as here:
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        told = {action: await here.pressed(message, Press(action, ABSENT)) for action in PRESSES}

    expected = {
        action: None if may(role, permission) else not_allowed(permission)
        for action, (_, permission) in PRESSES.items()
    }
    assert expected == {one: text if text in REFUSALS else None for one, text in told.items()}


@pytest.mark.parametrize("role", OTHERS)
async def test_words_and_links_are_orders_of_those_alone_who_may_fetch(
    rig: Rig, role: Role
) -> None:
    async with company(rig, role) as here:
        told = await here.told("https://t.me/jazz/1-3")
        ordered = len(await here.product.jobs())

    fetches = may(role, Permission.FETCH)
    assert (fetches, int(fetches)) == (told not in REFUSALS, ordered)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
async def test_how_much_of_a_chat_is_kept_is_said_with_a_watch_by_those_alone_who_may_remove_tracks(
    rig: Rig, role: Role
) -> None:
    async with company(rig, role) as here:
        shown = await here.told("/watch @jazz keep 1")
        await here.product.store.watch_rules.set_defaults(here.people[0], "keep 1")
        usual = await here.told("/watch @rock every 6h")
        here.somebody.send("/watch @jazz keep all")
        message = await here.somebody.reply()
        await here.somebody.press(message, "Follow it")
        watches = await here.product.store.watches.every()

    refused = not_allowed(Permission.CURATE)
    assert [role is Role.MEMBER] * 2 == [text == refused for text in (shown, usual)]
    assert 1 == len(watches)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
async def test_a_watch_of_a_member_sends_only_to_chats_in_which_they_have_a_say(
    rig: Rig, role: Role
) -> None:
    """The bot may post in the channel of the owner; that lends nobody else its voice."""
    kinds = {"club": ChatKind.CHANNEL, "news": ChatKind.CHANNEL, "band": ChatKind.GROUP}
    chats = {
        name: rig.world.add_chat(name, username=name, kind=kind, members=[rig.bot_user])
        for name, kind in (*kinds.items(), ("crowd", ChatKind.GROUP))
    }
    async with company(rig, role) as here:
        eve = here.somebody.user.id
        rig.api.hub.admins.add((chats["news"].id, eve))
        for name in ("club", "band"):  # who only reads a channel is a member, too
            chats[name].members.add(eve)
        told = {
            name: await here.told(f"/watch @jazz to {name}")
            for name in ("@club", "@crowd", "@news", "@band", "@nobody", "me", str(eve))
        }

    refused = {name for name, text in told.items() if "only to chats in which you have" in text}
    assert ({"@club", "@crowd", "@nobody"} if role is Role.MEMBER else set()) == refused


class Demoting(Watches):
    """The real table, in which somebody is demoted while a chat is looked at for them."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.watches._database, store.watches._journal)
        self._people = store.people

    async def add(self, *said: Any, **more: Any) -> Watch:
        made = await super().add(*said, **more)
        await self._people.save(Person(made.origin.person_id, "Eve", Role.GUEST))
        return made


async def test_who_may_not_follow_any_more_when_a_chat_was_looked_at_follows_nothing(
    rig: Rig,
) -> None:
    rig.alter = lambda store: replace(store, watches=Demoting(store))
    async with company(rig, Role.MEMBER) as here:
        here.somebody.send("/watch @jazz every 6h")
        shown = await here.somebody.reply()
        told = await here.somebody.press(shown, "Follow it")
        [watch] = await here.product.store.watches.every()

    assert (WatchState.PAUSED, not_allowed(Permission.FOLLOW)) == (watch.state, told.text)


@pytest.mark.parametrize("role", OTHERS)
async def test_where_a_track_comes_from_is_told_in_no_refusal_to_who_may_not_know_it(
    rig: Rig, role: Role
) -> None:
    async with company(rig, role) as here:
        store = here.product.store
        await running_job(store, an_audio(1))
        track_id = await save(store, await publishing(store))  # whose file is nowhere
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        await here.pressed(message, Press(Action.SEND, track_id))
        told = await here.somebody.until(lambda one: "is not in the library any more" in one.text)

    assert (role is Role.ADMIN) == ("t.me/" in told.text)


@pytest.mark.parametrize("role", OTHERS)
async def test_inline_everybody_with_a_role_finds_tracks(rig: Rig, role: Role) -> None:
    async with company(rig, role) as here:
        offered = await here.somebody.inline("tune")

    assert (1, True) == (len(offered.results), offered.is_personal)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
@pytest.mark.parametrize("word", JOB_COMMANDS)
async def test_a_job_is_open_to_whose_it_is_and_to_admins(rig: Rig, role: Role, word: str) -> None:
    async with company(rig, role) as here:
        mine, others = [await here.job_of(one) for one in here.people]
        told = [await here.told(f"/{word} {number}") for number in (mine, others, 9999)]

    unknown = [text.startswith("There is no download") for text in told]
    assert [False, role is Role.MEMBER, True] == unknown


@pytest.mark.parametrize("word", ["resume", "retry"])
async def test_another_ones_job_is_not_gone_on_with(rig: Rig, word: str) -> None:
    async with company(rig, Role.MEMBER) as here:
        _, others = [await here.job_of(one) for one in here.people]
        told = [await here.told(f"/{word} {number}") for number in (others, 9999)]
        states = {job.state for job in await here.product.jobs()}

    assert [True, True] == [text.startswith("There is no download") for text in told]
    assert {JobState.PAUSED} == states


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
async def test_all_means_what_is_open_to_who_says_it(rig: Rig, role: Role) -> None:
    async with company(rig, role) as here:
        ids = [await here.job_of(one) for one in here.people]
        await here.told("/cancel all")
        states = [job.state for job in await here.product.jobs()]

    others = JobState.PAUSED if role is Role.MEMBER else JobState.CANCELLED
    assert (len(ids), [JobState.CANCELLED, others]) == (2, states)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
@pytest.mark.parametrize("action", [one for one, kind in OBJECTS.items() if kind is Kind.JOB])
async def test_the_button_of_a_job_is_for_whose_it_is_and_for_admins(
    rig: Rig, role: Role, action: Action
) -> None:
    async with company(rig, role) as here:
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        numbers = [*[await here.job_of(one) for one in here.people], ABSENT]
        told = [await here.pressed(message, Press(action, number)) for number in numbers]

    assert [False, role is Role.MEMBER, False] == [one.startswith("This is some") for one in told]
    assert "out of date" in told[2]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
async def test_a_watch_is_open_to_whose_it_is_and_to_admins(rig: Rig, role: Role) -> None:
    async with company(rig, role) as here:
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        numbers = [*[await here.watch_of(one) for one in here.people], ABSENT]
        told = [await here.pressed(message, Press(Action.WATCH, one, (0,))) for one in numbers]

    assert [False, role is Role.MEMBER, False] == [one.startswith("This is some") for one in told]
    assert "out of date" in told[2]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MEMBER])
@pytest.mark.parametrize("action", [one for one, kind in OBJECTS.items() if kind is Kind.PLAYLIST])
async def test_a_playlist_is_changed_by_whose_it_is_and_by_nobody_else(
    rig: Rig, role: Role, action: Action
) -> None:
    async with company(rig, role) as here:
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        numbers = [*[await here.playlist_of(one) for one in here.people], ABSENT]
        more = (1, 0) if action is Action.TAKE_OUT else ()
        told = [await here.pressed(message, Press(action, one, more)) for one in numbers]

    assert [False, True, False] == [one.startswith("This is some") for one in told]
    assert "out of date" in told[2]


async def test_favourites_are_seen_by_nobody_else(rig: Rig) -> None:
    async with company(rig, Role.ADMIN) as here:
        here.somebody.send("/recent")
        message = await here.somebody.reply()
        told = [await here.pressed(message, Press(Action.FAVORITES, one)) for one in here.people]

    assert ["", "This is somebody else’s."] == told


@pytest.mark.parametrize("action", [one for one, kind in OBJECTS.items() if kind is Kind.COMMAND])
async def test_nobody_answers_what_somebody_else_was_asked(rig: Rig, action: Action) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    group = rig.world.add_chat(
        "Club", ChatKind.GROUP, members=[rig.bot_user, rig.owner.user, eve.user]
    )
    owner = rig.api.person(rig.owner.user, chat=group)
    other = rig.api.person(eve.user, chat=group)
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.ADMIN))
        said = "/watch @jazz every 6h" if action is Action.FOLLOW else "/download @jazz all"
        owner.send(said)
        asked = await owner.reply()
        assert asked.reply_to is not None
        seal = Seal(product.store.vault.sign)
        data = seal.pack(owner.dialog.id, Press(action, asked.reply_to))
        answer = await other.press(asked, data=data)
        ordered = await product.jobs()

    assert ("This is somebody else’s.", []) == (answer.text, ordered)


async def test_a_role_that_was_taken_away_counts_at_once(rig: Rig) -> None:
    async with company(rig, Role.ADMIN) as here:
        before = await here.told("/trash")
        await here.product.store.people.save(Person(here.somebody.user.id, "Eve", Role.GUEST))
        after = await here.told("/trash")

    assert (False, True) == (before in REFUSALS, after in REFUSALS)


def test_a_handler_without_a_permission_stops_the_start() -> None:
    async def forgotten() -> None: ...

    router = build_router(Bottom(), OpenPrompts(Clock()))
    router.message.register(forgotten)

    with pytest.raises(UnguardedError, match="forgotten"):
        check_permissions(router)


def test_updates_that_nobody_asks_for_have_no_handler() -> None:
    async def curious() -> None: ...

    router = Router()
    router.edited_message.register(curious, flags={"permission": Permission.LISTEN})

    with pytest.raises(UnguardedError, match="edited_message"):
        check_permissions(router)


def test_the_document_tells_what_the_registry_says() -> None:
    told = (Path(__file__).parents[2] / "docs" / "roles.md").read_text()

    assert table() in told
