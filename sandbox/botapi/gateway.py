"""The HTTP face of the Bot API: tokens, faults, the envelope of answers, and file downloads."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.botapi.call import Call
from sandbox.botapi.downloads import serve
from sandbox.botapi.errors import ApiError
from sandbox.botapi.files import MAX_UPLOAD, MAX_UPLOAD_LOCAL, find_by_path
from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.methods.table import BY_LOWER_NAME, METHODS
from sandbox.botapi.params import Params
from sandbox.botapi.requests import read_params
from sandbox.faults import Drop, Faults, Rule

FORM_OVERHEAD = 100_000  # bytes of a request around its file
_TOKEN = re.compile(r"\d+:[\w-]+")
_RETRY = re.compile(r"retry after (\d+)")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call that a bot made."""

    method: str
    params: Params
    at: datetime


class Gateway:
    """`served` is called after each request; `closing` ends what would wait for ever.

    Fault rules are named `bot.sendMessage` (their `when` is given the Params) or `bot.file`.
    """

    def __init__(self, hub: Hub, faults: Faults) -> None:
        self.calls: list[Recorded] = []
        self.unknown_methods: list[str] = []
        self.uploads = Path()
        self.closing = asyncio.Event()
        self.served: Callable[[BotState], None] = lambda _: None
        self._hub = hub
        self._faults = faults

    def add_to(self, application: web.Application) -> None:
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        application.router.add_get("/file/bot{token}/{path:.+}", self._file)

    async def act(self, bot: BotState, params: Params) -> None:
        """Carry out a method from a webhook's reply; nobody is told how it went."""
        name = BY_LOWER_NAME.get(params.text("method").lower())
        if name is None:
            self.unknown_methods.append(params.text("method"))
            return
        with contextlib.suppress(ApiError):
            await self._run(bot, name, params, self._faults.pick(f"bot.{name}", params))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request)
            params = await read_params(request, self.uploads)
            name = self._method(request)
        except ApiError as error:
            return _reply(error)
        rule = self._faults.pick(f"bot.{name}", params)
        if rule and rule.drop is Drop.BEFORE:
            return _hang_up(request)
        await asyncio.sleep(self._faults.wire.rtt + (rule.delay if rule else 0))
        try:
            result = await self._run(bot, name, params, rule)
        except ApiError as error:
            return _reply(error)
        finally:
            self.served(bot)
        if rule and rule.mute:
            await self.closing.wait()
        if rule and rule.drop:
            return await _break_off(request, result, rule.drop)
        return _reply(result)

    async def _run(self, bot: BotState, name: str, params: Params, rule: Rule | None) -> Any:
        if rule and rule.error:
            code, description = rule.error
            wait = _RETRY.search(description)
            raise ApiError(code, description, int(wait[1]) if wait else None)
        if name != "getUpdates":
            self.calls.append(Recorded(name, params, self._hub.now))
        result = await METHODS[name](Call(self._hub, bot, params))
        return rule.reply(result) if rule and rule.reply else result

    def _bot(self, request: web.Request) -> BotState:
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        bot = self._hub.by_token(token)
        if bot is None:
            raise ApiError(401, "Unauthorized")
        if bot.logged_out:
            raise ApiError(400, "Logged out")
        largest = MAX_UPLOAD if self._hub.local is None else MAX_UPLOAD_LOCAL
        if (request.content_length or 0) > largest + FORM_OVERHEAD:
            raise ApiError(413, "Request Entity Too Large")
        return bot

    def _method(self, request: web.Request) -> str:
        given = request.match_info["method"]
        name = BY_LOWER_NAME.get(given.lower())
        if name is None:
            self.unknown_methods.append(given)
            raise ApiError(404, "Not Found: method not found")
        return name

    async def _file(self, request: web.Request) -> web.StreamResponse:
        known = self._hub.by_token(request.match_info["token"])
        file = find_by_path(self._hub.world, request.match_info["path"])
        if known is None or file is None or self._hub.local is not None:
            return _reply(ApiError(404, "Not Found"))
        rule = self._faults.pick("bot.file", request)
        if rule and rule.error:
            return _reply(ApiError(*rule.error))
        return await serve(request, file)


def _envelope(result: Any) -> tuple[int, Json]:
    if not isinstance(result, ApiError):
        return 200, {"ok": True, "result": result}
    shape: Json = {"ok": False, "error_code": result.code, "description": result.description}
    if result.retry_after is not None:
        shape["parameters"] = {"retry_after": result.retry_after}
    return result.code, shape


def _reply(result: Any) -> web.Response:
    status, shape = _envelope(result)
    return web.json_response(shape, status=status)


def _hang_up(request: web.Request) -> web.Response:
    """Drop the connection; the response that is returned reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _break_off(request: web.Request, result: Any, drop: Drop) -> web.StreamResponse:
    """Drop the connection after the call took effect, maybe with half of the reply sent."""
    if drop is Drop.AFTER:
        return _hang_up(request)
    body = json.dumps(_envelope(result)[1]).encode()
    reply = web.StreamResponse(headers={"Content-Type": "application/json"})
    reply.content_length = len(body)
    await reply.prepare(request)
    await reply.write(body[: len(body) // 2])
    _hang_up(request)
    return reply
