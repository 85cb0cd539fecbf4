from __future__ import annotations

from typing import Any

from telethon.tl.types import Document

from bot.commands import MOST
from downloader.telegram.places import Places
from tests.downloader.telegram.stand import NOON

CHAT = -1001


def document(number: int, reference: bytes = b"old") -> Any:
    return Document(number, 8, reference, NOON, "audio/mpeg", 1000, 4, [])


def test_a_place_is_what_telegram_said_of_the_document() -> None:
    place = Places().keep(CHAT, 5, document(7))

    assert (place.document_id, place.access_hash, place.reference) == (7, 8, b"old")
    assert (place.dc, place.size) == (4, 1000)


def test_a_place_is_found_only_for_the_same_document() -> None:
    places = Places()
    place = places.keep(CHAT, 5, document(7))

    assert places.find(CHAT, 5, 7) is place
    assert places.find(CHAT, 5, 8) is None
    assert places.find(CHAT, 6, 7) is None


def test_whoever_reads_a_file_gets_the_newer_reference_too() -> None:
    places = Places()
    place = places.keep(CHAT, 5, document(7))
    again = places.keep(CHAT, 5, document(7, b"new"))

    assert again is place
    assert (place.reference, place.version) == (b"new", 1)


def test_another_document_takes_the_place() -> None:
    places = Places()
    places.keep(CHAT, 5, document(7))
    places.keep(CHAT, 5, document(8))

    assert places.find(CHAT, 5, 7) is None
    assert places.find(CHAT, 5, 8)


def test_the_places_unused_for_longest_are_forgotten() -> None:
    places = Places(capacity=2)
    places.keep(CHAT, 1, document(1))
    places.keep(CHAT, 2, document(2))
    places.find(CHAT, 1, 1)
    places.keep(CHAT, 3, document(3))

    assert places.find(CHAT, 2, 2) is None
    assert places.find(CHAT, 1, 1)
    assert places.find(CHAT, 3, 3)


def test_as_many_as_a_job_may_ask_for_are_remembered_until_they_are_read() -> None:
    places = Places()
    for number in range(MOST):
        places.keep(CHAT, number, document(number))

    assert all(places.find(CHAT, number, number) for number in range(MOST))
