"""Webhooks: carries a bot's updates to the address it gave, in order, until they are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp

from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.mailbox import Mailbox, Webhook
from sandbox.botapi.params import Params, Upload

PATIENCE = aiohttp.ClientTimeout(total=30)
FIRST_PAUSE = timedelta(milliseconds=50)
LONGEST_PAUSE = timedelta(seconds=2)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header

Act = Callable[[BotState, Params], Awaitable[None]]


class WebhookError(Exception):
    """The address did not take the update; the message is getWebhookInfo's."""


async def deliver(hub: Hub, bot: BotState, session: aiohttp.ClientSession, act: Act) -> None:
    """Run until cancelled. `act` carries out a method that the address replied with."""
    mailbox, pause = bot.mailbox, FIRST_PAUSE
    while True:
        hook = await _due(mailbox)
        update = mailbox.updates[0][1]
        try:
            reply = await _post(session, hook, update)
        except WebhookError as error:
            mailbox.trouble = (hub.now, str(error))
            await asyncio.sleep(pause.total_seconds())
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        mailbox.confirm(update["update_id"] + 1)
        pause = FIRST_PAUSE
        if reply.text("method"):
            await act(bot, reply)


async def _due(mailbox: Mailbox) -> Webhook:
    while not (mailbox.webhook and mailbox.updates):
        mailbox.posted.clear()
        await mailbox.posted.wait()
    return mailbox.webhook


async def _post(session: aiohttp.ClientSession, hook: Webhook, update: Json) -> Params:
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(hook.url, json=update, headers=headers, timeout=PATIENCE) as reply:
            if not reply.ok:
                answer = f"{reply.status} {reply.reason}"
                raise WebhookError(f"Wrong response from the webhook: {answer}")
            return await _read(reply)
    except aiohttp.ClientConnectorError as error:
        raise WebhookError("Connection refused") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise WebhookError("Read timed out") from error


async def _read(reply: aiohttp.ClientResponse) -> Params:
    """Read a reply that may be a method to carry out, as JSON or as a form."""
    if reply.content_type == "application/json":
        given = await reply.json()
        return Params(given if isinstance(given, dict) else {})
    if not reply.content_type.startswith("multipart/"):
        return Params({})
    values: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    form = aiohttp.MultipartReader.from_response(reply)
    while (part := await form.next()) is not None:
        assert isinstance(part, aiohttp.BodyPartReader)
        body = bytes(await part.read(decode=True))
        if part.filename:
            uploads[part.name or ""] = Upload(part.filename, body, len(body))
        else:
            values[part.name or ""] = body.decode()
    return Params(values, uploads)
