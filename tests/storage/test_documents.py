from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.documents import audio_document, audio_from, request_document, request_from
from storage.errors import NewerSchemaError
from storage.forwarded import Forwarded
from storage.models import Audio, Order, Request
from tests.storage.values import an_audio

_TEXT = st.text(st.characters(), max_size=50)
_TIMES = st.datetimes(timezones=st.just(UTC))
_IDS = st.integers(-(2**63), 2**63 - 1)
_REQUESTS = st.builds(
    Request,
    chat=_TEXT,
    limit=_IDS,
    order=st.sampled_from(Order),
    since=st.none() | _TIMES,
    until=st.none() | _TIMES,
    first_id=st.none() | _IDS,
    last_id=st.none() | _IDS,
    message_ids=st.lists(_IDS, max_size=4).map(tuple),
    topic=st.none() | _IDS,
    voice=st.booleans(),
    takeout=st.booleans(),
    query=_TEXT,
)
_AUDIOS = st.builds(
    Audio,
    chat_id=_IDS,
    message_id=_IDS,
    document_id=_IDS,
    title=_TEXT,
    performer=_TEXT,
    duration=st.timedeltas(timedelta(0), timedelta(days=9)),
    size=_IDS,
    name=_TEXT,
    mime=_TEXT,
    posted_at=_TIMES,
    voice=st.booleans(),
    caption=_TEXT,
    album=st.none() | _IDS,
    topic=st.none() | _IDS,
    account=st.none() | _IDS,
    forwarded=st.none() | st.builds(Forwarded, _IDS, _IDS, _TEXT),
)


@given(_REQUESTS)
def test_any_request_comes_back_as_it_was(request_: Request) -> None:
    assert request_from(request_document(request_)) == request_


@given(_AUDIOS)
def test_any_audio_comes_back_as_it_was(audio: Audio) -> None:
    document = audio_document(audio)

    assert audio_from(document) == audio
    assert document.isascii()


def test_a_document_tells_its_version() -> None:
    assert json.loads(request_document(Request("@jazz", 1)))["version"] == 1


def test_a_newer_document_is_refused() -> None:
    document = audio_document(an_audio(1)).replace('"version":1', '"version":2')

    with pytest.raises(NewerSchemaError) as refusal:
        audio_from(document)
    assert refusal.value.version == "document 2"


def test_a_field_that_an_older_document_lacks_gets_its_default() -> None:
    values = json.loads(request_document(Request("@jazz", 1)))
    del values["topic"], values["voice"], values["takeout"], values["query"]

    assert request_from(json.dumps(values)) == Request("@jazz", 1)


def test_an_audio_stored_before_accounts_were_kept_can_still_be_read() -> None:
    values = json.loads(audio_document(an_audio(1)))
    del values["account"]

    assert audio_from(json.dumps(values)) == an_audio(1)
