from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telethon.crypto import AuthKey

from bot.app import App
from downloader.telegram.session import Session
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.seed.cast import Cast, add_cast
from sandbox.stage import HOME_DC, Stage, open_stage
from sandbox.world import Chat, World
from storage.models import Account, AccountState
from storage.store import Store
from tests.e2e.journey import Journey, add_jazz, hurried, running
from tests.stores import store_at


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cast(world: World) -> Cast:
    return add_cast(world)


@pytest.fixture
def jazz(world: World) -> Chat:
    return add_jazz(world)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def stage(world: World, cast: Cast, faults: Faults) -> AsyncIterator[Stage]:
    async with open_stage(world, cast.owner, cast.bot, faults=faults) as stage:
        yield stage
        assert [] == stage.cluster.crashes
        assert [] == stage.botapi.unknown_methods


@pytest.fixture
def cluster(stage: Stage) -> Cluster:
    return stage.cluster


@pytest.fixture
def botapi(stage: Stage) -> BotApi:
    return stage.botapi


@pytest.fixture
def person(stage: Stage) -> Person:
    """The owner, in their chat with the bot."""
    return stage.botapi.person(stage.owner, stage.bot)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


@pytest.fixture
async def account(stage: Stage, data: Path, music: Path) -> Account:
    """The owner's account, signed in and stored as `tad login` would have done it."""
    session = Session()
    session.set_dc(HOME_DC, *stage.cluster.address(HOME_DC))
    session.auth_key = AuthKey(stage.cluster.mint_key(stage.owner, HOME_DC))
    account = Account(stage.owner.id, stage.owner.first_name, AccountState.READY)
    async with store_at(data, music) as store:
        await store.accounts.save(account, session.dump())
    return account


@pytest.fixture
async def app(stage: Stage, account: Account, data: Path, music: Path) -> AsyncIterator[App]:
    """The real program, running in this process on a clock that hurries."""
    async with running(stage, data, music, clock=hurried()) as app:
        yield app


@pytest.fixture
def store(app: App) -> Store:
    return app.store


@pytest.fixture
def journey(stage: Stage, cast: Cast, data: Path, music: Path, person: Person, app: App) -> Journey:
    return Journey(stage, cast, data, music, person, app)
