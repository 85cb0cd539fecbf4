from __future__ import annotations

import pytest

from downloader.metadata.writing.cover import LARGEST_SIDE, Cover, cover_of
from sandbox.audio.cover import SIDE, Mosaic

PNG, JPEG = Mosaic(1).png(), Mosaic(1).jpeg()


def test_a_picture_is_known_by_its_bytes() -> None:
    assert Cover(PNG, "image/png", SIDE, SIDE) == cover_of(PNG)
    assert Cover(JPEG, "image/jpeg", SIDE, SIDE) == cover_of(JPEG)


def test_the_ending_goes_with_the_format() -> None:
    assert ("png", "jpg") == (Cover(b"", "image/png", 0, 0).ending, Cover(b"", "x", 0, 0).ending)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"RIFF1234WEBP", b"<svg>", PNG[:20]])
def test_row69_row88_what_not_every_player_shows_is_no_cover(data: bytes) -> None:
    assert cover_of(data) is None


@pytest.mark.parametrize("picture", [PNG, JPEG])
def test_row69_a_picture_of_which_each_side_is_a_wall_is_no_cover(picture: bytes) -> None:
    side = SIDE.to_bytes(2), (LARGEST_SIDE + 1).to_bytes(2)

    assert cover_of(picture.replace(side[0] * 2, side[1] * 2).replace(*side)) is None


def test_row69_a_picture_as_large_as_a_house_a_drawing_and_a_film_are_no_cover() -> None:
    wall = PNG[:16] + (20_000).to_bytes(4) * 2 + PNG[24:]
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    film = b"GIF89a" + bytes(7) + b"\x21\xf9\x04" * 10_000

    assert [None] * 3 == [cover_of(data) for data in (wall, drawing, film)]


@pytest.mark.parametrize("length", range(3, 40))
def test_a_picture_that_is_cut_off_hides_its_size(length: int) -> None:
    cover = cover_of(JPEG[:length])

    assert cover is not None
    assert (0, 0) == (cover.width, cover.height)


def test_segments_of_no_length_come_to_an_end() -> None:
    assert cover_of(b"\xff\xd8\xff\xe0" + bytes(1000)) is not None
