"""The way to the sandbox's Bot API without a connection, on which everything is looked at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from bench.safety.manners import complaints
from bot.session import Session
from sandbox.botapi.call import Call
from sandbox.botapi.errors import ApiError
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.methods.table import METHODS
from sandbox.botapi.params import Params, Upload

Json = dict[str, Any]
Fault = tuple[int | None, str]  # the update on which it was, where that is known, and what

# So begin the ids of presses and queries that nobody waits for any more.
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Said:
    """A call of the bot's, and on which update it was made; None: on none, but by itself."""

    update: int | None
    method: str
    params: Params


class Doorkeeper(Protocol):
    def wrong(self, said: Said) -> str | None:
        """Tell what is wrong with it, as far as strangers are concerned."""
        ...

    def excuses(self, said: Said, error: ApiError) -> bool:
        """Tell whether a refusal is not the bot's fault."""
        ...


@dataclass(slots=True)
class Minutes:
    """What came of all calls."""

    calls: Counter[str] = field(default_factory=Counter)
    by_update: Counter[int] = field(default_factory=Counter)
    refused: list[Fault] = field(default_factory=list)
    leaked: list[Fault] = field(default_factory=list)


class Checked(Session):
    """`updates` gives what the next getUpdates returns."""

    def __init__(
        self,
        hub: Hub,
        state: BotState,
        doorkeeper: Doorkeeper,
        updates: Callable[[], Awaitable[list[Json]]],
    ) -> None:
        super().__init__()
        self.minutes = Minutes()
        self._hub = hub
        self._state = state
        self._doorkeeper = doorkeeper
        self._updates = updates

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # the library's own signature
    ) -> TelegramType:
        del timeout
        if isinstance(method, GetUpdates):
            status, answer = 200, {"ok": True, "result": await self._updates()}
        else:
            status, answer = await self._answered(bot, method)
        response = self.check_response(bot, method, status, json.dumps(answer))
        return response.result  # type: ignore[return-value]  # it was checked to be there

    async def _answered(self, bot: Bot, method: TelegramMethod[Any]) -> tuple[int, Json]:
        said = Said(_update(), method.__api_method__, await self._params(bot, method))
        self.minutes.calls[said.method] += 1
        if said.update is not None:
            self.minutes.by_update[said.update] += 1
        if leak := self._doorkeeper.wrong(said):
            self.minutes.leaked.append((said.update, f"{said.method}: {leak}"))
        for complaint in complaints(said.method, said.params):
            self._refuse(said, complaint)
        try:
            return 200, {"ok": True, "result": await self._act(said)}
        except ApiError as error:
            if not self._doorkeeper.excuses(said, error):
                self._refuse(said, error.description)
            return error.code, {
                "ok": False,
                "error_code": error.code,
                "description": error.description,
            }

    async def _act(self, said: Said) -> Any:
        act = METHODS.get(said.method)
        if act is None:
            raise ApiError(404, f"Not Found: {said.method}")
        return await act(Call(self._hub, self._state, said.params))

    async def _params(self, bot: Bot, method: TelegramMethod[Any]) -> Params:
        """Read a request as the library would write it into a form."""
        files: dict[str, InputFile] = {}
        values = {}
        for key, value in method.model_dump(warnings=False).items():
            if prepared := self.prepare_value(value, bot=bot, files=files):
                values[key] = prepared
        uploads = {key: await _upload(key, file, bot) for key, file in files.items()}
        return Params(values, uploads)

    def _refuse(self, said: Said, why: str) -> None:
        told = json.dumps(dict(said.params.values), ensure_ascii=True)[:600]
        self.minutes.refused.append((said.update, f"{said.method}: {why} {told}"))


def _update() -> int | None:
    number: int | None = structlog.contextvars.get_contextvars().get("update")
    return number


async def _upload(key: str, file: InputFile, bot: Bot) -> Upload:
    body = b"".join([chunk async for chunk in file.read(bot)])
    return Upload(file.filename or key, body, len(body))
