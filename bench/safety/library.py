"""A thousand damaged files in a library: `tad verify` must find all, and the bot heal them."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bench import child
from bench.figure import Figure, Goal
from bench.remains import digests_below
from bench.stand import CHAT, Stand, open_stand

SOAK = True

FILES, FILES_QUICK = 1_000, 40
_SOUND = 20  # files that nobody touches, to be left alone
_SIZES = (20_000, 90_000)
_SEED = 11
_PATIENCE = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Found:
    """What was damaged, by kind; what of it was overlooked, or told of without need; not healed."""

    kinds: Counter[str]
    overlooked: list[str]
    needless: list[str]
    sick: list[str]
    seconds: dict[str, float]


def measure(*, quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tad-library-") as place:
        found = asyncio.run(healed(Path(place), FILES_QUICK if quick else FILES))
    yield from figures_of(found)


def figures_of(found: Found) -> Iterator[Figure]:
    about: dict[str, object] = {
        "damaged": dict(found.kinds), "seconds": found.seconds, "load": child.load(),
    }  # fmt: skip
    for name, wrong in (
        ("overlooked", found.overlooked),
        ("needless", found.needless),
        ("sick", found.sick),
    ):
        yield Figure(
            f"safety.library.{name}", len(wrong), "files", Goal(at_most=0),
            about | {"told": wrong[:5]},
        )  # fmt: skip


async def healed(folder: Path, count: int) -> Found:
    """Fetch a library, damage so many of its files, and have them found and fetched again."""
    chance = Random(_SEED)
    sizes = [chance.randint(*_SIZES) for _ in range(count + _SOUND)]
    bare = {"WRITE_TAGS": "false"}
    async with open_stand(folder, sizes, settings=bare) as stand:
        await stand.product.start()
        # In two halves: of very many a person is asked first.
        half = len(sizes) // 2
        stand.person.send(f"/download @{CHAT} {half}")
        stand.person.send(f"/download @{CHAT} {len(sizes) - half} from oldest")
        await stand.until(lambda: len(_songs(stand)) == len(sizes), within=_PATIENCE)
        await stand.product.jobs(wait=True)
        before = _digests(stand)
        songs, music = sorted(_songs(stand)), stand.product.music
        damaged = damage(songs[:count], chance)
        kinds = {str(path.relative_to(music)): way for path, way in damaged.items()}
        begin = time.perf_counter()
        _, words = await stand.product.tad("verify", "--refill", "--json")
        looked = time.perf_counter() - begin
        said = json.loads(words)
        await stand.product.jobs(wait=True)
        seconds = {"verify": round(looked, 1), "in all": round(time.perf_counter() - begin, 1)}
        code, again = await stand.product.tad("verify", "--json")
        after = _digests(stand)
        await stand.product.stop()
    told = {*said["damaged"], *said["missing"]}
    sick = [path for path, digest in before.items() if after.get(path) != digest]
    sick += [path for path in after if path not in before]
    if code:
        sick.append(again)
    return Found(
        Counter(kinds.values()), sorted(kinds.keys() - told), sorted(told - kinds.keys()), sick,
        seconds,
    )  # fmt: skip


def damage(paths: Sequence[Path], chance: Random) -> dict[Path, str]:
    """Damage each of some files, five at a time; return in which way."""
    ways = {}
    for number, path in enumerate(paths):
        match number % 5:
            case 0:
                data = bytearray(path.read_bytes())
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                path.write_bytes(data)
                ways[path] = "flipped"
            case 1:
                data = bytearray(path.read_bytes())
                path.write_bytes(data[: chance.randrange(len(data))])
                ways[path] = "cut"
            case 2:
                path.unlink()
                ways[path] = "deleted"
            case 3:
                other = paths[number + 1]
                one, two = path.read_bytes(), other.read_bytes()
                path.write_bytes(two)
                other.write_bytes(one)
                ways[path] = ways[other] = "swapped"
    return ways


def _songs(stand: Stand) -> list[Path]:
    return [path for path in stand.published() if path.suffix != ".m3u8"]


def _digests(stand: Stand) -> dict[str, str]:
    songs = {str(path.relative_to(stand.product.music)) for path in _songs(stand)}
    return {
        path: digest for path, digest in digests_below(stand.product.music).items() if path in songs
    }
