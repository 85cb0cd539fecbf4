"""Puts together who follows chats, and who does something with what comes of that."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Bot

from bot import links
from bot.actions import Actions, patience_of
from bot.callbacks import Seal
from bot.delivery import Delivery
from bot.drafting import Drafts
from bot.following import Following
from bot.passing import Passing
from bot.settings import Settings
from bot.tidings import Tidings
from bot.version import own_version
from bot.watchedits import WatchEdits
from bot.watchrules import WatchRules
from bot.works import Works
from downloader.addresses import Allowed
from downloader.clock import Clock
from downloader.doing import Doer, Way
from downloader.engine import Engine
from downloader.source import Onlooker
from downloader.webhooks import Webhook
from storage.action import ActionKind, Deed
from storage.store import Store

# Bots may send twenty messages a minute to one chat (https://core.telegram.org/bots/faq).
_PAUSE = timedelta(seconds=3)


def build_following(
    settings: Settings,
    bot: Bot,
    store: Store,
    source: Onlooker,
    works: Works,
    delivery: Delivery,
    clock: Clock,
    seal: Seal,
) -> Following:
    engine, allowed = works.engine, Allowed(settings.webhook_hosts)
    doer = build_doer(store, engine, delivery, clock, allowed)
    actions = Actions(
        *(bot, store, engine.events, doer, allowed), sends_protected=settings.send_protected
    )
    rules, watcher = WatchRules(store, clock, settings.zone), works.watcher
    drafts = Drafts(store, engine, watcher, rules, actions, comments=source.comments)
    tidings = Tidings(bot, store, engine.events, clock, seal, settings.zone)
    edit = WatchEdits(watcher, rules).act
    return Following(store, watcher, drafts, actions, tidings, edit, clock, settings.zone)


def build_doer(
    store: Store, engine: Engine, delivery: Delivery, clock: Clock, allowed: Allowed
) -> Doer:
    async def collect(deed: Deed) -> None:
        await store.playlists.collect(deed, clock.on_the_wall())

    agent = f"telegram-audio-downloader/{own_version()}"
    webhook = Webhook(store, clock, allowed, agent, links.to_message)
    send, lists, call = (patience_of(kind) for kind in ActionKind)
    ways = {
        ActionKind.SEND: Way(Passing(store, delivery).send, send, _PAUSE, in_order=True),
        ActionKind.LIST: Way(collect, lists),
        ActionKind.CALL: Way(webhook.call, call),
    }
    return Doer(store, clock, engine.events, ways)
