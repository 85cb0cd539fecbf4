from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from downloader.lookup.errors import (
    LookupFailedError,
    NonsenseError,
    RefusedError,
    UnreachableError,
)
from downloader.lookup.outside import Outside, Question, open_outside
from downloader.lookup.services import Service
from tests.downloader.lookup.databases import AGENT, Databases, Said
from tests.downloader.scripted import OwnedTime

LONG = timedelta(seconds=60)


@pytest.fixture
async def databases() -> AsyncIterator[Databases]:
    async with Databases().open() as opened:
        yield opened


@asynccontextmanager
async def outside(time: OwnedTime, patience: timedelta = LONG) -> AsyncIterator[Outside]:
    async with open_outside(AGENT, time.clock, patience) as opened, time.passing():
        yield opened


async def asked(databases: Databases, question: Question | None = None) -> bytes | None:
    async with outside(OwnedTime()) as opened:
        try:
            return await opened.ask(Service(databases.origin), question or Question("/one"))
        except LookupFailedError as error:
            failure = error  # as it is, and in no group
    raise failure


async def test_an_answer_comes_to_whoever_says_who_asks(databases: Databases) -> None:
    databases.say("/one", Said(b"yes"))
    answer = await asked(databases, Question("/one", {"q": "a&b /ё"}))
    [request] = databases.asked

    assert b"yes" == answer
    assert (AGENT, "a&b /ё") == (request.headers["User-Agent"], request.query["q"])
    assert "identity" == request.headers["Accept-Encoding"]


async def test_where_there_is_nothing_nothing_comes(databases: Databases) -> None:
    assert await asked(databases) is None


async def test_a_form_is_posted(databases: Databases) -> None:
    databases.say("/one", Said(b"yes"))
    await asked(databases, Question("/one", form={"a": "b"}))

    assert [("POST", {"a": "b"})] == [(databases.asked[0].method, databases.forms[0])]


async def test_one_question_a_second(databases: Databases) -> None:
    databases.say("/one", Said(b"yes"))
    time = OwnedTime()
    async with outside(time) as opened:
        for _ in range(4):
            await opened.ask(Service(databases.origin), Question("/one"))

    assert 3 == pytest.approx(sum(time.slept))


async def test_who_has_had_enough_is_asked_again_when_he_says(databases: Databases) -> None:
    databases.say("/one", Said(status=503, headers={"Retry-After": "7"}), Said(b"yes"))
    time = OwnedTime()
    async with outside(time) as opened:
        answer = await opened.ask(Service(databases.origin), Question("/one"))

    assert b"yes" == answer
    assert 7 in time.slept


@pytest.mark.parametrize("status", [403, 429, 500, 502, 504])
async def test_who_goes_on_failing_is_left_alone(databases: Databases, status: int) -> None:
    databases.say("/one", Said(status=status))
    with pytest.raises(UnreachableError) as caught:
        await asked(databases)

    assert (3, str(status)) == (len(databases.asked), caught.value.detail)


async def test_who_wants_to_be_left_alone_for_long_is_not_asked_again(databases: Databases) -> None:
    databases.say("/one", Said(status=503, headers={"Retry-After": "3600"}))
    with pytest.raises(UnreachableError) as caught:
        await asked(databases)

    assert (1, timedelta(hours=1)) == (len(databases.asked), caught.value.wait)


async def test_what_is_said_about_waiting_may_be_anything(databases: Databases) -> None:
    databases.say("/one", Said(status=503, headers={"Retry-After": "9" * 5000}), Said(b"yes"))

    assert b"yes" == await asked(databases)


async def test_who_does_not_answer_in_time_is_unreachable(databases: Databases) -> None:
    held = asyncio.Event()
    databases.say("/one", Said(held=held))
    async with outside(OwnedTime(), timedelta(milliseconds=50)) as opened:
        with pytest.raises(UnreachableError):
            await opened.ask(Service(databases.origin), Question("/one"))
    held.set()


async def test_nobody_there_is_unreachable() -> None:
    async with Databases().open() as gone:
        origin = gone.origin
    async with outside(OwnedTime()) as opened:
        with pytest.raises(UnreachableError):
            await opened.ask(Service(origin), Question("/one"))


async def test_row68_too_much_is_no_answer(databases: Databases) -> None:
    databases.say("/one", Said(bytes(101)))
    with pytest.raises(NonsenseError):
        await asked(databases, Question("/one", most=100))

    databases.say("/one", Said(bytes(100)))
    assert bytes(100) == await asked(databases, Question("/one", most=100))


async def test_what_is_packed_is_not_unpacked(databases: Databases) -> None:
    bomb = gzip.compress(bytes(1 << 20))
    databases.say("/one", Said(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(NonsenseError):
        await asked(databases)


async def test_a_question_that_is_refused_says_why(databases: Databases) -> None:
    databases.say("/one", Said(b"why", status=400))
    with pytest.raises(RefusedError) as caught:
        await asked(databases)

    assert b"why" == caught.value.body


async def test_it_goes_on_to_where_it_may(databases: Databases) -> None:
    async with Databases().open() as archive:
        databases.say("/one", Said(status=307, headers={"Location": f"{archive.origin}/two"}))
        archive.say("/two", Said(status=302, headers={"Location": "/three"}))
        archive.say("/three", Said(b"yes"))
        service = Service(databases.origin, (archive.origin,))
        async with outside(OwnedTime()) as opened:
            answer = await opened.ask(service, Question("/one"))

    assert b"yes" == answer


@pytest.mark.parametrize(
    "location",
    [
        "{elsewhere}/two", "//127.0.0.2/two", "http://[", "file:///etc/passwd", "", "ftp://a/b",
        "http://[::1]/one", "http://10.0.0.1/one", "http://192.168.1.1/one",
        "http://localhost:{port}/one", "https://127.0.0.1:{port}/one", "http://a@127.0.0.1:{port}/",
    ],
)  # fmt: skip
async def test_row68_it_goes_nowhere_else(databases: Databases, location: str) -> None:
    async with Databases().open() as elsewhere:
        port = databases.origin.rpartition(":")[2]
        where = location.format(elsewhere=elsewhere.origin, port=port)
        databases.say("/one", Said(status=302, headers={"Location": where}))
        with pytest.raises(NonsenseError):
            await asked(databases)

    assert [] == elsewhere.asked


async def test_row68_it_does_not_go_in_circles_nor_takes_a_form_along(databases: Databases) -> None:
    databases.say("/one", Said(status=302, headers={"Location": "/one"}))
    with pytest.raises(NonsenseError):
        await asked(databases)
    circles = len(databases.asked)
    with pytest.raises(UnreachableError):
        await asked(databases, Question("/one", form={"client": "key"}))

    assert 5 == circles
    assert {"/one"} == {*databases.paths}


async def test_what_the_environment_says_of_proxies_does_not_count(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases.say("/one", Said(b"yes"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert b"yes" == await asked(databases)
