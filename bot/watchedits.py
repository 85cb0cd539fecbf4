"""Changes a watch with buttons, or shows the sentence that would make it anew."""

from __future__ import annotations

from collections.abc import Sequence

from bot import watchdialogue, watchwords
from bot.faces import Face
from bot.watchchoices import WORDS, Choice
from bot.watchrules import WatchRules
from bot.watchsentences import sentence
from downloader.watching import Watcher
from storage.retention import Retention
from storage.watch import Watch


class WatchEdits:
    def __init__(self, watcher: Watcher, rules: WatchRules) -> None:
        self._watcher = watcher
        self._rules = rules

    async def act(self, watch: Watch, chosen: Sequence[int], kept: Retention | None) -> Face:
        """Show what can be changed, then with what; or change it: by how much was chosen."""
        match chosen:
            case [kind]:
                return watchdialogue.choose(watch, Choice(kind))
            case [kind, number]:
                words = WORDS[Choice(kind)][number]
                rules = watchwords.altered(watch.rules, words)
                watch = await self._watcher.alter(watch, rules)
        usual = await self._rules.usual(watch.origin.person_id)
        return watchdialogue.edit(watch, sentence(watch, usual, kept), kept)
