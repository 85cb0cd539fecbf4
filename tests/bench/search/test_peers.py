from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.search.catalogue import Row, rows
from bench.search.contender import Contender
from bench.search.contenders import PEERS
from bench.search.peers import Like, Navidrome, Ranked

Opener = Callable[[Path], Contender]
TRACKS = [
    Row(1, "Queen", "Under Pressure", "Hot Space", 248, 9, "mp3", 1982, 1),
    Row(2, "Beyoncé", "Halo", "I Am", 261, 9, "mp3", 2008, 2),
    Row(3, "宇多田ヒカル", "初恋", "初恋", 280, 9, "mp3", 2018, 3),
    Row(4, "Queen", "Killer Queen", "Sheer Heart Attack", 180, 9, "mp3", 1974, 4),
]


@pytest.fixture(params=PEERS)
def opener(request: pytest.FixtureRequest) -> Opener:
    opener: Opener = request.param
    return opener


@pytest.fixture
def peer(opener: Opener, tmp_path: Path) -> Iterator[Contender]:
    with closing(opener(tmp_path)) as peer:
        peer.build(TRACKS)
        yield peer


def test_every_word_must_be_there_and_the_last_may_be_unfinished(peer: Contender) -> None:
    assert [1] == peer.find("queen press", 10)
    assert [] == peer.find("queen halo", 10)


def test_it_gives_no_more_than_asked_for(peer: Contender) -> None:
    assert 1 == len(peer.find("queen", 1))


def test_what_was_built_is_found_by_the_next_one(
    opener: Opener, peer: Contender, tmp_path: Path
) -> None:
    with closing(opener(tmp_path)) as other:
        assert peer.find("killer", 10) == other.find("killer", 10) == [4]


def test_accents_may_be_left_out_where_there_is_an_index(tmp_path: Path) -> None:
    for opener in (Ranked, Navidrome):
        with closing(opener(tmp_path)) as peer:
            peer.build(TRACKS)
            assert [2] == peer.find("beyonce", 10)


def test_navidrome_finds_the_middle_of_a_word_in_chinese(tmp_path: Path) -> None:
    with closing(Navidrome(tmp_path)) as peer:
        peer.build(TRACKS)

        assert [3] == peer.find("多田", 10)


def test_bm25_puts_the_best_first(tmp_path: Path) -> None:
    with closing(Ranked(tmp_path)) as peer:
        peer.build(TRACKS)

        assert 4 == peer.find("queen", 10)[0]


def test_an_index_takes_room_and_no_index_takes_none(tmp_path: Path) -> None:
    with closing(Ranked(tmp_path)) as ranked, closing(Like(tmp_path)) as like:
        assert ranked.build(rows(500)).bytes > 0
        assert 0 == like.build(rows(500)).bytes
