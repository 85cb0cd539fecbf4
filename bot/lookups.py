"""Puts together what looks tracks up in public databases, where that is wanted."""

from __future__ import annotations

from functools import partial

from bot.settings import Settings
from bot.version import own_version
from downloader.clock import Clock
from downloader.editing import Editor
from downloader.listening import Listener
from downloader.lookup.lookup import Terms, open_lookup
from downloader.lookup.seeking import Seeker
from storage.description import Reach
from storage.store import Store


def agent_of(settings: Settings) -> str:
    """Return as whom we ask: MusicBrainz wants to know who can be written to."""
    return f"telegram-audio-downloader/{own_version()} ( {settings.lookup_contact} )"


def seeker_for(
    settings: Settings, store: Store, editor: Editor, clock: Clock, listener: Listener | None
) -> Seeker | None:
    """Return who looks up, None where nobody is to: then nobody is asked for anything."""
    if settings.lookups is Reach.OFF:
        return None
    key = settings.acoustid_key.get_secret_value() if settings.acoustid_key else ""
    terms = Terms(agent_of(settings), settings.lookups, key, settings.name_rules)
    return Seeker(
        store,
        editor,
        clock,
        settings.lookups,
        partial(open_lookup, store, clock, terms),
        heard=lambda: bool(key and listener and listener.tells_apart),
    )
