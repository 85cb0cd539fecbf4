"""Webhooks: carries a bot's updates to the address it gave, in order, until they are taken."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp

from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.mailbox import Mailbox, Webhook

PATIENCE = aiohttp.ClientTimeout(total=30)
FIRST_PAUSE = timedelta(milliseconds=50)
LONGEST_PAUSE = timedelta(seconds=2)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header


class WebhookError(Exception):
    """The address did not take the update; the message is getWebhookInfo's."""


async def deliver(hub: Hub, bot: BotState, session: aiohttp.ClientSession) -> None:
    """Run until cancelled."""
    mailbox, pause = bot.mailbox, FIRST_PAUSE
    while True:
        hook = await _due(mailbox)
        update = mailbox.updates[0][1]
        try:
            await _post(session, hook, update)
        except WebhookError as error:
            mailbox.trouble = (hub.now, str(error))
            await asyncio.sleep(pause.total_seconds())
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            mailbox.confirm(update["update_id"] + 1)
            pause = FIRST_PAUSE


async def _due(mailbox: Mailbox) -> Webhook:
    while not (mailbox.webhook and mailbox.updates):
        mailbox.posted.clear()
        await mailbox.posted.wait()
    return mailbox.webhook


async def _post(session: aiohttp.ClientSession, hook: Webhook, update: Json) -> None:
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(hook.url, json=update, headers=headers, timeout=PATIENCE) as reply:
            await reply.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise WebhookError("Connection refused" if _refused(error) else "Read timed out") from error
    if not reply.ok:
        reason = f"{reply.status} {reply.reason}"
        raise WebhookError(f"Wrong response from the webhook: {reason}")


def _refused(error: Any) -> bool:
    return isinstance(error, aiohttp.ClientConnectorError)
