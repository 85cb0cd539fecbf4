"""getUpdates and webhooks: the two ways to hear, of which a bot has one at a time."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from sandbox.botapi.call import Call
from sandbox.botapi.errors import bad, conflict
from sandbox.botapi.formatted import Json
from sandbox.botapi.mailbox import Webhook
from sandbox.botapi.shapes import stamp

LONGEST_POLL = 50  # seconds
MOST_UPDATES = 100
LONGEST_SECRET = 256
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


async def get_updates(call: Call) -> list[Json]:
    mailbox = call.bot.mailbox
    if mailbox.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _allow(call)
    mailbox.confirm(call.params.integer("offset"))
    limit = call.params.integer("limit", MOST_UPDATES)
    seconds = max(0, min(call.params.integer("timeout"), LONGEST_POLL))
    return await mailbox.take(max(1, min(limit, MOST_UPDATES)), timedelta(seconds=seconds))


async def set_webhook(call: Call) -> bool:
    url = call.params.text("url")
    if not url:
        return await delete_webhook(call)
    secret = call.params.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    connections = call.params.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    _check_url(url)
    _allow(call)
    if call.params.flag("drop_pending_updates"):
        call.bot.mailbox.drop()
    call.bot.mailbox.webhook = Webhook(url, secret, connections)
    call.bot.mailbox.trouble = None
    call.bot.mailbox.end_poll("setWebhook")
    call.bot.mailbox.wake()
    return True


async def delete_webhook(call: Call) -> bool:
    call.bot.mailbox.webhook = None
    if call.params.flag("drop_pending_updates"):
        call.bot.mailbox.drop()
    return True


async def get_webhook_info(call: Call) -> Json:
    mailbox = call.bot.mailbox
    hook = mailbox.webhook
    shape: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(mailbox.updates),
    }
    if hook:
        shape |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook and mailbox.trouble:
        when, what = mailbox.trouble
        shape |= {"last_error_date": stamp(when), "last_error_message": what}
    if mailbox.allowed:
        shape["allowed_updates"] = sorted(mailbox.allowed)
    return shape


def _allow(call: Call) -> None:
    """Keep the wanted kinds: an empty list means the usual ones, none given means as before."""
    kinds = call.params.loaded("allowed_updates", list, "allowed updates")
    if kinds is not None:
        call.bot.mailbox.allow([str(kind) for kind in kinds])


def _check_url(url: str) -> None:
    """Take loopback only, over plain HTTP too, as a Bot API server of one's own does."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in _LOOPBACK:
        raise bad("bad webhook: Failed to resolve host: Name or service not known")
