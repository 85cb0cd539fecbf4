from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine, make_url
from sqlalchemy.schema import CreateTable

import storage.deed_tables
import storage.journal_tables
import storage.lookup_tables
import storage.people_tables
import storage.stretch_tables
import storage.update_tables  # noqa: F401 - they add to the metadata
from storage.database import bring_up_to_date, open_database
from storage.errors import DatabaseDamagedError, NewerSchemaError
from storage.schema import BASE, STEPS_FOLDER, is_current, steps
from storage.search import tables as _search_tables  # noqa: F401 - its tables are in `metadata`
from storage.watch_tables import metadata

_ROOT = Path(__file__).parents[2]


def _tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("select name from sqlite_master where type in ('table', 'index')")
    found = {name for (name,) in rows if not name.startswith("sqlite_")}
    connection.close()
    return found


def _is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    return not (name or "").startswith("search_index")  # of FTS5, which SQLAlchemy does not know


def _differences(path: Path) -> list[object]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        found = list(compare_metadata(context, metadata))
    engine.dispose()
    return found


async def test_the_steps_lead_to_the_tables_as_they_are_described(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    async with open_database(path):
        pass

    assert _differences(path) == []


async def test_the_steps_lead_back_to_nothing_and_up_again(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path)
    full = _tables(path)

    await bring_up_to_date(path, BASE)
    empty = _tables(path)
    await bring_up_to_date(path)

    assert empty == {"alembic_version"}
    assert _tables(path) == full


async def test_a_revision_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"

    await bring_up_to_date(path, "0001")

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert is_current(connection, "0001")
        assert not is_current(connection)
    engine.dispose()


async def test_items_of_an_older_version_were_never_killed(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path, "0001")
    connection = sqlite3.connect(path)
    connection.executescript(
        "insert into jobs (request, person_id, origin_chat_id, state, created_at, detail)"
        " values ('{}', 1, 1, 'running', 0, '');"
        "insert into items (job_id, chat_id, message_id, size, state, detail, attempts)"
        " values (1, -1, 5, 7, 'queued', '', 2);"
    )
    connection.close()

    await bring_up_to_date(path)

    connection = sqlite3.connect(path)
    found = connection.execute("select message_id, attempts, kills from items").fetchall()
    connection.close()
    assert [(5, 2, 0)] == found


async def test_accounts_of_an_older_version_stay_logged_in(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path, "0002")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("insert into accounts values (5, 'Olga', 'ready', null, x'00')")
    connection.close()

    await bring_up_to_date(path)

    connection = sqlite3.connect(path)
    found = connection.execute("select id, state, login from accounts").fetchall()
    connection.close()
    assert [(5, "ready", 0)] == found


async def test_tracks_of_an_older_version_keep_their_documents(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path, "0003")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "insert into tracks (document_id, title, performer, duration, size, mime, name, path,"
            " sha256_source, sha256, added_at) values"
            " (77, 'So What', 'Miles Davis', 10000000, 1000, 'audio/flac', 'x', 'a/b.flac',"
            " 'x', 'x', 0)"
        )
    connection.close()

    await bring_up_to_date(path)

    connection = sqlite3.connect(path)
    found = connection.execute(
        "select documents.id, title, format, bitrate from tracks"
        " join documents on track_id = tracks.id"
    ).fetchall()
    connection.close()
    assert [(77, "So What", "flac", 800)] == found


async def test_updates_of_an_older_version_stay_and_so_do_those_of_two_bots(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path, "0023")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("insert into updates values (5, '{}', 7, 'acted', 'so', 1)")
    await bring_up_to_date(path)
    came = connection.execute("select * from updates").fetchall()
    with connection:
        connection.execute("insert into updates values (800, 5, null, 9, 'done', null, 0)")
    await bring_up_to_date(path, "0023")
    went = connection.execute("select * from updates").fetchall()
    connection.close()

    assert [(0, 5, "{}", 7, "acted", "so", 1)] == came
    assert [(5, None, 9, "done", None, 0)] == went


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    async with open_database(path):
        pass
    before = path.read_bytes()

    async with open_database(path):
        pass

    assert path.read_bytes() == before


async def test_row94_f45_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path)
    connection = sqlite3.connect(path)
    connection.execute("update alembic_version set version_num = '9999'")
    connection.commit()
    connection.close()

    with pytest.raises(NewerSchemaError) as refusal:
        async with open_database(path):
            pass

    assert refusal.value.version == "9999"
    assert "jobs" in _tables(path)


async def test_a_migration_that_leaves_a_dangling_reference_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table a (id integer primary key);"
        "create table b (a_id integer references a (id)); insert into b values (5);"
    )
    connection.close()

    with pytest.raises(DatabaseDamagedError):
        await bring_up_to_date(path)

    assert _tables(path) == {"a", "b"}


async def test_several_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    async def opened() -> None:
        async with open_database(tmp_path / "tad.db") as database, database.read() as connection:
            assert await connection.run_sync(is_current)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(opened())


# Every child dies at another statement of the migration; forked, so that the imports, which take
# most of the time, are done once.
_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from storage.database import bring_up_to_date
import storage.migrating

def child(path, last):
    seen = 0
    def count(*_):
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    asyncio.run(bring_up_to_date(path))
    os._exit(0)

for number in range(1, 100):
    path = Path(sys.argv[1]) / f"{number}.db"
    process = os.fork()
    if not process:
        child(path, number)
    _, status = os.waitpid(process, 0)
    print(number, os.WTERMSIG(status), flush=True)
    if not status:
        break
"""


async def test_f45_a_migration_killed_at_any_statement_leaves_old_or_new(tmp_path: Path) -> None:
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    deaths = [line.split() for line in killed.stdout.splitlines()]

    assert len(deaths) > 20
    assert {int(signal_) for _, signal_ in deaths[:-1]} == {signal.SIGKILL}
    for number, _ in deaths[:-1]:
        path = tmp_path / f"{number}.db"
        assert not path.exists() or not _tables(path)
    await bring_up_to_date(tmp_path / f"{deaths[-2][0]}.db")
    assert "jobs" in _tables(tmp_path / f"{deaths[-2][0]}.db")


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_on_postgresql(table: Table) -> None:
    dialect = make_url("postgresql://").get_dialect()()
    made = str(CreateTable(table).compile(dialect=dialect))

    assert "CREATE TABLE" in made


def test_the_names_of_the_steps_are_their_revisions_in_order() -> None:
    script = ScriptDirectory(str(STEPS_FOLDER.parent))

    assert [step.revision for step in script.walk_revisions()][::-1] == list(steps())


def test_nothing_that_migrates_is_loaded_where_there_is_nothing_to_do(tmp_path: Path) -> None:
    opening = (
        "import asyncio, sys; from pathlib import Path; from storage import database as db;"
        "asyncio.run(db.bring_up_to_date(Path(sys.argv[1]))); print('alembic' in sys.modules)"
    )

    told = [
        subprocess.run(
            [sys.executable, "-c", opening, str(tmp_path / "tad.db")],
            cwd=_ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for _ in range(2)
    ]

    assert ["True", "False"] == told


def test_is_current_is_false_for_an_empty_database() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()


async def test_people_of_an_older_version_keep_their_roles(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    await bring_up_to_date(path, "0018")
    connection = sqlite3.connect(path)
    connection.execute("insert into people (id, name, role) values (7, 'Ann', 'owner')")
    connection.commit()
    connection.close()

    await bring_up_to_date(path)

    connection = sqlite3.connect(path)
    found = connection.execute("select id, role, username, banned_at from people").fetchall()
    connection.close()
    assert [(7, "owner", None, None)] == found
