from __future__ import annotations

import pytest

from sandbox.faults import Drop, Rule
from sandbox.seed.world_music import NASTY
from sandbox.trouble import Every, fault_of
from sandbox.world import Chat, World
from storage.models import ItemState, JobState, Reason
from tests.e2e.journey import Journey, add_jazz, digests, documents, parts_below

PART = "upload.getFile"


async def comes_through(journey: Journey, chat: Chat) -> None:
    """See that ten tracks arrive byte for byte, whatever happens on the way."""
    await journey.ask("/download @jazz 10")
    await journey.shows("✅", "10 downloaded")

    assert digests(documents(chat)[-10:]) == sorted(journey.files().values())
    assert [] == parts_below(journey.music)


@pytest.mark.parametrize(
    "fault",
    ["flood=1", "premium-flood=1", "search-flood=1", "reference=3", "short=2", "429=1", "502=2"],
)
async def test_faults_that_pass_are_passed(journey: Journey, jazz: Chat, fault: str) -> None:
    rules = fault_of(fault).rules
    journey.stage.faults.rules.extend(rules)
    await comes_through(journey, jazz)

    assert any(rule.hits for rule in rules)


async def test_f02_a_long_flood_is_waited_out_without_using_a_try(
    journey: Journey, jazz: Chat
) -> None:
    flood = Rule(PART, error=(420, "FLOOD_WAIT_100"), skip=2, times=1)
    journey.stage.faults.add(flood)
    await comes_through(journey, jazz)
    attempts = {item.attempts for item in await journey.items()}

    assert 1 == flood.hits
    assert attempts <= {0, 1}


async def test_f24_connections_that_break_cost_nothing(journey: Journey, jazz: Chat) -> None:
    broken = [Rule(PART, drop=drop, when=Every(4), times=1) for drop in Drop]
    journey.stage.faults.rules.extend(broken)
    await comes_through(journey, jazz)

    assert [1, 1, 1] == [rule.hits for rule in broken]


async def test_f20_errors_of_the_server_pass(journey: Journey, jazz: Chat) -> None:
    trouble = journey.stage.faults.add(Rule(PART, error=(500, "INTERNAL"), when=Every(3), times=3))
    await comes_through(journey, jazz)

    assert 3 == trouble.hits


async def test_f51_the_last_state_arrives_though_the_bot_api_refuses_edits(
    journey: Journey, jazz: Chat
) -> None:
    words = "Too Many Requests: retry after 1"
    refused = Rule("bot.editMessageText", error=(429, words), times=3)
    journey.stage.faults.add(refused)
    await comes_through(journey, jazz)

    assert refused.hits


async def test_asking_the_same_twice_at_once_is_one_job(journey: Journey, jazz: Chat) -> None:
    journey.stage.faults.add(Rule(PART, delay=0.05, times=None))
    journey.person.send("https://t.me/jazz/3")
    journey.person.send("https://t.me/jazz/3")
    await journey.shows("✅")

    assert 1 == len(await journey.app.store.jobs.every())
    assert digests(documents(jazz)[2:3]) == list(journey.files().values())


async def test_f16_a_lost_login_parks_the_job_and_fails_nothing(
    journey: Journey, jazz: Chat
) -> None:
    journey.stage.faults.rules.extend(fault_of("logout=4").rules)
    await journey.ask("/download @jazz 10")
    await journey.until(lambda shown: "/login" in shown.text)
    states = {item.state for item in await journey.items()}

    assert ItemState.FAILED not in states
    assert JobState.RUNNING is (await journey.job()).state


async def test_f12_a_post_deleted_meanwhile_is_told(
    journey: Journey, world: World, jazz: Chat
) -> None:
    gone = jazz.posts[12]

    def delete_first(request: object) -> bool:
        if gone.id in jazz.posts:
            world.delete(jazz, gone)
        return False

    journey.stage.faults.add(Rule(PART, when=delete_first))
    stale = journey.stage.faults.add(
        Rule(
            PART,
            error=(400, "FILE_REFERENCE_EXPIRED"),
            when=lambda request: (
                gone.document is not None and request.location.id == gone.document.id
            ),
            times=None,
        )
    )
    await journey.ask("/download @jazz 10")
    await journey.shows("9 downloaded", "deleted")
    reasons = [item.reason for item in await journey.items() if item.reason]

    assert stale.hits
    assert [Reason.DELETED] == reasons


async def test_f61_two_jobs_at_once_on_one_chat_fetch_each_file_once(
    journey: Journey, jazz: Chat
) -> None:
    journey.stage.faults.add(Rule(PART, delay=0.05, times=None))
    journey.person.send("/download @jazz 10")
    journey.person.send("/download @jazz 8")
    await journey.until(lambda shown: 2 == shown.text.count("✅"))
    states = [item.state for number in (1, 2) for item in await journey.items(number)]

    assert digests(documents(jazz)[-10:]) == sorted(journey.files().values())
    assert 10 == states.count(ItemState.SAVED)
    assert 8 == states.count(ItemState.LINKED)


@pytest.mark.parametrize("as_name", [False, True], ids=["titles", "file names"])
async def test_nasty_names_stay_inside_the_library(
    journey: Journey, world: World, as_name: bool
) -> None:
    chat = add_jazz(world, 1)
    tune = documents(chat)[0]
    for number, nasty in enumerate(NASTY):
        document = world.add_document(
            body=bytes(tune.read(0, tune.size)) + bytes([number]),
            duration=tune.duration,
            name=nasty if as_name else None,
            title=None if as_name else nasty,
            performer=None if as_name else "Nasty",
        )
        world.post(chat, "", document, quiet=True)
    before = {path for path in journey.data.parent.rglob("*") if journey.music not in path.parents}
    await journey.ask("/download @jazz 100")
    await journey.shows("✅", f"{len(NASTY) + 1} downloaded")
    after = {path for path in journey.data.parent.rglob("*") if journey.music not in path.parents}
    files = journey.files()
    lengths = [len(part.encode()) for path in files for part in path.split("/")]

    assert digests(documents(chat)) == sorted(files.values())
    assert {".mp3"} == {path[-4:] for path in files}
    assert {"Trio"} == {path.split("/")[0] for path in files}  # as the files themselves say
    assert {3} == {len(path.split("/")) for path in files}
    assert max(lengths) <= 255
    assert {path.name for path in after - before} <= {"tad.db-wal", "tad.db-shm"}
