from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from downloader.addresses import Allowed
from downloader.doing import SnaggedError
from downloader.webhooks import Webhook, signed
from storage.action import Action, ActionKind, Deed, Snag
from storage.deed_tables import webhooks
from storage.models import Chat
from storage.store import Store
from storage.webhooks import written
from tests.downloader.acting import ME, WATCH, brought
from tests.downloader.scripted import OwnedTime, song
from tests.stores import store_at


@dataclass(slots=True)
class Listening:
    """Who is told, by real HTTP; `says` is answered in turn."""

    store: Store
    url: str = ""
    says: list[web.Response] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((headers, await request.read()))
        return self.says.pop(0) if self.says else web.Response(status=204)

    async def deed(self, number: int = 1) -> Deed:
        await brought(self.store, number, actions=[Action(ActionKind.CALL, self.url)])
        await self.store.webhooks.make(ME.person_id, self.url)
        deed = await self.store.deeds.next(ActionKind.CALL, OwnedTime().now())
        assert deed is not None
        return deed

    async def call(self, deed: Deed, *hosts: str) -> None:
        def link(chat: Chat | None, chat_id: int, message_id: int) -> str:
            return f"https://t.me/{chat.username if chat else chat_id}/{message_id}"

        allowed = Allowed(hosts or ("127.0.0.1",))
        await Webhook(self.store, OwnedTime().clock, allowed, "tad/1", link).call(deed)


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Listening]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        found = Listening(store)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", found.answer)
        async with TestServer(app) as server:
            found.url = str(server.make_url("/hook?of=tad"))
            yield found


async def test_a_track_is_told_of_in_one_post(listening: Listening) -> None:
    deed = await listening.deed()
    await listening.call(deed)
    [(headers, body)] = listening.heard
    told = json.loads(body)

    assert ("application/json", "tad/1") == (headers["content-type"], headers["user-agent"])
    assert "track.saved" == told["type"]
    assert {"id": WATCH, "name": "@jazz"} == told["data"]["watch"]
    assert {"id": 1, "link": "https://t.me/jazz/1"} == told["data"]["message"]
    assert {
        "id": deed.track_id,
        "title": song(1).title,
        "artist": song(1).performer,
        "album": "",
        "duration": round(song(1).duration.total_seconds()),
        "size": 1000,
        "sha256": "cd" * 32,
        "path": "Jazz/1.mp3",
    } == told["data"]["track"]


async def test_whoever_has_the_secret_can_tell_that_it_was_us(listening: Listening) -> None:
    deed = await listening.deed()
    await listening.call(deed)
    secret = await listening.store.webhooks.secret(ME.person_id, listening.url)
    assert secret is not None
    [(headers, body)] = listening.heard
    meant = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = b64encode(hmac.digest(secret, meant, "sha256")).decode()

    assert f"v1,{digest}" == headers["webhook-signature"]
    assert f"track-{deed.id}" == headers["webhook-id"]


def test_it_is_signed_as_the_documentation_shows() -> None:
    secret = bytes(range(32))
    now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    headers = signed(secret, 42, now, b'{"type":"track.saved"}')

    assert "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" == written(secret)
    assert secret == b64decode(written(secret).removeprefix("whsec_"))
    assert ("track-42", "1777896000") == (headers["webhook-id"], headers["webhook-timestamp"])
    assert "v1,zHtXi+Rhu7BGGvEnB+xb2Qpg2xB7zukQKAIuhsczqNs=" == headers["webhook-signature"]


@pytest.mark.parametrize(
    ("said", "snag", "wait", "of_target"),
    [
        (web.Response(status=500), Snag.REFUSED, 0, False),
        (web.Response(status=400), Snag.REFUSED, 0, False),
        (web.Response(status=302, headers={"Location": "/other"}), Snag.REFUSED, 0, False),
        (web.Response(status=503), Snag.SLOW, 0, True),
        (web.Response(status=429, headers={"Retry-After": "90"}), Snag.SLOW, 90, True),
        (web.Response(status=429, headers={"Retry-After": "999999"}), Snag.SLOW, 21_600, True),
    ],
)
async def test_what_is_no_yes_is_tried_again(
    listening: Listening, said: web.Response, snag: Snag, wait: int, of_target: bool
) -> None:
    listening.says = [said]
    with pytest.raises(SnaggedError) as caught:
        await listening.call(await listening.deed())

    assert (snag, str(said.status), of_target, False) == (
        caught.value.snag, caught.value.detail, caught.value.of_target, caught.value.for_good,
    )  # fmt: skip
    assert wait == caught.value.wait.total_seconds()
    assert 1 == len(listening.heard)


@pytest.mark.parametrize("path", ["", "localhost"])
async def test_row70_a_machine_of_ours_is_told_nothing(listening: Listening, path: str) -> None:
    if path:
        listening.url = listening.url.replace("127.0.0.1", path)
    with pytest.raises(SnaggedError) as caught:
        await listening.call(await listening.deed(), "other")

    assert (Snag.NOT_PUBLIC, True) == (caught.value.snag, caught.value.for_good)
    assert [] == listening.heard


async def test_row68_row70_a_name_that_leads_to_a_machine_of_ours_is_told_nothing(
    listening: Listening,
) -> None:
    listening.url = "https://localhost.localdomain/hook"
    with pytest.raises(SnaggedError) as caught:
        await listening.call(await listening.deed(), "other")

    assert caught.value.snag in {Snag.NOT_PUBLIC, Snag.UNREACHABLE}


async def test_where_nobody_listens_it_is_tried_again(listening: Listening) -> None:
    listening.url = "http://127.0.0.1:1/"
    with pytest.raises(SnaggedError) as caught:
        await listening.call(await listening.deed())

    assert (Snag.UNREACHABLE, True) == (caught.value.snag, caught.value.of_target)


async def test_a_secret_that_was_changed_signs_nothing(listening: Listening) -> None:
    deed = await listening.deed()
    async with listening.store.webhooks._database.write() as connection:
        await connection.execute(webhooks.update().values(secret=b"\x01 no secret"))
    with pytest.raises(SnaggedError) as caught:
        await listening.call(deed)

    assert (Snag.UNREADABLE, False) == (caught.value.snag, caught.value.for_good)
    assert [] == listening.heard
