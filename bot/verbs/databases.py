"""What the doctor asks the public databases, where tracks are looked up in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.lookups import agent_of
from bot.settings import Settings
from bot.verbs.checks import Finding, fine, warning, wrong
from downloader.clock import Clock
from downloader.lookup import acoustid
from downloader.lookup.errors import LookupFailedError, RefusedError
from downloader.lookup.outside import Outside, Question, open_outside
from downloader.lookup.services import Services
from storage.description import Reach

_PATIENCE = timedelta(seconds=5)
_FEW = Question("/ws/2/genre/all", {"limit": "1", "fmt": "json"})


async def databases(
    settings: Settings, clock: Clock, services: Services | None = None
) -> AsyncIterator[Finding]:
    """Ask each once. That they are away is only a warning: what is looked up can wait."""
    if settings.lookups is Reach.OFF:
        return
    asked = services or Services()
    async with open_outside(agent_of(settings), clock, _PATIENCE) as outside:
        try:
            await outside.ask(asked.names, _FEW)
        except LookupFailedError as error:
            yield _away("MusicBrainz", error)
        else:
            yield fine("MusicBrainz", "answers")
        if settings.acoustid_key:
            key = settings.acoustid_key.get_secret_value()
            yield await _acoustid(outside, asked, key)


async def _acoustid(outside: Outside, services: Services, key: str) -> Finding:
    """Ask what a sound of no length is of: a key that is not theirs they refuse first."""
    what = "AcoustID"
    try:
        await outside.ask(services.sounds, acoustid.question(key, "", timedelta(0)))
    except RefusedError as error:
        if acoustid.is_of_wrong_key(error.body):
            return wrong(what, "refuses ACOUSTID_KEY: see https://acoustid.org/my-applications")
    except LookupFailedError as error:
        return _away(what, error)
    return fine(what, "takes the key")


def _away(what: str, error: LookupFailedError) -> Finding:
    return warning(what, f"cannot be asked ({error.detail}): tracks are looked up when it can")
