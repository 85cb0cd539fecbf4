from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiolimiter import AsyncLimiter
from telethon.crypto import AuthKey

from bot.app import App, open_app
from bot.chatboard import Pace
from bot.settings import Settings
from downloader.clock import Clock
from downloader.telegram.session import Session
from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.product import Product, open_product
from sandbox.stage import Stage, open_stage
from sandbox.world import User, World
from storage.models import Account, AccountState
from storage.query.parser import parse
from storage.store import Store
from tests.bot.rig import PATIENCE, TOKEN
from tests.storage.search.older import unindex
from tests.storage.values import NOW, a_file
from tests.stores import store_at

SONGS = 3


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    world = World()
    owner = world.add_user("Olga", username="olga", phone="4915112345678")
    bot = world.add_user("Loader", username="loader_bot", token=TOKEN)
    jazz = world.add_chat("Jazz", username="jazz")
    for number in range(SONGS):
        song = world.add_document(
            size=50_000, name=f"{number}.mp3", title=f"Song {number}", duration=timedelta(minutes=3)
        )
        world.post(jazz, document=song, quiet=True)
    async with open_stage(world, owner, bot) as stage:
        yield stage


def settings_of(stage: Stage, folder: Path, **changes: str) -> Settings:
    values = stage.environment(folder / "data", folder / "music") | changes
    return Settings(_env_file=None, **{name.lower(): value for name, value in values.items()})


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Run the whole program; stop it as the system would."""
    pace = Pace(gap=timedelta(milliseconds=20), budget=AsyncLimiter(1000, 1))
    async with (
        asyncio.timeout(PATIENCE),
        open_app(settings, clock=clock, pace=pace) as app,
        asyncio.TaskGroup() as tasks,
    ):
        task = tasks.create_task(app.run())
        yield app
        os.kill(os.getpid(), signal.SIGTERM)
        await task


async def first_words(person: Person) -> str:
    person.send("/start")
    return (await person.reply()).text


async def test_it_starts_without_an_account_and_stops_when_told_to(
    stage: Stage, tmp_path: Path
) -> None:
    person = stage.botapi.person(stage.owner)
    async with running(settings_of(stage, tmp_path)):
        assert (await first_words(person)).startswith("Hello!")

        person.send("/download @jazz")
        told = await person.until(lambda one: "logged in" in one.text)

        assert "After a /login of the owner it continues." in told.text
    assert "The program was stopped." in person.messages[-1].text


async def test_f30_it_starts_and_talks_while_telegram_is_out_of_reach(
    stage: Stage, tmp_path: Path
) -> None:
    person = stage.botapi.person(stage.owner)
    settings = settings_of(stage, tmp_path, TELEGRAM_DC="2@127.0.0.1:1")
    async with running(settings) as app:
        await signed_in(app.store, stage, stage.owner)
        person.send("/download @jazz")
        told = await person.until(lambda one: "cannot be reached" in one.text)

        assert "Telegram cannot be reached." in told.text


async def test_an_older_library_that_cannot_be_indexed_yet_keeps_nobody_waiting(
    stage: Stage, tmp_path: Path
) -> None:
    refused, may_be_indexed = asyncio.Event(), asyncio.Event()

    async def nap(_seconds: float) -> None:
        refused.set()
        await may_be_indexed.wait()
        await asyncio.sleep(0.01)

    async def is_found(store: Store) -> bool:
        return bool((await store.search.find(parse("what"), 1, person_id=1, now=NOW)).ids)

    settings = settings_of(stage, tmp_path)
    person = stage.botapi.person(stage.owner)
    async with store_at(settings.data_dir, settings.music_dir) as store:
        (track_id,) = await store.imports.add([a_file("So What")], NOW)
        async with store.search._database.write() as connection:
            await unindex(connection, [track_id])
            await connection.exec_driver_sql(
                "create trigger full before insert on search_texts"
                " begin select raise(abort, 'no room'); end"
            )
    async with running(settings, Clock(sleep=nap)) as app:
        await refused.wait()
        assert (await first_words(person)).startswith("Hello!")

        async with app.store.search._database.write() as connection:
            await connection.exec_driver_sql("drop trigger full")
        may_be_indexed.set()
        while not await is_found(app.store):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)


async def test_f30_it_starts_while_the_bot_api_is_out_of_reach(
    stage: Stage, tmp_path: Path
) -> None:
    naps: list[float] = []
    reached = asyncio.Event()

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        reached.set()
        await asyncio.sleep(0.01)

    settings = settings_of(stage, tmp_path, BOT_API_URL="http://127.0.0.1:1")
    async with running(settings, Clock(sleep=nap)):
        await reached.wait()

    assert naps


async def test_a_login_in_another_terminal_lets_waiting_jobs_continue(
    stage: Stage, tmp_path: Path
) -> None:
    person = stage.botapi.person(stage.owner)
    async with running(settings_of(stage, tmp_path), Clock(sleep=short)) as app:
        person.send("/download @jazz")
        await person.until(lambda one: "logged in" in one.text)
        await signed_in(app.store, stage, stage.owner)
        told = await person.until(lambda one: "downloaded" in one.text)

        assert f"✅ Jazz\n{SONGS} downloaded" == told.text


async def test_f02_a_second_account_takes_over_what_waits_for_the_first(
    stage: Stage, tmp_path: Path
) -> None:
    olga, nils = stage.owner, stage.world.add_user("Nils")
    stage.faults.add(
        Rule("contacts.resolveUsername", error=(420, "FLOOD_WAIT_72000"), account=olga.id)
    )
    person = stage.botapi.person(olga)
    async with running(settings_of(stage, tmp_path), Clock(sleep=short)) as app:
        await signed_in(app.store, stage, olga)
        person.send("/download @jazz")
        await person.until(lambda one: "Telegram asks for a pause" in one.text)
        await signed_in(app.store, stage, nils)
        told = await person.until(lambda one: "downloaded" in one.text)

        assert f"✅ Jazz\n{SONGS} downloaded" == told.text


async def short(_seconds: float) -> None:
    await asyncio.sleep(0.02)


async def signed_in(store: Store, stage: Stage, user: User) -> None:
    """Store a session as `tad login` would."""
    session = Session()
    session.set_dc(2, *stage.cluster.address(2))
    session.auth_key = AuthKey(stage.cluster.mint_key(user))
    account = Account(user.id, user.first_name, AccountState.READY)
    await store.accounts.save(account, session.dump())


@pytest.fixture
async def busy(stage: Stage, tmp_path: Path) -> AsyncIterator[Product]:
    """The product as a process of its own, with downloads under way that never end."""
    stage.faults.add(Rule("upload.getFile", delay=600, times=None))
    fetching = stage.faults.next_call("upload.getFile")
    data = tmp_path / "data"
    async with store_at(data, data / "music") as store:
        await signed_in(store, stage, stage.owner)
    async with asyncio.timeout(PATIENCE), open_product(stage, data) as product:
        await product.start()
        stage.botapi.person(stage.owner).send("/download @jazz")
        await fetching.wait()
        yield product


async def test_told_to_stop_it_ends_well_in_the_midst_of_downloads(busy: Product) -> None:
    code = await busy.stop()

    assert 0 == code
    assert "Traceback" not in busy.log.read_text()


async def test_a_second_ctrl_c_ends_it_at_once(busy: Product, stage: Stage) -> None:
    assert busy.pid is not None
    stage.faults.add(Rule("bot.sendMessage", delay=600, times=None))
    answering = stage.faults.next_call("bot.sendMessage")
    stage.botapi.person(stage.owner).send("/help")
    await answering.wait()
    os.kill(busy.pid, signal.SIGINT)
    log = ""
    while "stopping" not in log:
        await asyncio.sleep(0.01)
        log = await asyncio.to_thread(busy.log.read_text)
    os.kill(busy.pid, signal.SIGINT)
    ended = await busy.crashed()

    assert signal.SIGINT == ended.killed_by
    assert "Traceback" not in log


async def test_the_menu_of_commands_is_the_owners(stage: Stage, tmp_path: Path) -> None:
    person = stage.botapi.person(stage.owner)
    async with running(settings_of(stage, tmp_path)):
        await first_words(person)
        set_menus = menus(stage)
        while not any("download" in menu for menu in set_menus):
            await asyncio.sleep(0.01)
            set_menus = menus(stage)

    assert any(str(stage.owner.id) in menu for menu in set_menus)


def menus(stage: Stage) -> list[str]:
    return [str(call.params) for call in stage.botapi.calls if call.method == "setMyCommands"]
