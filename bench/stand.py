"""The test stand: the real product before a Telegram on loopback that has one chat of noise."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bench.figure import CannotMeasureError
from bench.remains import files_below
from sandbox.botapi.person import Person
from sandbox.faults import Faults, Wire
from sandbox.product import Product, open_product
from sandbox.seed.cast import add_cast
from sandbox.stage import Stage, open_stage
from sandbox.world import Chat, Document, World

CHAT = "noise"
MB = 10**6
_OTHER_CENTRE = 3  # each third file lies there
_LOOK = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class Stand:
    """`person` owns the bot and its account; `documents` are those of `@noise`, oldest first."""

    stage: Stage
    product: Product
    person: Person
    documents: tuple[Document, ...]

    @property
    def wire(self) -> Wire:
        return self.stage.faults.wire

    @property
    def bytes_sent(self) -> int:
        """What Telegram has sent to the account, protocol included."""
        return self.stage.cluster.counters.bytes_out.total()

    def published(self) -> list[Path]:
        return [path for path in files_below(self.product.music) if ".tad" not in path.parts]

    def parts(self) -> list[Path]:
        """Return the files that are on their way."""
        return list((self.product.music / ".tad").glob("*.part"))

    def words(self, count: int) -> str:
        """Return the end of what the product has written."""
        return self.product.log.read_text(encoding="utf-8", errors="replace")[-count:]

    async def until(self, claim: Callable[[], bool], *, within: timedelta) -> None:
        """Wait until something is true of the product's folders."""
        if not await comes_true(claim, within=within):
            raise CannotMeasureError(f"not there within {within}\n{self.words(1000)}")


@asynccontextmanager
async def open_stand(
    folder: Path,
    sizes: Sequence[int],
    *,
    wire: Wire | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Stand]:
    """Open it with the account signed in and the product not yet started.

    Args:
        folder: gets `data` and `music` of the product.
        sizes: of the files in `@noise`, in bytes, oldest first.
        wire: delay and bandwidth between the product and Telegram's data centres.
        settings: environment of the product, beside that which the stage asks for.

    """
    # The sandbox logs to stdout unless told otherwise, and that is where the figures go.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    world = World()
    cast = add_cast(world)
    documents = add_noise(world, sizes)
    data, music = folder / "data", folder / "music"
    faults = Faults(wire=wire or Wire())
    async with (
        open_stage(world, cast.owner, cast.bot, faults=faults) as stage,
        open_product(stage, data, music=music, extra=settings) as product,
    ):
        await product.login(cast.owner)
        person = stage.botapi.person(cast.owner, cast.bot)
        yield Stand(stage, product, person, documents)


def add_noise(world: World, sizes: Sequence[int]) -> tuple[Document, ...]:
    """Fill `@noise` with files that never compress, each with a title of its own."""
    chat = world.add_chat("Noise", username=CHAT)
    return tuple(_posted(world, chat, number, size) for number, size in enumerate(sizes, start=1))


async def comes_true(claim: Callable[[], bool], *, within: timedelta) -> bool:
    """Wait until it does; False if it took too long."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            # Another process brings it about, so there is no event to wait for.
            while not claim():  # noqa: ASYNC110
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return False
    return True


def _posted(world: World, chat: Chat, number: int, size: int) -> Document:
    title = f"Noise {number:03}"
    document = world.add_document(
        size=size,
        dc=4 if number % _OTHER_CENTRE == 0 else 2,
        name=f"{title}.mp3",
        title=title,
        performer="Bench",
        duration=timedelta(minutes=3),
    )
    world.post(chat, "", document, quiet=True)
    return document
