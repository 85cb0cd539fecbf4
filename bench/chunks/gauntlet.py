"""Sends many files through one fault, and compares what is published with what Telegram has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.chunks.faults import Course, Fault, Mishap
from bench.crash.inline import without_threads
from bench.light import at_rest, opened, order, running
from bench.noise import Ask, NoiseSource, body, posting
from storage.models import Audio, ItemState
from storage.store import Store

HASHED = 128 << 10  # bytes that one of Telegram's hashes speaks for
_LARGEST = 700_000
_EVEN = 0.2  # of the files end where a hashed piece ends
_WORKERS = 4
_AT_ONCE = 25  # jobs
_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})


@dataclass(slots=True)
class Passage:
    """What came of some files.

    Args:
        struck: how many answers were not what was asked for.
        ends: how many items ended in which state, and for what reason.
        wrong: published files that are not what Telegram has.
        lost: files that did not come, though the fault had passed.

    """

    files: int = 0
    struck: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def files_of(fault: Fault, seed: int) -> tuple[Audio, Audio]:
    """Return what a seed asks for: a file of one answer, and one of several."""
    chance = Random(f"{fault} {seed} files")
    small, large = chance.randint(1, HASHED), chance.randint(HASHED + 1, _LARGEST)
    if chance.random() < _EVEN:
        small, large = HASHED, large // HASHED * HASHED or HASHED
    return posting(2 * seed + 1, small), posting(2 * seed + 2, large)


class Gauntlet:
    """One fault as many seeds have it; each seed has a job of its own."""

    def __init__(self, fault: Fault, seeds: Sequence[int]) -> None:
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
        self._passage = Passage(files=len(self._sizes))

    async def run(self, place: Path) -> Passage:
        """Bring everything to its end, and look at what there is."""
        postings = [audio for files in self._jobs for audio in files]
        source = NoiseSource(postings, self.reply, self._sizes)
        with without_threads():
            async with opened(place) as store:
                async with running(store, source, workers=_WORKERS) as engine:
                    for start in range(0, len(self._jobs), _AT_ONCE):
                        for files in self._jobs[start : start + _AT_ONCE]:
                            await order(engine, *(audio.message_id for audio in files))
                        await at_rest(store, engine)
                await self._judge(store)
        return self._passage

    def reply(self, ask: Ask, right: bytes) -> bytes:
        mishap = self._mishaps[ask.document_id]
        if not mishap.strikes(ask):
            return right
        self._passage.struck += 1
        return mishap.answer(ask, right, self._body(ask.document_id))

    async def _judge(self, store: Store) -> None:
        for item in await store.items.every():
            assert item.audio is not None
            self._passage.ends[f"{item.state}: {item.reason}" if item.reason else item.state] += 1
            mishap = self._mishaps[item.audio.document_id]
            if mishap.course is Course.PASSING and item.state not in _HERE:
                self._passage.lost.append(self._told(item.audio.document_id))
        for track in await store.catalog.every():
            assert track.path is not None
            there = store.files.locate(track.path).read_bytes()
            if there != self._body(track.document_id):
                self._passage.wrong.append(self._told(track.document_id))

    def _body(self, document_id: int) -> bytes:
        return body(document_id, self._sizes[document_id])

    def _told(self, document_id: int) -> str:
        mishap = self._mishaps[document_id]
        size = self._sizes[document_id]
        return f"seed {mishap.seed}, {mishap.course}, document {document_id} of {size} bytes"
