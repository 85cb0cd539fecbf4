"""The journeys on which secrets are near: a login, downloads, a crash, a webhook, dead proxies."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.child import ROOT
from bench.safety.planting import FORGED, Kind, Walk, files
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.stage import Stage, open_stage
from sandbox.world import Chat, User, World
from storage.store import open_store

_PATIENCE = timedelta(minutes=2)
_SIZE = 30_000
_NOWHERE = "127.0.0.1:9"  # where nobody listens
_OUT_OF_REACH = b"cannot be reached"
_KEYS_AND_OURS = ("tad.key", "sandbox-server-key.pem")
_SHOWN_ONCE = re.compile(r"whsec_[\w+/=]+")


@dataclass(slots=True)
class Town:
    """One Telegram with one owner, and the folder of one installation."""

    stage: Stage
    person: Person
    folder: Path
    jazz: Chat
    settings: Mapping[str, str]
    codes: asyncio.Queue[str]

    async def tad(self, *words: str, **more: str) -> Process:
        """Start the program; what it says is read by whoever starts it."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            **self.stage.environment(self.folder / "data", self.folder / "music"),
            **self.settings,
            **more,
        }
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, cwd=self.folder,
        )  # fmt: skip


async def walked(folder: Path, form: str) -> Walk:
    walk, world = Walk(), World()
    token = f"7000001:AA{secrets.token_hex(17)}"
    phone, password = f"99966{secrets.randbelow(10**5):05}", secrets.token_hex(8)
    owner = world.add_user("Ann", username="ann", phone=phone, password=password)
    bot = world.add_user("Loader", username="loader_bot", token=token)
    api_hash, acoustid = secrets.token_hex(16), f"acoust{secrets.token_hex(4)}"
    walk.plant(Kind.BOT, token)
    walk.plant(Kind.PHONE, phone)
    walk.plant(Kind.API_HASH, api_hash)
    walk.plant(Kind.ACOUSTID, acoustid)
    settings = {
        "TELEGRAM_API_HASH": api_hash,
        "ACOUSTID_KEY": acoustid,
        "LOG_FORMAT": form,
        "LOG_LEVEL": "debug",
        "WEBHOOK_ALLOW": "127.0.0.1",
    }
    async with open_stage(world, owner, bot) as stage:
        codes: asyncio.Queue[str] = asyncio.Queue()
        stage.cluster.on_code.append(lambda _, code: codes.put_nowait(code))
        person = stage.botapi.person(owner, bot)
        town = Town(stage, person, folder, _jazz(world), settings, codes)
        await _login(town, walk, owner, password)
        await _run(town, walk)
        await _dead_proxies(town, walk)
        walk.surfaces["chat"] = _said(town, bot)
    await _keys(town, walk)
    walk.surfaces |= await asyncio.to_thread(files, folder, _KEYS_AND_OURS)
    return walk


def _jazz(world: World) -> Chat:
    jazz = world.add_chat("Jazz", username="jazz")
    for number in range(1, 4):
        _post(world, jazz, number)
    return jazz


def _post(world: World, chat: Chat, number: int) -> None:
    title = f"Tune {number}\n{FORGED}"
    document = world.add_document(
        size=_SIZE,
        name=f"{number}.mp3",
        title=title,
        performer="Trio",
        duration=timedelta(minutes=3),
    )
    world.post(chat, "", document)


async def _login(town: Town, walk: Walk, owner: User, password: str) -> None:
    """Type a wrong code, the right one, a wrong password, and the right one."""
    wrong_code, wrong = "13579", f"wrong{secrets.token_hex(6)}"
    walk.plant(Kind.CODE, wrong_code)
    walk.plant(Kind.PASSWORD, password, wrong)
    child = await town.tad("login", "--phone", f"+{owner.phone}")
    assert child.stdin is not None
    async with asyncio.timeout(_PATIENCE.total_seconds()):
        code = await town.codes.get()
        walk.plant(Kind.CODE, code)
        child.stdin.write(f"{wrong_code}\n{code}\n{wrong}\n{password}\n".encode())
        await _ended(child, walk, "login")


async def _run(town: Town, walk: Walk) -> None:
    """Download, let a handler break, send an invitation, and have a webhook told in vain."""
    child = await town.tad("run")
    async with asyncio.TaskGroup() as tasks:
        said = tasks.create_task(child.communicate())
        try:
            await _talk(town, walk)
        finally:
            child.terminate()
        out, err = await said
    walk.surfaces |= {"run.out": out, "run.err": err}


async def _talk(town: Town, walk: Walk) -> None:
    await _ask(town, "/download @jazz 2", "2 downloaded")
    await _crash(town, walk)
    invite = secrets.token_urlsafe(12)
    walk.plant(Kind.INVITE, invite)
    await _ask(town, f"/download https://t.me/+{invite}", "")
    await _ask(town, f"/watch @jazz every 6h webhook http://{_NOWHERE}/hook", "Follow it")
    await _press(town, "Follow it")
    shown = await _until(town, lambda message: bool(_SHOWN_ONCE.search(message.text)))
    found = _SHOWN_ONCE.search(shown.text)
    assert found is not None
    walk.plant(Kind.WEBHOOK, found[0].removeprefix("whsec_"))
    _post(town.stage.world, town.jazz, 4)
    await _press(town, "Look now")
    await _until(town, lambda message: "1 downloaded" in message.text)


async def _crash(town: Town, walk: Walk) -> None:
    """Have Telegram answer what no handler expects, with all in it that it might repeat."""
    cookie, bearer = secrets.token_hex(8), secrets.token_urlsafe(12)
    walk.plant(Kind.COOKIE, cookie)
    walk.plant(Kind.AUTHORIZATION, bearer)
    words = (
        f"Bad Request: {town.stage.botapi.url}/file/bot{town.stage.bot.token}/music/1.mp3 "
        f"Cookie: sid={cookie}; theme=dark Authorization: Bearer {bearer}\n{FORGED}"
    )
    town.stage.faults.add(Rule("bot.sendMessage", error=(400, words)))
    await _ask(town, "/help", "something broke")


async def _dead_proxies(town: Town, walk: Walk) -> None:
    """Start behind proxies that do not answer, and have the doctor look at them."""
    ours, theirs = f"b0t {secrets.token_hex(6)}", secrets.token_hex(8)
    walk.plant(Kind.BOT_PROXY, ours)
    walk.plant(Kind.TELEGRAM_PROXY, theirs)
    proxies = {
        "BOT_PROXY": f"socks5://me:{ours.replace(' ', '%20')}@{_NOWHERE}",
        "TELEGRAM_PROXY": f"http://me:{theirs}@{_NOWHERE}",
    }
    await _ended(await town.tad("doctor", **proxies), walk, "doctor")
    child = await town.tad("run", **proxies)
    assert child.stderr is not None
    begin = b""
    async with asyncio.timeout(_PATIENCE.total_seconds()):
        while _OUT_OF_REACH not in begin and (line := await child.stderr.readline()):
            begin += line
    walk.surfaces["proxies.begin"] = begin
    if child.returncode is None:
        child.terminate()
    await _ended(child, walk, "proxies")


async def _keys(town: Town, walk: Walk) -> None:
    """Plant what only the vault opens: it is there since the login."""
    data, music = town.folder / "data", town.folder / "music"
    async with open_store(data, music) as store:
        for account in await store.accounts.all():
            record = json.loads(await store.accounts.session(account.id))
            walk.plant(Kind.SESSION, record["key"], *record["keys"].values())
    key = await asyncio.to_thread((data / "tad.key").read_text)
    walk.plant(Kind.KEY, key.strip())


async def _ended(child: Process, walk: Walk, name: str) -> None:
    out, err = await child.communicate()
    walk.surfaces |= {f"{name}.out": out, f"{name}.err": err}


async def _ask(town: Town, words: str, expected: str) -> None:
    town.person.send(words)
    await _until(
        town,
        lambda message: expected in message.text or any(expected in b for b in message.buttons),
    )


async def _press(town: Town, label: str) -> None:
    shown = await _until(town, lambda message: any(label in one for one in message.buttons))
    await town.person.press(shown, next(one for one in shown.buttons if label in one))


async def _until(town: Town, wanted: Callable[[Message], bool]) -> Message:
    for message in reversed(town.person.messages):
        if message.sender is town.person.bot and wanted(message):
            return message
    return await town.person.until(wanted, within=_PATIENCE)


def _said(town: Town, bot: User) -> bytes:
    """Return what the bot has said, but for the one message that shows a secret on purpose."""
    texts = [message.text for message in town.person.messages if message.sender is bot]
    return "\n".join(text for text in texts if not _SHOWN_ONCE.search(text)).encode()
