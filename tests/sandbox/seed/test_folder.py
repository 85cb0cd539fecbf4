from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.seed.folder import add_library
from sandbox.world import Document, World

MELODY = Melody(1, 2)
ENDLESS = bytes.fromhex("4d50434b53000000006681")  # the tag library never comes back from it


async def published(path: Path, patience: float = 10) -> dict[str, Document]:
    chat = await add_library(World(), path, patience=timedelta(seconds=patience))
    documents = [post.document for post in chat.posts.values() if post.document]
    return {document.name or "": document for document in documents}


async def test_audio_files_of_all_formats_are_published_with_their_tags(tmp_path: Path) -> None:
    for kind in Format:
        path = tmp_path / f"tune.{kind.extension}"
        path.write_bytes(kind.file(MELODY, Tags("Осень", "Трио")))
    documents = await published(tmp_path)

    assert {f"tune.{kind.extension}" for kind in Format} == documents.keys()
    for kind in Format:
        document = documents[f"tune.{kind.extension}"]
        assert ("Осень", "Трио", kind.mime) == (document.title, document.performer, document.mime)
        assert timedelta(seconds=2) == document.duration
        assert (tmp_path / f"tune.{kind.extension}").read_bytes() == document.read(0, 1 << 20)


async def test_folders_are_walked_in_order_and_other_files_left_out(tmp_path: Path) -> None:
    song = Format.MP3.file(MELODY)
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "b" / "1.mp3").write_bytes(song)
    (tmp_path / "a" / "2.mp3").write_bytes(song)
    (tmp_path / "a" / "1.MP3").write_bytes(song)
    (tmp_path / "0.mp3").write_bytes(song)
    (tmp_path / "a" / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "a" / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "dangling.mp3").symlink_to(tmp_path / "nowhere")
    documents = await published(tmp_path)

    assert ["0.mp3", "1.MP3", "2.mp3", "1.mp3"] == list(documents)


async def test_audio_without_a_telling_name_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "download").write_bytes(Format.FLAC.file(MELODY, Tags("A", "B")))
    documents = await published(tmp_path)

    assert "audio/flac" == documents["download"].mime
    assert "A" == documents["download"].title


async def test_a_file_that_cannot_be_understood_is_a_document_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "broken.mp3").write_bytes(b"\xff\xfb" + b"not audio" * 9)
    (tmp_path / "empty.mp3").write_bytes(b"")
    documents = await published(tmp_path)

    for name in ("broken.mp3", "empty.mp3"):
        assert "audio/mpeg" == documents[name].mime
        assert documents[name].title is None
        assert documents[name].duration is None


async def test_f63_a_file_that_hangs_the_tag_library_holds_up_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "1 endless.mp3").write_bytes(ENDLESS)
    (tmp_path / "2 fine.mp3").write_bytes(Format.MP3.file(MELODY, Tags("Fine", "Band")))
    documents = await published(tmp_path, patience=3)

    assert documents["1 endless.mp3"].title is None
    assert "Fine" == documents["2 fine.mp3"].title


async def test_names_that_are_not_text_are_made_so(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.mp3")).write_bytes(Format.MP3.file(MELODY))
    documents = await published(tmp_path)

    assert ["caf?.mp3"] == list(documents)


async def test_texts_are_cut_to_what_telegram_would_show(tmp_path: Path) -> None:
    long = Format.MP3.file(MELODY, Tags("T" * 1000, "P" * 1000))
    (tmp_path / "long.mp3").write_bytes(long)
    document = (await published(tmp_path))["long.mp3"]

    assert ("T" * 256, "P" * 256) == (document.title, document.performer)


async def test_an_id_stands_for_one_state_of_one_file_in_every_show(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(Format.MP3.file(MELODY))
    first, again = await published(tmp_path), await published(tmp_path)
    path.write_bytes(Format.MP3.file(Melody(2, 3)))
    changed = await published(tmp_path)

    assert first["song.mp3"].id == again["song.mp3"].id
    assert first["song.mp3"].id != changed["song.mp3"].id
