"""Values stored as versioned JSON documents, so that a new field needs no migration."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from storage.columns import from_micros, micros
from storage.errors import NewerSchemaError
from storage.models import Audio, Order, Request

_VERSION = 1
_MICROSECOND = timedelta(microseconds=1)


def _sealed(values: dict[str, Any]) -> str:
    # ASCII only: lone surrogates and NUL in names and captions come back as they were.
    return json.dumps({"version": _VERSION, **values}, ensure_ascii=True, separators=(",", ":"))


def _opened(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    version = values.pop("version")
    if version > _VERSION:
        raise NewerSchemaError(f"document {version}")
    return values


def _micros(time: datetime | None) -> int | None:
    return None if time is None else micros(time)


def _time(count: int | None) -> datetime | None:
    return None if count is None else from_micros(count)


def request_document(request: Request) -> str:
    return _sealed(
        {
            "chat": request.chat,
            "limit": request.limit,
            "order": request.order.value,
            "since": _micros(request.since),
            "until": _micros(request.until),
            "first_id": request.first_id,
            "last_id": request.last_id,
            "message_ids": list(request.message_ids),
            "topic": request.topic,
            "voice": request.voice,
            "takeout": request.takeout,
            "query": request.query,
        }
    )


def request_from(document: str) -> Request:
    values = _opened(document)
    return Request(
        **{
            **values,
            "order": Order(values["order"]),
            "since": _time(values["since"]),
            "until": _time(values["until"]),
            "message_ids": tuple(values["message_ids"]),
        }
    )


def audio_document(audio: Audio) -> str:
    return _sealed(
        {
            "chat_id": audio.chat_id,
            "message_id": audio.message_id,
            "document_id": audio.document_id,
            "title": audio.title,
            "performer": audio.performer,
            "duration": audio.duration // _MICROSECOND,
            "size": audio.size,
            "name": audio.name,
            "mime": audio.mime,
            "posted_at": micros(audio.posted_at),
            "voice": audio.voice,
            "caption": audio.caption,
            "album": audio.album,
            "topic": audio.topic,
            "account": audio.account,
        }
    )


def audio_from(document: str) -> Audio:
    values = _opened(document)
    return Audio(
        **{
            **values,
            "duration": values["duration"] * _MICROSECOND,
            "posted_at": from_micros(values["posted_at"]),
        }
    )
