from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import deeplinks
from bot.deeplinks import DeepLinks, Greeting, ToPlaylist, ToPosting, ToSearch, ToTrack
from bot.errors import Usage, UsageError
from bot.links import Link

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID = st.integers(1, 10**18 - 1)


def sign(data: bytes) -> bytes:
    return data[::-1].ljust(32, b"!")[:32]


LINKS = DeepLinks(sign)


@given(_ID)
def test_tracks_and_playlists_are_read_as_they_were_written(number: int) -> None:
    for payload, goal in (
        (deeplinks.track(number), ToTrack(number)),
        (LINKS.playlist(number), ToPlaylist(number)),
    ):
        assert _PAYLOAD.fullmatch(payload)
        assert LINKS.read(payload) == goal


@pytest.mark.parametrize(
    "link",
    [Link("@jazz", 12, 12), Link("@a_b1", 2**31 - 2, 2**31 - 2), Link("-1001000001234", 1, 1)],
)
def test_a_posting_is_read_as_it_was_written(link: Link) -> None:
    payload = deeplinks.posting(link)

    assert payload is not None
    assert _PAYLOAD.fullmatch(payload)
    assert LINKS.read(payload) == ToPosting(link)


@pytest.mark.parametrize(
    "link", [Link("@jazz"), Link("@jazz", 1, 5), Link("@j azz", 1, 1), Link("-1234", 1, 1)]
)
def test_what_is_not_one_message_has_no_link(link: Link) -> None:
    assert deeplinks.posting(link) is None


@given(st.text(min_size=1))
@example("miles davis")
@example("дюк  эллингтон")
def test_a_search_is_read_as_it_was_written_where_it_fits(text: str) -> None:
    payload = deeplinks.search(text)
    size = len(text.encode(errors="replace"))

    assert (payload is None) == (size > 46)
    if payload is not None and text.strip():
        assert _PAYLOAD.fullmatch(payload)
        assert LINKS.read(payload) == ToSearch(text.encode(errors="replace").decode())


@pytest.mark.parametrize("greeting", Greeting)
def test_a_link_may_just_say_hello(greeting: Greeting) -> None:
    assert LINKS.read(greeting) is greeting


@given(st.from_regex(_PAYLOAD, fullmatch=True) | st.text(max_size=64))
@example("t")
@example("t1234567890123456789")
@example("p1")
@example("p1-" + "A" * 22)
@example("f-1")
@example("fjazz-0")
@example("f12345678901234567-1")
@example("s-")
@example("s-_w")
@example("s-IA")
@example("s-ö")
def test_nothing_else_leads_anywhere(payload: str) -> None:
    try:
        goal = LINKS.read(payload)
    except UsageError as error:
        assert error.usage is Usage.STALE_LINK  # noqa: PT017
        return
    assert isinstance(goal, ToTrack | ToSearch | ToPosting | Greeting)


def test_a_playlist_that_nobody_gave_away_is_not_opened() -> None:
    with pytest.raises(UsageError):
        LINKS.read(LINKS.playlist(1).replace("p1-", "p2-"))


def test_a_link_opens_the_bot() -> None:
    assert "https://t.me/loader_bot?start=t12" == deeplinks.url("loader_bot", deeplinks.track(12))
