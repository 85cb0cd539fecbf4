"""Logging accounts out, and stopping everything at once. What Telegram cannot be told is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from downloader.engine import Engine
from downloader.errors import DownloaderError, OfflineError
from storage.errors import StorageError
from storage.handling import aside
from storage.models import Account, Job, JobState
from storage.store import Store

log = structlog.get_logger(__name__)

LogOut = Callable[[int], Awaitable[None]]

_PATIENCE = timedelta(seconds=20)  # with Telegram: whoever panics does not wait for it


@dataclass(slots=True)
class Stopped:
    """How many downloads were paused; the accounts that are logged out, and those untold of it."""

    paused: int = 0
    logged_out: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


class Stopping:
    """`log_out` ends the session of an account at Telegram.

    `patience` is for downloads whose pause cannot be stored: until then they only stand still.
    """

    def __init__(
        self, store: Store, engine: Engine, log_out: LogOut, patience: timedelta = _PATIENCE
    ) -> None:
        self._store = store
        self._engine = engine
        self._log_out = log_out
        self._patience = patience

    async def named(self, account_id: int) -> Account | None:
        every = await self._store.accounts.all()
        return next((one for one in every if one.id == account_id), None)

    async def extent(self) -> tuple[int, int]:
        """Count the accounts and the downloads that are to be stopped."""
        jobs = await self._store.jobs.unfinished()
        running = sum(job.state is not JobState.PAUSED for job in jobs)
        return len(await self._store.accounts.all()), running

    async def log_out(self, account: Account) -> DownloaderError | StorageError | None:
        """Forget the session, and end it at Telegram; return why that was not possible."""
        trouble = await self._end(account)
        await self._store.accounts.remove(account.id)
        log.warning("account logged out", account=account.id, untold=trouble is not None)
        return trouble

    async def everything(self) -> Stopped:
        """Pause all downloads and log all accounts out, whatever hinders one of them.

        It counts when all of it is done: cut off before, it is done again, which does no harm.
        """
        with aside():
            done = await self._everything()
        try:
            await self._store.updates.acted()
        except StorageError as error:
            log.warning("that everything was stopped is not stored", error=str(error))
        log.warning("everything was stopped", paused=done.paused)
        return done

    async def _everything(self) -> Stopped:
        done = Stopped()
        jobs = await self._store.jobs.unfinished()
        async with asyncio.TaskGroup() as tasks:
            pausing = [tasks.create_task(self._pause(job, done)) for job in jobs]
            if pausing:
                await asyncio.wait(pausing, timeout=self._patience.total_seconds())
            async with asyncio.TaskGroup() as leaving:
                for account in await self._store.accounts.all():
                    leaving.create_task(self._leave(account, done))
            for task in pausing:  # nobody is left who could download anything
                task.cancel()
        return done

    async def _pause(self, job: Job, done: Stopped) -> None:
        if job.state is not JobState.PAUSED:
            paused = await self._engine.pause(job.id)
            done.paused += paused.state is JobState.PAUSED

    async def _leave(self, account: Account, done: Stopped) -> None:
        trouble = await self._end(account)
        try:
            await self._store.accounts.remove(account.id)
        except StorageError as error:
            log.warning("session not forgotten", account=account.id, error=str(error))
        (done.logged_out if trouble is None else done.untold).append(account.name)

    async def _end(self, account: Account) -> DownloaderError | StorageError | None:
        """End a session at Telegram; return why that was not possible."""
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await self._log_out(account.id)
        except TimeoutError:
            return OfflineError("no answer in time")
        except (DownloaderError, StorageError) as error:  # it may not open any more
            log.warning("session not ended", account=account.id, error=str(error))
            return error
        return None
