"""How AcoustID is asked what a fingerprint is of, and what it answers. Pure.

https://acoustid.org/webservice
"""

from __future__ import annotations

from datetime import timedelta

from downloader.lookup.outside import Question
from downloader.lookup.recording import Recording
from downloader.lookup.shapes import Words, an_id, listed, number, opened, text, words

_PATH = "/v2/lookup"
_WRONG_KEY = 4


def question(key: str, fingerprint: str, length: timedelta) -> Question:
    """Ask what a fingerprint in its own encoding is of; `length` is that of the whole track."""
    form = {
        "client": key,
        "format": "json",
        "meta": "recordings sources",
        "duration": f"{length.total_seconds():.0f}",
        "fingerprint": fingerprint,
    }
    return Question(_PATH, form=form)


def recordings(answer: Words) -> list[Recording]:
    """Return those that sound so, with how well each fits."""
    return [
        _recording(one, number(result.get("score")) or 0.0)
        for result in listed(answer.get("results"))
        for one in listed(result.get("recordings"))
        if an_id(one.get("id"))
    ]


def is_of_wrong_key(body: bytes) -> bool:
    """Tell whether a question was refused for the key that was sent along."""
    try:
        return words(opened(body).get("error")).get("code") == _WRONG_KEY
    except ValueError:
        return False


def _recording(said: Words, score: float) -> Recording:
    seconds = number(said.get("duration"))
    artists = listed(said.get("artists"))
    credit = (text(one.get("name")) + (text(one.get("joinphrase")) or ", ") for one in artists)
    return Recording(
        id=an_id(said.get("id")),
        title=text(said.get("title")),
        artist="".join(credit).removesuffix(", "),
        length=None if seconds is None else timedelta(seconds=seconds),
        sources=int(number(said.get("sources")) or 0),
        score=score,
    )
