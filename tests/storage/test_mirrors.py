from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import NameTaken
from storage.mirrors import Mirror

SONG = PurePosixPath("Trio/So What.opus")


async def opened(root: Path) -> Mirror:
    mirror = Mirror(root)
    await mirror.read()
    await mirror.begin()
    return mirror


async def put(
    mirror: Mirror, track: int, wanted: PurePosixPath, mark: str, body: str = "sound"
) -> None:
    draft = mirror.draft()
    await asyncio.to_thread(draft.write_text, body)
    await mirror.put(draft, track, wanted, mark)


def files(root: Path) -> dict[str, str]:
    paths = (path for path in root.rglob("*") if path.is_file() and path.name[0] != ".")
    return {str(path.relative_to(root)): path.read_text() for path in paths}


async def test_what_is_there_is_known_after_another_start(tmp_path: Path) -> None:
    await put(await opened(tmp_path), 1, SONG, "opus 96")
    mirror = await opened(tmp_path)

    assert await mirror.has(1, SONG, "opus 96")
    assert not await mirror.has(1, SONG, "opus 64")
    assert not await mirror.has(2, SONG, "opus 96")
    assert {str(SONG): "sound"} == files(tmp_path)


async def test_what_is_made_anew_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    mirror = await opened(tmp_path)
    await put(mirror, 1, SONG, "opus 96")
    await put(mirror, 1, SONG, "opus 64", "less")
    await put(await opened(tmp_path), 1, PurePosixPath("Miles/So What.opus"), "opus 64", "moved")

    assert {"Miles/So What.opus": "moved"} == files(tmp_path)


async def test_two_tracks_that_become_one_name_are_told_apart(tmp_path: Path) -> None:
    mirror = await opened(tmp_path)
    await put(mirror, 1, SONG, "opus 96", "one")
    await put(mirror, 2, PurePosixPath("trio/so what.opus"), "opus 96", "other")
    again = await opened(tmp_path)

    assert {str(SONG): "one", "trio/so what (2).opus": "other"} == files(tmp_path)
    assert await again.has(2, PurePosixPath("trio/so what.opus"), "opus 96")


async def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Trio").mkdir()
    (tmp_path / SONG).write_text("theirs")
    mirror = await opened(tmp_path)
    with pytest.raises(NameTaken):
        await put(mirror, 1, SONG, "opus 96")

    assert {str(SONG): "theirs"} == files(tmp_path)


async def test_a_file_that_somebody_has_changed_is_theirs(tmp_path: Path) -> None:
    mirror = await opened(tmp_path)
    await put(mirror, 1, SONG, "opus 96")
    (tmp_path / SONG).write_text("sung anew")

    assert not await mirror.has(1, SONG, "opus 96")
    with pytest.raises(NameTaken):
        await put(mirror, 1, SONG, "opus 96")


async def test_what_a_kill_has_left_is_removed_and_half_a_line_says_nothing(
    tmp_path: Path,
) -> None:
    await put(await opened(tmp_path), 1, SONG, "opus 96")
    with (tmp_path / ".tad-mirror.jsonl").open("a") as file:
        file.write('{"track": 2, "wanted": "../../x", "path": "../../x", "mark": "", "size": 1}\n')
        file.write('{"track": 2, "wan')
    (tmp_path / ".tad-mirror-1.part").touch()
    mirror = await opened(tmp_path)

    assert await mirror.has(1, SONG, "opus 96")
    assert not (tmp_path / ".tad-mirror-1.part").exists()
    assert not await mirror.has(2, PurePosixPath("../../x"), "")
