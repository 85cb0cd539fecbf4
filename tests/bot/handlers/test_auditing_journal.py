from __future__ import annotations

from datetime import UTC, datetime

from storage.actor import acting
from storage.models import Person as Known
from storage.models import Role
from storage.record import What
from tests.bot.rig import Rig
from tests.downloader.scripted import JAZZ


def now() -> datetime:
    return datetime(2026, 11, 26, 12, tzinfo=UTC)


def numbers(text: str) -> list[int]:
    return [int(line.split(" ")[0]) for line in text.splitlines() if " · " in line]


async def test_audit_alone_shows_who_did_what_and_turns_in_place(rig: Rig) -> None:
    async with rig.running() as product:
        with acting(rig.owner.user.id, now):
            for number in range(20):
                await product.store.journal.add(What.WATCH_REMOVED, {"watch": number})
        await rig.ask("/help")  # from then on it is known how the owner is called
        shown = await rig.ask("/audit")
        texts = [shown.text]
        for label in ("Older ▶", "Older ▶", "◀ Newer", "◀ Newer"):
            await rig.owner.press(shown, label)
            shown = await rig.owner.until(lambda one: one.text.startswith("Journal"))
            texts.append(shown.text)

    first = texts[0]
    assert "Journal, the newest first; times are UTC." == first.splitlines()[0]
    assert "20 · 26 Nov 2026, 12:00 · Olga\nended watch 19" in first
    newest, older, oldest = [*range(20, 12, -1)], [*range(12, 4, -1)], [4, 3, 2, 1]
    assert [newest, older, oldest, older, newest] == [numbers(one) for one in texts]


async def test_whoever_is_banned_is_told_of_by_name(rig: Rig) -> None:
    ivan = rig.api.person(rig.world.add_user("Ivan", username="ivan_1"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Known(ivan.user.id, "Ivan", Role.MEMBER))
        ivan.send("/recent")
        await ivan.reply()
        await rig.ask("/ban @ivan_1")
        shown = await rig.ask("/audit")

    assert "banned Ivan" in shown.text


async def test_members_are_not_shown_it_and_that_is_entered(rig: Rig) -> None:
    ivan = rig.api.person(rig.world.add_user("Ivan"))
    async with rig.running() as product:
        await product.store.people.save(Known(ivan.user.id, "Ivan", Role.MEMBER))
        ivan.send("/audit")
        told = (await ivan.reply()).text
        shown = await product.enters(What.NOT_ALLOWED)

    assert "That is for admins." == told
    assert (ivan.user.id, {"permission": "manage"}) == (shown.who, shown.about)


async def test_what_a_person_does_is_entered_as_theirs(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/download @jazz 3")
        await rig.hears("3 downloaded")
        rig.owner.send("/retention @jazz keep 500")
        asked = await rig.hears("keep only")
        await rig.owner.press(asked, "Keep only that")
        shown = await product.enters(What.RETENTION_SET)

    about = {"chat": JAZZ.id, "count": 500, "size": None, "days": None}
    assert (rig.owner.user.id, about) == (shown.who, shown.about)


async def test_a_stranger_is_entered(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running() as product:
        eve.send("/start")
        eve.send("hello")
        shown = await product.enters(What.TURNED_AWAY)
        await rig.ask("/help")
        told = await product.store.journal.newest(10)

    assert (eve.user.id, {}) == (shown.who, shown.about)
    assert [What.TURNED_AWAY] == [one.what for one in told]
