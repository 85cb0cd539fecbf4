from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from bot import deliverytexts
from bot.errors import (
    FileGoneError,
    NotHandedError,
    Obstacle,
    ProtectedError,
    TooLargeError,
    UnconvertibleError,
    UndeliverableError,
)
from bot.media import LARGEST, LARGEST_LOCAL
from downloader.conversion import Hitch
from downloader.errors import DownloaderError, ThrottledError
from storage.models import Reason, Track
from tests.bot.library import NOW

TRACK = Track(
    id=1,
    document_id=None,
    title="So <What>",
    performer="Miles & Co",
    duration=timedelta(seconds=225),
    size=1000,
    mime="audio/mpeg",
    name="so_what.mp3",
    path=PurePosixPath("Jazz/so_what.mp3"),
    sha256_source="",
    sha256="",
    added_at=NOW,
    format="mp3",
)


def test_a_track_is_named_by_artist_and_title() -> None:
    assert "“Miles &amp; Co – So &lt;What&gt;”" == deliverytexts.named(TRACK)


def test_a_track_without_names_is_named_by_its_file() -> None:
    bare = replace(TRACK, title="", performer="")

    assert "“so_what”" == deliverytexts.named(bare)


def test_what_is_too_large_is_told_with_what_to_do() -> None:
    told = deliverytexts.undeliverable(TooLargeError(TRACK, 73 * 10**6, LARGEST), tells_source=True)

    assert told == (
        "📦 “Miles &amp; Co – So &lt;What&gt;” has 73 MB, and Telegram lets bots send 50 MB. "
        "It is in the library: <code>Jazz/so_what.mp3</code> "
        "A Bot API server of your own sends up to 2.0 GB: BOT_API_LOCAL in the README."
    )


def test_who_has_a_server_is_not_told_to_get_one() -> None:
    told = deliverytexts.undeliverable(
        TooLargeError(TRACK, 3 * 10**9, LARGEST_LOCAL), tells_source=True
    )

    assert "has 3.0 GB" in told
    assert "BOT_API_LOCAL" not in told


def test_what_no_account_hands_over_is_told_with_what_to_do() -> None:
    error = NotHandedError(TRACK, 73 * 10**6, ThrottledError(timedelta(minutes=12)))

    assert deliverytexts.undeliverable(error, tells_source=True) == (
        "📦 “Miles &amp; Co – So &lt;What&gt;” has 73 MB. Telegram lets bots send 50 MB, so an "
        "account must hand it to me, but Telegram asks for a pause. Ask again in 12 min. "
        "It is in the library: <code>Jazz/so_what.mp3</code>"
    )


def test_whatever_hinders_an_account_it_is_told_what_to_do() -> None:
    for reason in Reason:
        told = deliverytexts.undeliverable(
            NotHandedError(TRACK, 9, DownloaderError(reason)), tells_source=True
        )
        assert "sk again" in told


def test_a_file_that_is_gone_can_be_fetched_again_where_it_was_posted() -> None:
    told = deliverytexts.undeliverable(
        FileGoneError(TRACK, "https://t.me/jazz/12"), tells_source=True
    )
    imported = deliverytexts.undeliverable(FileGoneError(TRACK, None), tells_source=True)

    assert told.endswith("Send me https://t.me/jazz/12, and I fetch it again.")
    assert imported.endswith("cannot be read.")


@pytest.mark.parametrize("why", [*Hitch, *Obstacle])
def test_whatever_hinders_a_conversion_is_one_line(why: Hitch | Obstacle) -> None:
    told = deliverytexts.undeliverable(UnconvertibleError(why, TRACK, LARGEST), tells_source=True)

    assert told.endswith((".", "</code>"))
    assert not {"\n", "{"} & {*told}
    assert "So <What>" not in told


@pytest.mark.parametrize(
    "error",
    [
        TooLargeError(TRACK, 73 * 10**6, LARGEST),
        NotHandedError(TRACK, 9, DownloaderError(Reason.OFFLINE)),
        ProtectedError(TRACK, "Secret Jazz"),
        FileGoneError(TRACK, "https://t.me/jazz/12"),
    ],
)
def test_who_may_not_know_where_a_track_comes_from_is_told_nothing_of_it(
    error: UndeliverableError,
) -> None:
    told = deliverytexts.undeliverable(error, tells_source=False)

    assert not [word for word in ("Jazz/", "Secret", "t.me", "SEND_PROTECTED") if word in told]
    assert told.endswith((".", "README."))
