from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.callbacks import Action, Press, Seal
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person as Somebody
from storage.models import JobState, Person, Role
from storage.quota import Quota
from tests.bot.rig import Product, Rig, shelf

ASKED = "asks for more than the limits allow"


@dataclass(slots=True)
class Company:
    rig: Rig
    product: Product
    eve: Somebody
    ann: Somebody

    async def asks(self, said: str = "/download @jazz 3") -> Message:
        """Have Eve ask for too much, and return the card that the owner gets."""
        self.eve.send(said)
        return await self.rig.owner.until(lambda one: ASKED in one.text)

    async def state(self, wanted: JobState) -> int:
        """Wait until Eve's job is there, and return how many there are."""
        with self.product.app.engine.events.listen() as heard:
            while (jobs := await self.product.jobs())[-1].state is not wanted:
                await anext(heard)
        return len(jobs)


@asynccontextmanager
async def company(
    rig: Rig, quota: Quota | None = None, *, working: bool = True
) -> AsyncIterator[Company]:
    eve, ann = (rig.api.person(rig.world.add_user(name)) for name in ("Eve", "Ann"))
    async with rig.running(shelf(), working=working) as product:
        for one, name, role in ((eve, "Eve", Role.MEMBER), (ann, "Ann", Role.ADMIN)):
            await product.store.people.save(Person(one.user.id, name, role))
        await product.store.people.save(Person(rig.owner.user.id, "Olga", Role.OWNER))
        await product.store.quotas.say(eve.user.id, quota or Quota(largest=5_000))
        for one in (eve, ann, rig.owner):
            one.send("/recent")
            await one.reply()
        yield Company(rig, product, eve, ann)


async def test_what_is_beyond_the_limits_is_asked_of_owner_and_admins_and_told(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        other = await here.ann.until(lambda one: ASKED in one.text)
        told = await here.eve.until(lambda one: "I have asked for a yes" in one.text)

    assert "Its largest file has 10 kB; the limit is 5.0 kB." in card.text
    assert card.text == other.text
    assert "its largest file has 10 kB, and your limit is 5.0 kB" in told.text


async def test_with_a_yes_it_runs_once_and_the_first_answer_counts(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        other = await here.ann.until(lambda one: ASKED in one.text)
        await rig.owner.press(card, "✓ Allow it once")
        await here.ann.press(other, "✕ No")
        shown = await here.ann.until(lambda one: "Olga allowed it." in one.text)
        await here.eve.until(lambda one: "allowed, it goes on" in one.text)
        count = await here.state(JobState.DONE)
        tracks = len(list((rig.folder / "music").rglob("*.mp3")))

    assert shown.id == other.id
    assert [] == shown.buttons
    assert (1, 3) == (count, tracks)


async def test_with_a_no_it_is_cancelled_and_told(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        await rig.owner.press(card, "✕ No")
        told = await here.eve.until(lambda one: "not allowed" in one.text)
        count = await here.state(JobState.CANCELLED)

    assert "so it was cancelled" in told.text
    assert 1 == count


async def test_a_question_outlives_a_restart_and_so_does_an_answer(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        eve = here.eve
        plea = await here.product.store.pleas.of_job((await here.product.jobs())[0].id)
    assert plea is not None
    async with rig.running(shelf(), working=False) as product:
        # As it stands when the process dies right after the press.
        await product.store.pleas.decide(plea.id, rig.owner.user.id, plea.made_at, is_granted=True)
    async with rig.running(shelf()):
        await eve.until(lambda one: "allowed, it goes on" in one.text)
        await eve.until(lambda one: "3 downloaded" in one.text)
        await rig.owner.press(card, "✕ No")
        await rig.owner.until(lambda one: "Olga allowed it." in one.text)


async def test_what_was_cancelled_meanwhile_is_not_decided(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        here.eve.send("/cancel")
        await here.state(JobState.CANCELLED)
        await rig.owner.press(card, "✓ Allow it once")
        shown = await rig.owner.until(lambda one: "It was cancelled meanwhile." in one.text)
        count = await here.state(JobState.CANCELLED)

    assert [] == shown.buttons
    assert 1 == count


async def test_nobody_says_yes_to_themselves_nor_to_their_own_rank(rig: Rig) -> None:
    async with company(rig) as here:
        card = await here.asks()
        people, store = here.product.store.people, here.product.store
        [job] = await here.product.jobs()
        plea = await store.pleas.of_job(job.id)
        assert plea is not None
        await people.save(Person(here.eve.user.id, "Eve", Role.ADMIN))
        seal, told = Seal(store.vault.sign), []
        other = await here.ann.until(lambda one: ASKED in one.text)
        for one, message in ((here.eve, None), (here.ann, other)):
            data = seal.pack(one.dialog.id, Press(Action.PLEA, plea.id, (1,)))
            shown = message or await here.eve.until(lambda one: "I have asked" in one.text)
            told.append((await one.press(shown, data=data)).text)
        undecided = await store.pleas.get(plea.id)

    assert ["You see to members and guests only; the owner sees to admins."] * 2 == told
    assert undecided is not None
    assert undecided.is_granted is None
    assert card.buttons


async def test_beyond_the_queue_it_is_told_what_is_full(rig: Rig) -> None:
    async with company(rig, Quota(queued=1), working=False) as here:
        here.eve.send("/download @jazz 2")
        card = await here.asks("/download @rock 1")
        told = await here.eve.until(lambda one: "your queue of 1 is full" in one.text)

    assert "It would be number 2 in a queue of 1." in card.text
    assert "/resume" not in told.text


async def test_far_beyond_the_queue_nothing_more_is_entered(rig: Rig) -> None:
    async with company(rig, Quota(queued=1), working=False) as here:
        for number in range(1, 8):
            here.eve.send(f"/download @jazz {number}")
        told = await here.eve.until(lambda one: "which is your limit" in one.text)
        count = len(await here.product.jobs())

    assert "5 more wait for a yes" in told.text
    assert 6 == count


async def test_what_has_to_wait_for_another_download_is_told_at_once(rig: Rig) -> None:
    async with company(rig, Quota(jobs=1), working=False) as here:
        here.eve.send("/download @jazz 2")
        await here.eve.until(lambda one: "Looking for" in one.text)
        [job] = await here.product.jobs()
        await here.product.store.jobs.move(job.id, JobState.PLANNING)
        here.eve.send("/download @rock 1")
        told = await here.eve.until(lambda one: "at work" in one.text)

    assert told.text.startswith("Of your downloads one is at work, which is your limit")


@pytest.mark.parametrize("more", [(), (2,), (1, 1)])
async def test_a_button_that_says_neither_is_out_of_date(rig: Rig, more: tuple[int, ...]) -> None:
    async with company(rig) as here:
        card = await here.asks()
        seal = Seal(here.product.store.vault.sign)
        data = seal.pack(rig.owner.dialog.id, Press(Action.PLEA, 1, more))
        told = await rig.owner.press(card, data=data)

    assert "This button is out of date." == told.text


async def test_without_anybody_to_ask_it_stays_to_be_asked(rig: Rig) -> None:
    async with company(rig) as here:
        store = here.product.store
        for one in await store.people.every():
            if one.person.role is not Role.MEMBER:
                await store.people.remove(one.person)
        here.eve.send("/download @jazz 3")
        await here.eve.until(lambda one: "Looking for" in one.text)
        await here.state(JobState.PAUSED)
        untold = await store.pleas.untold()

    assert 1 == len(untold)
