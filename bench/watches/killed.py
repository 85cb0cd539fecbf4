"""Chats that are followed live while updates are lost and the program is killed again and again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.remains import damage, digests_below
from bench.watches.alone import played
from bench.watches.herald import Herald
from bench.watches.program import Program, open_program
from storage.states import ENDED_JOBS
from storage.watch import Notice, Rhythm, Rules

_CHATS = 20
_ACCOUNTS = ("Ann", "Bob")
_RULES = Rules(Rhythm(is_live=True), notice=Notice.QUIET)
_SHORTEST, _LONGEST = 5.0, 400.0  # seconds that a life lasts
_STEPS = 40  # calls of a thread: one of the next so many is the last
_DEAD = 60.0  # seconds at most from a kill to the next start
_LOOK = 30.0  # seconds
_AT_LAST = 6 * 3600.0  # seconds in which everything must have come
_AT_REST = ("saved", "linked")


@dataclass(slots=True)
class Tale:
    """What came of it. Findings are told in words, so that none is what is wanted."""

    posts: int = 0
    told: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    days: float = 0.0  # of virtual time
    seconds: float = 0.0  # that it took
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def told_of(seed: int, posts: int, kills: int) -> Tale:
    """Post so many songs while it is killed so often; compare what it has with what was posted."""
    return played(seed, lambda folder: _lived(folder, seed, posts, kills))


async def _lived(folder: Path, seed: int, posts: int, kills: int) -> Tale:
    async with open_program(folder, seed, _CHATS, brings=True) as program:
        herald = Herald(program.world, program.chats, program.chance)
        await program.sign_in(*_ACCOUNTS)
        await program.follow([_RULES] * _CHATS)
        async with asyncio.TaskGroup() as tasks:
            # So that it goes on posting, in one pace, until the last kill.
            pace = kills * (_SHORTEST + _LONGEST + _DEAD) / 2 / posts
            posting = tasks.create_task(_post(herald, posts, pace))
            while program.deaths < kills:
                await _until_killed(program)
            await posting
        tale = Tale(told=herald.told, kills=program.deaths)
        await _until_all_has_come(program, herald, tale)
        _judge(program, herald, tale)
        tale.wrong += [f"sandbox: {crash!r}" for crash in program.cluster.crashes]
        tale.days = program.loop().time() / 86_400
    return tale


async def _post(herald: Herald, posts: int, pace: float) -> None:
    while len(herald.posted) < posts:
        before = len(herald.posted)
        herald.post()
        await asyncio.sleep((len(herald.posted) - before) * pace * 2 * herald.chance.random())


async def _until_killed(program: Program) -> None:
    chance = program.chance
    async with program.life():
        await asyncio.sleep(chance.uniform(_SHORTEST, _LONGEST))
        program.kill_within(chance.randrange(_STEPS))
        await program.ended.wait()
    await asyncio.sleep(chance.uniform(0, _DEAD))


async def _until_all_has_come(program: Program, herald: Herald, tale: Tale) -> None:
    """Start it once more, and let nobody disturb it; a person lets go what was parked."""
    loop = program.loop()
    loop.interfere = lambda _: None
    async with program.life():
        end = loop.time() + _AT_LAST
        while loop.time() < end:
            await asyncio.sleep(_LOOK)
            jobs = await program.store.jobs.every()
            items = await program.store.items.tally([job.id for job in jobs])
            count = sum(sum(tally.items.values()) for tally in items.values())
            is_over = all(job.state in ENDED_JOBS for job in jobs)
            if is_over and count >= len(herald.posted):
                break
        tale.lost += [f"job {job.id}: {job.state}" for job in jobs if job.state not in ENDED_JOBS]


def _judge(program: Program, herald: Herald, tale: Tale) -> None:
    database = program.folder / "data" / "tad.db"
    tale.posts = len(herald.posted)
    tale.wrong += damage(database)
    with closing(sqlite3.connect(database)) as connection:
        items = connection.execute(
            "select chat_id, message_id, state, coalesce(reason, '') from items"
        ).fetchall()
        postings = connection.execute("select chat_id, message_id from postings").fetchall()
        tracks = connection.execute("select document_id, path, sha256 from tracks").fetchall()
    _compare_items(herald, items, tale)
    missing = herald.posted.keys() - set(postings)
    tale.lost += [f"posting {one}: not in the catalogue" for one in sorted(missing)]
    _compare_tracks(program, herald, tracks, tale)


def _compare_items(herald: Herald, items: list[tuple[int, int, str, str]], tale: Tale) -> None:
    times = Counter((chat, message) for chat, message, _, _ in items)
    tale.lost += [f"posting {one}: never ordered" for one in herald.posted if not times[one]]
    tale.double += [f"posting {one}: ordered {count} times" for one, count in times.items()
                    if count > 1]  # fmt: skip
    tale.wrong += [f"posting {one}: it is no music" for one in times.keys() - herald.posted.keys()]
    tale.lost += [f"posting {chat, message}: {state} {reason}" for chat, message, state, reason
                  in items if state not in _AT_REST]  # fmt: skip


def _compare_tracks(
    program: Program, herald: Herald, tracks: list[tuple[int, str, str]], tale: Tale
) -> None:
    wanted = {document.id: document for document in herald.posted.values()}
    found = digests_below(program.folder / "music")
    times = Counter(document for document, _, _ in tracks)
    tale.lost += [f"document {one}: no track" for one in wanted.keys() - times.keys()]
    tale.double += [f"document {one}: {count} tracks" for one, count in times.items() if count > 1]
    named = set()
    for document, path, digest in tracks:
        named.add(path)
        if document not in wanted or {digest, found.get(path)} != {wanted[document].digest()}:
            tale.wrong.append(f"track of {document} at {path}: not what was posted")
    tale.double += [f"file {path}: no track names it" for path in found.keys() - named]
