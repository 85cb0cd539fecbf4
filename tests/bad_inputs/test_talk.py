from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from structlog.testing import capture_logs

from downloader.errors import ChatUnavailableError
from sandbox.botapi.dialogs import Message
from sandbox.botapi.formatted import Entity
from sandbox.world import ChatKind
from storage.models import Reason
from tests.bot.library import put
from tests.bot.rig import TOKEN, Rig, shelf

# A session as other programs write it down, of the fourth data centre.
SESSION = (
    "1" + urlsafe_b64encode(bytes([4, 149, 154, 167, 91, 1, 187]) + bytes(range(256))).decode()
)
STRANGE = {
    "\0": "/download \0",
    "nul within": "/down\0load @nobody_here",
    "zero width": "/download \u200b\u200d\u2060\ufeff",
    "bidi": "/download \u202ezzaj@",
    "zalgo": "/download Z" + "\u0335\u0321\u0488" * 200,
    "lone surrogate": "/download \ud800",
    "emoji": "/download " + "👨‍👩‍👧‍👦" * 100,
    "long": "/download " + "x" * 4000,
}


async def one_line(rig: Rig, text: str) -> Message:
    """Say something, and return the one answer that it gets."""
    told = await rig.ask(text)
    assert "\n\n\n" not in told.text
    assert "Traceback" not in told.text
    return told


async def test_row15_an_unknown_command_gets_a_short_help(rig: Rig) -> None:
    async with rig.running(working=False):
        unknown = await one_line(rig, "/frobnicate")
        misspelt = await one_line(rig, "/dowload @jazz")

        assert "/help" in unknown.text
        assert "/download" in misspelt.text


@pytest.mark.parametrize("name", STRANGE)
async def test_row16_row17_strange_letters_are_refused_in_words(rig: Rig, name: str) -> None:
    async with rig.running(working=False) as product:
        told = await one_line(rig, STRANGE[name])

        assert "\ud800" not in told.text
        assert "\u202e" not in told.text
        assert [] == await product.jobs()


@pytest.mark.parametrize(
    ("offset", "length"), [(-1, 5), (0, 2**31), (4096, 1), (3, -3), (1, 1), (2, 0)]
)
async def test_row17_marks_beside_the_text_break_nothing(
    rig: Rig, offset: int, length: int
) -> None:
    mark = Entity("text_link", offset, length, (("url", "https://t.me/jazz/3"),))
    async with rig.running(working=False) as product:
        rig.owner.send("😀 see", entities=[mark])
        rig.owner.send("/help")
        await rig.hears("/status")

        assert {"@jazz"} >= {job.request.chat for job in await product.jobs()}


async def test_row28_a_chat_that_is_closed_to_us_says_so(rig: Rig) -> None:
    source = shelf()
    source.script("chat", ChatUnavailableError(Reason.CHAT_PRIVATE, "@secret"), times=99)
    async with rig.running(source):
        rig.owner.send("/download @secret 3")
        told = await rig.hears("@secret", "private")

        assert "private" in told.text
        assert "Traceback" not in told.text


async def test_row32_a_page_behind_the_last_track_is_the_end(rig: Rig) -> None:
    async with rig.running() as product:
        tracks = await put(product.store, rig.folder / "music", *(f"{n}.mp3" for n in range(9)))
        first = await rig.ask("/recent")
        removed = [track.id for track in tracks[:3]]
        await product.app.engine.merger.remove(removed)
        answer = await rig.owner.press(first, "▶")

        assert "broke" not in answer.text


@pytest.mark.parametrize("text", ["24731", "Login code: 24731", SESSION, SESSION[:100], TOKEN])
async def test_row48_row50_a_secret_that_is_sent_to_the_bot_is_neither_taken_nor_repeated(
    rig: Rig, text: str
) -> None:
    group = rig.world.add_chat("Friends", ChatKind.GROUP, members=(rig.owner.user, rig.bot_user))
    among_friends = rig.api.person(rig.owner.user, chat=group)
    with capture_logs() as logs:
        async with rig.running(working=False) as product:
            told = await one_line(rig, text)
            among_friends.send(text)
            await one_line(rig, "/help")
            accounts = await product.store.accounts.all()

    assert text not in told.text
    assert [] == [one for one in logs if text in repr(one)]
    assert [] == accounts
    assert not [one for one in among_friends.messages if one.sender is rig.bot_user]


@pytest.mark.parametrize("command", ["/login", "/password", "/token"])
async def test_row47_row49_row50_no_account_is_signed_in_by_talking(rig: Rig, command: str) -> None:
    async with rig.running(working=False) as product:
        told = await one_line(rig, f"{command} {'9' * 4000}")

        assert "9999" not in told.text
        assert [] == await product.store.accounts.all()


@pytest.mark.parametrize("name", ["list.m3u", "songs.zip", "library.csv", "session.session"])
async def test_row92_row93_a_file_of_ones_own_is_opened_by_nobody(rig: Rig, name: str) -> None:
    document = rig.world.add_document(size=10**9, name=name, mime="application/octet-stream")
    async with rig.running(working=False) as product:
        rig.owner.send_document(document)
        told = await rig.owner.reply()

        assert "forward" in told.text.lower()
        assert 0 == rig.calls("getFile")
        assert [] == await product.jobs()
