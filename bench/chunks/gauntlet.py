"""Sends many files through one fault, and compares what is published with what Telegram has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.chunks.faults import Fault, Mishap
from bench.chunks.passage import Passage, judged
from bench.crash.inline import without_threads
from bench.light import at_rest, opened, order, running
from bench.noise import Ask, NoiseSource, body, posting
from downloader.proof import CheckBytes
from storage.models import Audio
from storage.store import Store

HASHED = 128 << 10  # bytes that one of Telegram's hashes speaks for
_LARGEST = 700_000
_EVEN = 0.2  # of the files end where a hashed piece ends
_WORKERS = 4
_AT_ONCE = 25  # jobs


def files_of(fault: Fault, seed: int) -> tuple[Audio, Audio]:
    """Return what a seed asks for: a file of one answer, and one of several."""
    chance = Random(f"{fault} {seed} files")
    small, large = chance.randint(1, HASHED), chance.randint(HASHED + 1, _LARGEST)
    if chance.random() < _EVEN:
        small, large = HASHED, large // HASHED * HASHED or HASHED
    return posting(2 * seed + 1, small), posting(2 * seed + 2, large)


class Gauntlet:
    """One fault as many seeds have it; each seed has a job of its own."""

    def __init__(self, fault: Fault, seeds: Sequence[int], check: CheckBytes) -> None:
        self._check = check
        self._jobs = [files_of(fault, seed) for seed in seeds]
        self._mishaps = {
            audio.document_id: Mishap(fault, seed)
            for seed, files in zip(seeds, self._jobs, strict=True)
            for audio in files
        }
        self._sizes = {
            audio.document_id: self._mishaps[audio.document_id].true_size(audio.size)
            for files in self._jobs
            for audio in files
        }
        self._asked: Counter[int] = Counter()
        self._passage = Passage(files=len(self._sizes))

    async def run(self, place: Path) -> Passage:
        """Bring everything to its end, and look at what there is."""
        with without_threads():
            async with opened(place) as store:
                await self._bring(store)
                await judged(store, self._mishaps, self._body, self._passage)
        return self._passage

    async def _bring(self, store: Store) -> None:
        postings = {audio.message_id: audio for files in self._jobs for audio in files}
        source = NoiseSource(postings.__getitem__, self.reply, self._sizes)
        check = self._check
        async with running(store, source, workers=_WORKERS, check_bytes=check) as engine:
            for start in range(0, len(self._jobs), _AT_ONCE):
                for files in self._jobs[start : start + _AT_ONCE]:
                    await order(engine, *(audio.message_id for audio in files))
                await at_rest(store, engine)

    def reply(self, ask: Ask, right: bytes) -> bytes:
        self._asked[ask.document_id] += 1
        mishap, nth = self._mishaps[ask.document_id], self._asked[ask.document_id]
        if not mishap.strikes(ask, nth):
            return right
        self._passage.struck += 1
        return mishap.answer(ask, nth, right, self._body(ask.document_id))

    def _body(self, document_id: int) -> bytes:
        return body(document_id, self._sizes[document_id])
