"""Builds what works without anybody talking to it: the engine, and what goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Protocol

import structlog

from bot.backupplaces import backups_of
from bot.hatch import Courier
from bot.lookups import seeker_for
from bot.settings import Settings
from bot.status import Roster
from bot.version import own_version
from downloader.auditing import Auditor
from downloader.backing import Backing
from downloader.clock import Clock
from downloader.engine import Engine
from downloader.ffmpeg.program import found
from downloader.hearing import Hearing
from downloader.letterbox import Letterbox
from downloader.levelling import Leveller
from downloader.listening import Listener
from downloader.lookup.seeking import Seeker
from downloader.metadata.reader import Reader
from downloader.news import News
from downloader.rereading import Rereader
from downloader.source import AudioSource, Onlooker
from downloader.surveying import Surveyor
from downloader.tagging import Tagging
from downloader.upgrading import Upgrader
from downloader.watching import Watcher
from storage.archive import PURPOSE
from storage.record import What
from storage.store import Store

log = structlog.get_logger(__name__)

_PATIENCE = timedelta(minutes=1)  # with a chat that is to be found
_MB = 10**6

Part = Callable[[], Coroutine[None, None, None]]


class Source(AudioSource, Courier, Onlooker, Roster, Protocol):
    """What the program works with: the accounts, or a script in a test."""

    @property
    def news(self) -> News: ...


@dataclass(frozen=True, slots=True)
class Works:
    engine: Engine
    watcher: Watcher
    auditor: Auditor
    backing: Backing
    unsought: Callable[[], Coroutine[None, None, int]] | None  # without look-ups there is none
    afterwards: tuple[Part, ...]


def build_works(
    settings: Settings,
    store: Store,
    source: Source,
    clock: Clock,
    reader: Reader | None,
    chance: Random,
) -> Works:
    tagging = _tagging(settings, store, source, reader)
    engine = _engine(settings, store, source, clock, tagging)
    seeker, afterwards = _afterwards(settings, store, engine, clock, tagging)
    surveyor = Surveyor(store, source, _PATIENCE)
    watcher = _watcher(settings, store, surveyor, clock, engine, source.news, chance)
    told = engine.editor, engine.accepted, source.news
    rereader = Rereader(store, source, clock, *told)
    auditor = Auditor(store, surveyor, rereader, engine)
    backing = _backing(settings, store, clock, engine)
    afterwards += [rereader.run, backing.run, Letterbox(store.jobs, engine, clock).run]
    return Works(
        engine, watcher, auditor, backing, seeker.left if seeker else None, tuple(afterwards)
    )


def _backing(settings: Settings, store: Store, clock: Clock, engine: Engine) -> Backing:
    when = settings.backup_schedule, settings.zone
    backups = backups_of(settings, store.vault.segment_key(PURPOSE))
    enter = partial(store.journal.add, What.BACKED_UP)
    return Backing(backups, clock, engine.events, own_version(), *when, enter=enter)


def _afterwards(
    settings: Settings, store: Store, engine: Engine, clock: Clock, tagging: Tagging | None
) -> tuple[Seeker | None, list[Part]]:
    """Return what is done with tracks once they are here, and need not be done at once."""
    listener = _listener(settings, store, engine, clock, tagging)
    seeker = seeker_for(settings, store, engine.editor, clock, listener)
    upgrader = Upgrader(
        *(store, engine.merger, engine.editor, clock, engine.events, settings.upgrades),
        waits=settings.check_sound and listener is not None,
    )
    parts: list[Part] = [upgrader.run]
    if listener is not None:
        parts.append(listener.run)
    if seeker is not None:
        parts.append(partial(seeker.run, engine.events))
    return seeker, parts


def _listener(
    settings: Settings, store: Store, engine: Engine, clock: Clock, tagging: Tagging | None
) -> Listener | None:
    ffmpeg = found() if settings.listens_for else None
    if ffmpeg is None:
        if settings.listens_for:
            log.warning("nothing is listened to, whatever the settings say: there is no ffmpeg")
        return None
    leveller = None
    if settings.replaygain:
        write = partial(tagging.level, refiler=engine.refiler) if tagging else None
        leveller = Leveller(store, clock, write if settings.write_tags else None)
    hearing = Hearing(store, ffmpeg, settings.listens_for)
    return Listener(store, hearing, clock, engine.events, leveller)


def _tagging(
    settings: Settings, store: Store, source: Source, reader: Reader | None
) -> Tagging | None:
    if reader is None:
        return None
    named = (settings.name_rules, settings.templates)
    reserve = settings.disk_reserve_mb * _MB
    return Tagging(store, reader, source, *named, settings.write_tags, reserve, settings.lookups)


def _engine(
    settings: Settings, store: Store, source: Source, clock: Clock, tagging: Tagging | None
) -> Engine:
    return Engine(
        store,
        source,
        clock,
        workers=settings.workers,
        disk_reserve=settings.disk_reserve_mb * _MB,
        check_bytes=settings.check_bytes,
        tagging=tagging,
        trash_age=settings.trash_age,
        zone=settings.zone,
    )


def _watcher(
    settings: Settings,
    store: Store,
    surveyor: Surveyor,
    clock: Clock,
    engine: Engine,
    news: News,
    chance: Random,
) -> Watcher:
    given = (store, surveyor, clock, engine.events, engine.accepted, news)
    return Watcher(
        *given,
        chance=chance,
        zone=settings.zone,
        check_room=engine.room.check_any,
    )
