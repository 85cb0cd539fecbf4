from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiogram.types import Chat, Message, Update, User

from bot import accounttexts as texts
from bot.callbacks import Seal
from bot.signing import Signing
from downloader.telegram.login import Prompt
from storage.models import Account, AccountState
from tests.bot.rig import Product, Rig

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Telegram:
    """Asks for one password, and checks it for as long as it is held."""

    tried: list[str] = field(default_factory=list)
    checking: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def sign_in(self, prompt: Prompt) -> Account:
        self.tried.append(await prompt.password(wrong=False))
        self.checking.set()
        await self.answer.wait()
        return Account(7, "Olga", AccountState.READY)


@dataclass(slots=True)
class Login:
    rig: Rig
    product: Product
    signing: Signing
    telegram: Telegram

    def said(self, number: int, text: str) -> Message:
        user = User(id=self.rig.owner.user.id, is_bot=False, first_name="Olga")
        chat = Chat(id=self.rig.owner.dialog.id, type="private")
        return Message(message_id=number, date=NOW, chat=chat, from_user=user, text=text)

    async def over(self) -> None:
        while self.signing.is_secret(self.rig.owner.dialog.id):
            await self.rig.clock.sleep(0.005)


@asynccontextmanager
async def login(rig: Rig) -> AsyncIterator[Login]:
    """Have a password asked for in the chat with the owner."""
    telegram = Telegram()
    async with rig.running(working=False) as product, asyncio.TaskGroup() as tasks:
        seal = Seal(product.store.vault.sign)
        signing = Signing(product.app.bot, telegram.sign_in, seal, rig.clock)
        product.app.dispatcher["signing"] = signing
        task = tasks.create_task(signing.run())
        await rig.ask("/help")  # a bot may not write to whom it does not know
        signing.begin(rig.owner.dialog.id)
        await rig.hears(texts.SECOND)
        yield Login(rig, product, signing, telegram)
        task.cancel()


async def test_what_is_written_while_a_password_is_checked_is_a_secret_and_not_tried(
    rig: Rig,
) -> None:
    async with login(rig) as here:
        first, second = here.said(1001, "sesame"), here.said(1002, "open sesame")
        assert here.signing.hears_secret(first)
        assert here.signing.take_password("sesame")
        await here.telegram.checking.wait()
        heard = here.signing.hears_secret(second), here.signing.take_password("open sesame")
        here.telegram.answer.set()
        await here.over()

        assert (True, False) == heard
        assert ["sesame"] == here.telegram.tried


async def test_a_secret_stays_one_after_the_login_is_over_and_what_comes_then_is_none(
    rig: Rig,
) -> None:
    async with login(rig) as here:
        second, third = here.said(1002, "open sesame"), here.said(1003, "miles davis")
        here.signing.take_password("sesame")
        here.signing.hears_secret(second)
        here.telegram.answer.set()
        await here.over()

        assert [True, False] == [here.signing.hears_secret(one) for one in (second, third)]

        update = Update(update_id=10**6, message=second)
        await here.product.app.dispatcher.feed_update(here.product.app.bot, update)
        await rig.shows(texts.TOO_LATE)
        assert [] == await here.product.jobs()


async def test_elsewhere_words_are_no_secret_meanwhile(rig: Rig) -> None:
    async with login(rig) as here:
        other = here.said(1, "hello").model_copy(update={"chat": Chat(id=-100, type="group")})
        waiting = here.signing.hears_secret(other)
        rig.owner.send("sesame")
        await here.telegram.checking.wait()
        checking = here.signing.hears_secret(other)

    assert (False, False) == (waiting, checking)
    assert ["sesame"] == here.telegram.tried
