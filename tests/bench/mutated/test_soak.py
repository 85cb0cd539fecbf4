from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench.mutated.soak import Account, Soak, cases
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader, open_reader
from sandbox.audio import rare
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from tests.downloader.metadata.files import ENDLESS

SAID = Tags("Осень 秋", "Трио", "Album", 3)
SEEDS = {
    f"a.{kind.extension}": kind.file(Melody(1, 1), SAID) for kind in Format
} | {f"a.{name}": body for name, body in rare.songs().items()}  # fmt: skip


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with open_reader(Limits(busy=timedelta(seconds=1), wall=timedelta(minutes=9))) as reader:
        yield reader


@pytest.fixture
def soak(reader: Reader, tmp_path: Path) -> Soak:
    return Soak(reader, tmp_path, 60, Account())


async def test_f63_damaged_files_surprise_nobody_and_keep_nobody_waiting(soak: Soak) -> None:
    await soak.run(cases(SEEDS, 300, seed=1), hands=2)

    assert [] == soak.account.surprises
    assert [] == soak.account.late
    assert 300 == soak.account.files
    assert soak.account.ends["answered"] > 100
    assert soak.account.asked == soak.account.ends.total() > 300


async def test_what_a_file_costs_is_told_with_the_reason(soak: Soak) -> None:
    await soak.run([("a.mpc", ENDLESS), ("a.flac", b"fLaC"), ("a.mp3", SEEDS["a.mp3"])], hands=1)

    assert {"too busy": 1, "broken": 1, "answered": 1} == soak.account.ends


async def test_what_nobody_thought_of_is_a_surprise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Soak(Reader(Limits(memory=1 << 70)), tmp_path, 60, Account())
    await broken.run([("a.mp3", SEEDS["a.mp3"])], hands=1)

    assert ["a.mp3 1 read"] == [one.partition(":")[0] for one in broken.account.surprises]
    assert "ReaderBrokenError" in capsys.readouterr().err
