from __future__ import annotations

import pytest
from yarl import URL

from downloader.lookup.services import Services, secured


@pytest.mark.parametrize(
    "address",
    [
        "https://coverartarchive.org/release/1/front-500",
        "https://archive.org/download/mbid-1/a.jpg",
        "https://ia800101.us.archive.org/1/items/mbid-1/a.jpg",
    ],
)
def test_covers_come_from_two_houses(address: str) -> None:
    assert Services().covers.place_of(URL(address)) is not None


@pytest.mark.parametrize(
    "address",
    [
        "http://coverartarchive.org/",
        "https://coverartarchive.org:8443/",
        "https://archive.org.example.org/",
        "https://evilarchive.org/",
        "https://ia800101.us.archive.org:22/",
        "https://user@ia800101.us.archive.org/",
        "https://coverartarchive.org@example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "file:///etc/passwd",
        "/relative",
    ],
)
def test_and_from_nowhere_else(address: str) -> None:
    assert Services().covers.place_of(URL(address)) is None


def test_the_others_send_nobody_on() -> None:
    assert Services().sounds.place_of(URL("https://archive.org/")) is None
    assert Services().names.place_of(URL("https://coverartarchive.org/")) is None


def test_the_archive_is_asked_by_https_also_where_it_says_http() -> None:
    assert URL("https://archive.org/a") == secured(URL("http://archive.org/a"))
    assert URL("http://archive.org:81/a") == secured(URL("http://archive.org:81/a"))
