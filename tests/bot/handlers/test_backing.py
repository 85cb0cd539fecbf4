from __future__ import annotations

import stat
from pathlib import Path

from downloader.events import BackupFailed
from sandbox.botapi.dialogs import Message
from sandbox.world import ChatKind
from storage.archive import contents_of
from storage.errors import DiskFailure, DiskTrouble
from tests.bot.rig import Rig
from tests.storage.backed import fill

SEND = "Send it here"


def label_of(message: Message) -> str:
    [label] = [one for one in message.buttons if one.startswith(SEND)]
    return label


async def test_a_backup_is_made_and_sent_on_a_press(rig: Rig, tmp_path: Path) -> None:
    async with rig.running() as product:
        await fill(product.store, 3)
        key = product.store.vault.segment_key("backup")
        first = await rig.ask("/backup")
        shown = await rig.hears("Backup made")
        [path] = (tmp_path / "data" / "backups").iterdir()
        await rig.owner.press(shown, label_of(shown))
        sent = await rig.owner.until(lambda one: one.document is not None)

    assert first.text.startswith("I am making a backup")
    assert "3 tracks" in shown.text
    assert str(path) in shown.text
    assert str(tmp_path / "data" / "tad.key") in shown.text
    assert 3 == contents_of(path, key).holdings.files
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert sent.document is not None
    assert (path.name, path.read_bytes()) == (sent.document.name, sent.document.body)


async def test_one_that_is_not_there_any_more_is_not_sent(rig: Rig, tmp_path: Path) -> None:
    async with rig.running():
        await rig.ask("/backup")
        shown = await rig.hears("Backup made")
        for path in (tmp_path / "data" / "backups").iterdir():
            path.unlink()
        answer = await rig.owner.press(shown, label_of(shown))

    assert "out of date" in (answer.text or "")


async def test_why_there_is_none_is_told_with_what_to_do(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "backups").write_bytes(b"no folder")
    async with rig.running():
        await rig.ask("/backup")
        shown = await rig.hears("No backup was made")

    assert "data/backups" in shown.text
    assert [] == shown.buttons


async def test_the_owner_is_told_when_the_nightly_one_fails(rig: Rig, tmp_path: Path) -> None:
    async with rig.running() as product:
        await rig.ask("/help")
        trouble = DiskFailure(DiskTrouble.FULL, tmp_path / "data")
        product.app.engine.events.publish(BackupFailed(trouble))
        told = await rig.hears("No backup was made")

    assert "the disk is full: make room." in told.text
    assert "I try again every hour" in told.text


async def test_where_others_read_along_nothing_is_told_of_backups(rig: Rig, tmp_path: Path) -> None:
    group = rig.world.add_chat("Group", ChatKind.GROUP, members=(rig.owner.user, rig.bot_user))
    owner = rig.api.person(rig.owner.user, chat=group)
    async with rig.running():
        owner.send("/backup@loader_bot")
        told = await owner.reply()

    assert "in our private chat only" in told.text
    assert not (tmp_path / "data" / "backups").exists()
