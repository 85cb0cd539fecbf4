from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.media import LARGEST, SentAs, is_refusal, patience, unknown
from storage.formats import LOSSLESS
from tests.bot.test_deliverytexts import TRACK


@pytest.mark.parametrize("name", ["mp3", "m4a"])
def test_what_the_player_takes_goes_as_audio(name: str) -> None:
    assert SentAs.AUDIO is unknown(replace(TRACK, format=name), Path(), 1).kind


@pytest.mark.parametrize("name", ["", "ogg", "opus", *sorted(LOSSLESS)])
def test_everything_else_goes_as_a_document(name: str) -> None:
    assert SentAs.DOCUMENT is unknown(replace(TRACK, format=name), Path(), 1).kind


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: wrong file identifier/HTTP URL specified",
        "Bad Request: wrong remote file identifier specified: Wrong string length",
        "Bad Request: wrong file_id or the file is temporarily unavailable",
        "Bad Request: can't use file of type Audio as Document",
        "Bad Request: FILE_REFERENCE_EXPIRED",
        "Bad Request: DOCUMENT_INVALID",
    ],
)
def test_a_refused_file_id_is_told_from_other_trouble(words: str) -> None:
    assert is_refusal(words)


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: chat not found",
        "Bad Request: message to be replied not found",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ],
)
def test_other_trouble_is_no_refusal_of_a_file(words: str) -> None:
    assert not is_refusal(words)


def test_larger_files_may_take_longer() -> None:
    assert timedelta(minutes=1) == patience(0)
    assert timedelta(minutes=9) < patience(LARGEST) < timedelta(minutes=10)
