from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from sqlalchemy import update

from downloader.refiling import Outcome, Refiled, Refiler
from storage.errors import DiskFailure, DiskTrouble
from storage.keyring import Keyring
from storage.moving import Mover
from storage.store import Store
from storage.tables import tracks
from tests.downloader.refiled import TEMPLATES, Library, StruckError
from tests.downloader.rig import open_rig
from tests.downloader.scripted import ScriptedSource, song

COVER = PurePosixPath("in/cover.jpg")


@pytest.fixture
def library(store: Store, tmp_path: Path) -> Library:
    return Library(store, tmp_path / "music")


async def retitled(library: Library, track_id: int, title: str) -> None:
    async with library.store.moves._database.write() as connection:
        its = tracks.c.id == track_id
        await connection.execute(update(tracks).where(its).values(title=title))


async def test_a_file_moves_to_where_the_template_wants_it(library: Library) -> None:
    track_id = await library.lay("in/x/a.mp3")
    first = await library.refiler.refile(track_id)
    second = await library.refiler.refile(track_id)

    assert (Refiled.MOVED, Refiled.STAYED) == (first, second)
    assert {"Band/Blue/a.mp3": "song"} == library.there()
    assert "Band/Blue/a.mp3" == await library.path(track_id)
    assert [] == await library.store.moves.unfinished()


async def test_a_name_that_is_taken_is_left_to_whom_it_belongs(library: Library) -> None:
    gone = await library.lay("Band/Blue/a.mp3", "gone")
    (library.music / "Band/Blue/a.mp3").unlink()
    (library.music / "Band/Blue/A (2).mp3").write_text("a stranger's")
    track_id = await library.lay("in/a.mp3")
    await library.refiler.refile(track_id)

    assert "Band/Blue/a (3).mp3" == await library.path(track_id)
    assert "Band/Blue/a.mp3" == await library.path(gone)
    assert {"Band/Blue/A (2).mp3": "a stranger's", "Band/Blue/a (3).mp3": "song"} == library.there()
    assert Refiled.STAYED is await library.refiler.refile(track_id)


async def test_what_lies_beside_a_track_follows_it(library: Library) -> None:
    one, two = await library.lay("in/a.mp3"), await library.lay("in/b.mp3", "other")
    (library.music / "in/a.lrc").write_text("words")
    await library.store.companions.put(COVER, b"picture")
    await library.refiler.refile(one)
    halfway = library.there()
    await library.refiler.refile(two)

    assert {
        "Band/Blue/a.lrc": "words",
        "Band/Blue/a.mp3": "song",
        "in/b.mp3": "other",
        "in/cover.jpg": "picture",
    } == halfway
    assert {"Band/Blue/a.lrc", "Band/Blue/a.mp3", "Band/Blue/b.mp3", "Band/Blue/cover.jpg"} == {
        *library.there()
    }
    assert await library.store.companions.is_ours(PurePosixPath("Band/Blue/cover.jpg"))


async def test_a_cover_of_ours_that_is_needed_no_more_goes(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    await library.store.companions.put(COVER, b"picture")
    await library.store.companions.put(PurePosixPath("Band/Blue/cover.jpg"), b"same")
    await library.refiler.refile(track_id)

    assert ["Band/Blue/a.mp3", "Band/Blue/cover.jpg"] == list(library.there())
    assert [PurePosixPath("Band/Blue/cover.jpg")] == await library.store.companions.below(
        PurePosixPath()
    )


async def test_folders_with_anything_in_them_stay(library: Library) -> None:
    track_id = await library.lay("in/x/a.mp3")
    (library.music / "in/notes.txt").write_text("mine")
    await library.refiler.refile(track_id)

    assert ["Band/Blue/a.mp3", "in/notes.txt"] == list(library.there())


async def test_all_are_moved_and_told_of(library: Library) -> None:
    for name in ("a", "b", "c"):
        await library.lay(f"in/{name}.mp3", name)
    await library.lay("Band/Blue/d.mp3")
    (library.music / "in/b.mp3").unlink()
    told: list[int] = []
    arrangement = await library.refiler.arrangement()
    outcome = await library.refiler.run(arrangement, lambda one: told.append(one.files))
    again = await library.refiler.arrangement()

    assert (3, 1, 0) == (len(arrangement.steps), arrangement.staying, arrangement.collisions)
    assert {Refiled.MOVED: 2, Refiled.VANISHED: 1} == outcome.counts
    assert {PurePosixPath("in/b.mp3"): Refiled.VANISHED} == outcome.troubles
    assert [1, 2, 3] == told
    assert ["in/b.mp3"] == [str(one.from_path) for one in again.steps]


async def test_what_was_not_downloaded_stays_unless_that_is_asked_for(library: Library) -> None:
    await library.lay("in/a.mp3")

    assert [] == (await Refiler(library.store, TEMPLATES).arrangement()).steps


async def test_what_was_downloaded_is_placed_by_its_first_posting(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.finish()
        [track] = await rig.store.catalog.every()
        async with rig.store.moves._database.write() as connection:
            await connection.execute(update(tracks).values(performer=""))
        refiler = Refiler(rig.store, TEMPLATES)
        by_chat = await refiler.refile(track.id)
        async with rig.store.moves._database.write() as connection:
            await connection.execute(update(tracks).values(performer="Trio"))
        by_artist = await refiler.refile(track.id)

        assert (Refiled.MOVED, Refiled.MOVED) == (by_chat, by_artist)
        assert ["Trio/Singles/Song 1.mp3"] == list(rig.published())


class Stuck(Mover):
    """Cannot move the files of one folder."""

    async def name(self, own: PurePosixPath, path: PurePosixPath, size: int) -> bool:
        if own.parts[0] == "stuck":
            raise DiskFailure(DiskTrouble.DENIED, own)
        return await super().name(own, path, size)


async def test_a_file_that_cannot_be_moved_holds_up_no_other(library: Library) -> None:
    await library.lay("stuck/a.mp3")
    await library.lay("in/b.mp3", "other")
    mover = library.store.files.mover
    library.store.files.mover = Stuck(
        library.music, library.music / ".tad", mover._names, mover._placing, Keyring()
    )
    outcome = await library.refiler.run(await library.refiler.arrangement(), lambda _: None)
    await library.refiler.take_up()

    assert {PurePosixPath("stuck/a.mp3"): Refiled.STUCK} == outcome.troubles
    assert ["Band/Blue/b.mp3", "stuck/a.mp3"] == list(library.there())
    assert [] == await library.store.moves.unfinished()


async def test_a_library_that_is_away_ends_no_move(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    with pytest.raises(StruckError):
        await library.struck(2).refile(track_id)
    away = library.music.with_name("away")
    library.music.rename(away)
    with pytest.raises(DiskFailure):
        await library.healed().take_up()
    away.rename(library.music)

    assert 1 == len(await library.store.moves.unfinished())


MOVING = 19  # strikes, before and after each step, until nothing is left to strike


@pytest.mark.parametrize("at", range(MOVING))
async def test_a_kill_at_any_step_of_a_move_loses_nothing(library: Library, at: int) -> None:
    track_id = await library.lay("in/x/a.mp3")
    (library.music / "in/x/a.lrc").write_text("words")
    await library.store.companions.put(PurePosixPath("in/x/cover.jpg"), b"picture")
    try:
        await library.struck(at).refile(track_id)
    except StruckError:
        between = {name: text for name, text in library.there().items() if text == "song"}
        assert await library.path(track_id) in between
    else:
        assert at == MOVING - 1
    again = library.healed()
    await again.take_up()
    await again.refile(track_id)

    assert {
        "Band/Blue/a.lrc": "words",
        "Band/Blue/a.mp3": "song",
        "Band/Blue/cover.jpg": "picture",
    } == library.there()
    assert "Band/Blue/a.mp3" == await library.path(track_id)
    assert [] == await library.store.moves.unfinished()
    assert await library.store.companions.is_ours(PurePosixPath("Band/Blue/cover.jpg"))


async def test_a_move_of_what_was_merged_meanwhile_is_undone(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    with pytest.raises(StruckError):
        await library.struck(4).refile(track_id)
    async with library.store.moves._database.write() as connection:
        await connection.execute(update(tracks).values(path=None))
    await library.healed().take_up()

    assert {"in/a.mp3": "song"} == library.there()
    assert [] == await library.store.moves.unfinished()


async def test_a_file_is_rewritten_in_its_place(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    source = (await library.track(track_id)).sha256_source
    first = await library.refiler.rewrite(track_id, library.write("better song"))
    second = await library.refiler.rewrite(track_id, library.write("better song"))
    track = await library.track(track_id)

    assert (Refiled.REWRITTEN, Refiled.STAYED) == (first, second)
    assert {"in/a.mp3": "better song"} == library.there()
    assert (11, source) == (track.file_size, track.sha256_source)
    assert [] == [path.name for path in (library.music / ".tad").iterdir()]


async def test_what_its_owner_changed_is_never_rewritten_but_moves(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    (library.music / "in/a.mp3").write_text("my own tags")
    rewritten = await library.refiler.rewrite(track_id, library.write("better song"))
    moved = await library.refiler.refile(track_id)

    assert (Refiled.CHANGED, Refiled.MOVED) == (rewritten, moved)
    assert {"Band/Blue/a.mp3": "my own tags"} == library.there()


async def test_what_its_owner_changes_while_it_is_rewritten_stays(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")

    async def write(path: Path) -> None:
        await library.write("better song")(path)
        (library.music / "in/a.mp3").write_text("my own tags")

    assert Refiled.CHANGED is await library.refiler.rewrite(track_id, write)
    assert {"in/a.mp3": "my own tags"} == library.there()
    assert [] == await library.store.moves.unfinished()


async def test_what_is_not_there_is_told(library: Library) -> None:
    track_id = await library.lay("in/a.mp3")
    (library.music / "in/a.mp3").unlink()

    assert Refiled.VANISHED is await library.refiler.rewrite(track_id, library.write("x"))
    assert Refiled.VANISHED is await library.refiler.refile(track_id)
    assert Refiled.VANISHED is await library.refiler.refile(999)


REWRITING = 11


@pytest.mark.parametrize("at", range(REWRITING))
async def test_a_kill_at_any_step_of_a_rewriting_leaves_one_whole_file(
    library: Library, at: int
) -> None:
    track_id = await library.lay("in/a.mp3")
    try:
        await library.struck(at).rewrite(track_id, library.write("better song"))
    except StruckError:
        assert library.there()["in/a.mp3"] in {"song", "better song"}
    else:
        assert at == REWRITING - 1
    again = library.healed()
    await again.take_up()
    await again.rewrite(track_id, library.write("better song"))
    track = await library.track(track_id)

    assert {"in/a.mp3": "better song"} == library.there()
    assert 11 == track.file_size
    assert track.sha256 == await library.store.files.digest_published(PurePosixPath("in/a.mp3"))
    assert [] == await library.store.moves.unfinished()


def test_an_outcome_names_only_the_files_that_are_in_trouble() -> None:
    assert 0 == Outcome().files
