"""Accounts are logged in and out from the chat, over the whole way to Telegram and back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import accounttexts as texts
from bot.app import App
from bot.signing import qr_code
from sandbox.botapi.dialogs import HeardKind, Media, Message
from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import Chat
from storage.models import AccountState, JobState
from tests.e2e.journey import PATIENCE, Journey, hurried, running


@pytest.fixture
async def empty(
    stage: Stage, cast: Cast, data: Path, music: Path, person: Person
) -> AsyncIterator[Journey]:
    """The program in which nobody is logged in."""
    async with running(stage, data, music, clock=hurried()) as app:
        yield Journey(stage, cast, data, music, person, app)


async def picture(journey: Journey) -> Message:
    return await journey.until(lambda shown: shown.media is not None)


async def scanned(journey: Journey) -> None:
    token = journey.stage.cluster.qr_tokens[-1]
    journey.stage.cluster.approve_qr(token, journey.stage.owner)


async def login(journey: Journey) -> Message:
    journey.person.send("/login")
    shown = await picture(journey)
    await scanned(journey)
    return shown


def body(media: Media | None) -> bytes:
    assert media is not None
    return bytes(media.document.read(0, media.document.size))


async def states(app: App) -> list[AccountState]:
    return [one.state for one in await app.store.accounts.all()]


async def test_a_picture_that_is_scanned_logs_in_and_goes_away(empty: Journey, jazz: Chat) -> None:
    empty.person.send("/login")
    shown = await picture(empty)
    [token] = empty.stage.cluster.qr_tokens
    await scanned(empty)
    told = await empty.shows("is logged in")
    done = await empty.ask(f"/download @{jazz.username} 1")
    await empty.shows("1 downloaded")

    link = f"tg://login?token={base64.urlsafe_b64encode(token).decode()}"
    assert qr_code(link) == body(shown.media)
    name = empty.stage.owner.first_name
    assert f"✅ {name} is logged in. What waited for that goes on." == told.text
    assert shown.id not in {one.id for one in empty.person.messages}
    assert [AccountState.READY] == await states(empty.app)
    assert done is not None


async def test_a_second_password_is_asked_for_and_deleted_at_once(empty: Journey) -> None:
    empty.stage.owner.password = "open sesame"
    await login(empty)
    await empty.shows("second password")
    wrong = empty.person.send("sesame")
    await empty.shows("That was not the password.")
    right = empty.person.send("open sesame")
    await empty.shows("is logged in")
    left = {one.id for one in empty.person.messages}

    assert left.isdisjoint({wrong.id, right.id})
    assert not [one for one in empty.person.messages if "password" in one.text]
    assert b"open sesame" not in b"".join(
        path.read_bytes() for path in empty.data.rglob("*") if path.is_file()
    )


async def test_what_is_typed_while_a_password_is_checked_is_deleted_and_told_to_be_too_early(
    empty: Journey, jazz: Chat
) -> None:
    empty.stage.owner.password = "open sesame"
    empty.stage.faults.add(Rule("auth.checkPassword", mute=True))
    checking = empty.stage.faults.next_call("auth.checkPassword")
    with capture_logs() as logs:
        await login(empty)
        asked = await empty.shows("second password")
        tries = [empty.person.send("open sesamy")]
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await checking.wait()
        for text in ("oben sesame", f"/download @{jazz.username} 1"):
            tries.append(empty.person.send(text))
            told = await empty.person.until(lambda one: one.text == texts.TOO_EARLY)
        left = {one.id for one in empty.person.messages}
        empty.person.tap(asked, texts.CANCEL)
        await empty.shows(texts.CANCELLED)
        after = await empty.ask("/help")

    stored = b"".join(path.read_bytes() for path in empty.data.rglob("*") if path.is_file())
    assert told.text.startswith("I am still checking")
    assert left.isdisjoint({one.id for one in tries})
    assert [] == await empty.app.store.jobs.every()
    assert not [word for word in (b"sesamy", b"oben sesame") if word in stored]
    assert not [one for one in logs if "sesame" in repr(one) or "sesamy" in repr(one)]
    assert "/status" in after.text


async def test_cancel_is_no_password_and_ends_the_login(empty: Journey) -> None:
    empty.stage.owner.password = "open sesame"
    await login(empty)
    await empty.shows("second password")
    empty.person.send("/cancel")
    await empty.shows(texts.CANCELLED)

    assert [] == await states(empty.app)
    assert not [one for one in empty.person.messages if "not the password" in one.text]


async def test_three_wrong_passwords_end_a_login(empty: Journey) -> None:
    empty.stage.owner.password = "open sesame"
    await login(empty)
    await empty.shows("second password")
    for word in ("one", "two", "three"):
        empty.person.send(word)
        heard = await empty.person.next()
        while heard.kind is not HeardKind.MESSAGE or heard.message.sender is not empty.person.bot:
            heard = await empty.person.next()

    assert "The password was wrong three times. /login begins anew." == heard.message.text
    assert [] == await states(empty.app)


async def test_a_login_that_is_cancelled_leaves_nothing(empty: Journey) -> None:
    empty.person.send("/login")
    shown = await picture(empty)
    other = await empty.ask("/login")
    empty.person.tap(shown, texts.CANCEL)
    told = await empty.shows(texts.CANCELLED)
    again = await login(empty)
    await empty.shows("is logged in")

    assert (texts.UNDER_WAY, texts.CANCELLED) == (other.text, told.text)
    assert {shown.id, again.id}.isdisjoint({one.id for one in empty.person.messages})


async def test_an_account_is_logged_out_at_telegram_and_forgotten(journey: Journey) -> None:
    name = journey.stage.owner.first_name
    shown = await journey.ask("/accounts")
    journey.person.tap(shown, f"Log out {name}")
    asked = await journey.shows("Its session ends at Telegram")
    journey.person.tap(asked, texts.LOG_OUT)
    told = await journey.shows("is logged out.")
    after = await journey.ask("/accounts")

    assert name in shown.text
    assert f"{name} is logged out." == told.text
    assert texts.NONE in after.text
    assert [] == await states(journey.app)
    assert not [one for one in journey.stage.cluster.devices(2) if one.home]


async def test_panic_pauses_all_and_logs_all_out(journey: Journey, jazz: Chat) -> None:
    journey.stage.faults.add(Rule("upload.getFile", mute=True, times=None))
    journey.person.send(f"/download @{jazz.username} 3")
    await journey.shows("0 of 3")
    journey.person.send("/panic")
    asked = await journey.shows("Stop everything?")
    journey.person.tap(asked, texts.PANIC)
    told = await journey.shows("Logged out:")
    job = await journey.job()

    assert "pauses 1 download and logs out 1 account" in asked.text
    name = journey.stage.owner.first_name
    assert f"🛑 1 download paused.\nLogged out: {name}." == told.text
    assert ([], JobState.PAUSED) == (await states(journey.app), job.state)


async def test_panic_forgets_the_sessions_though_telegram_does_not_listen(
    journey: Journey,
) -> None:
    journey.stage.faults.add(Rule("auth.logOut", error=(420, "FLOOD_WAIT_900"), times=None))
    asked = await journey.ask("/panic")
    journey.person.tap(asked, texts.PANIC)
    told = await journey.shows("end that session in a Telegram app")

    assert "No session had to be ended." not in told.text
    assert [] == await states(journey.app)


async def test_panic_that_is_thought_better_of_stops_nothing(journey: Journey) -> None:
    asked = await journey.ask("/panic")
    journey.person.tap(asked, texts.LEAVE)
    await journey.shows(texts.NOTHING_STOPPED)

    assert [AccountState.READY] == await states(journey.app)


async def test_panic_ends_a_login_that_is_under_way(empty: Journey) -> None:
    empty.person.send("/login")
    shown = await picture(empty)
    asked = await empty.ask("/panic")
    empty.person.tap(asked, texts.PANIC)
    await empty.shows("0 downloads paused")
    await empty.shows(texts.CANCELLED)
    await scanned(empty)
    again = await empty.ask("/accounts")

    assert texts.NONE in again.text
    assert shown.id not in {one.id for one in empty.person.messages}
    assert [] == await states(empty.app)


async def test_panic_does_not_wait_for_who_cannot_be_told_of_it(journey: Journey) -> None:
    asked = await journey.ask("/panic")
    away = Rule("bot.answerCallbackQuery", error=(502, "Bad Gateway"), times=None)
    journey.stage.faults.add(away)
    journey.person.tap(asked, texts.PANIC)
    await journey.shows("Logged out:")

    assert 0 < away.hits
    assert [] == await states(journey.app)
