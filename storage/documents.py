"""Values stored as versioned JSON documents, so that a new field needs no migration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from storage.action import Action, ActionKind
from storage.columns import from_micros, micros
from storage.description import Description, Provenance
from storage.entry import Entry
from storage.errors import NewerSchemaError
from storage.forwarded import Forwarded
from storage.models import Audio, Order, Request
from storage.sound import Flaw, Grade, Sound
from storage.watch import Notice, Priority, Rhythm, Rules

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
            "watch": request.watch,
            "is_quiet": request.is_quiet,
            **_acting(request.actions, request.folder),
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
            "actions": _actions(values),
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
            "forwarded": _forwarded(audio.forwarded),
        }
    )


def audio_from(document: str) -> Audio:
    values = _opened(document)
    forwarded = values.pop("forwarded", None)
    return Audio(
        **{
            **values,
            "forwarded": Forwarded(*forwarded) if forwarded else None,
            "duration": values["duration"] * _MICROSECOND,
            "posted_at": from_micros(values["posted_at"]),
        }
    )


def _forwarded(one: Forwarded | None) -> list[int | str | None] | None:
    return [one.chat_id, one.message_id, one.name] if one else None


def provenance_document(provenance: Mapping[str, Provenance]) -> str:
    """Empty where nothing is known: most old tracks have none."""
    return _sealed(dict(provenance)) if provenance else ""


def provenance_from(document: str) -> dict[str, Provenance]:
    if not document:
        return {}
    return {name: Provenance(value) for name, value in _opened(document).items()}


def description_document(description: Description) -> str:
    """Of the provenance nothing is stored: all of it is from one source."""
    return _sealed({**asdict(description), "provenance": {}})


def description_from(document: str) -> Description:
    return Description(**_opened(document))


def entry_document(entry: Entry) -> str:
    described = asdict(entry.description)
    return _sealed(
        {
            "sha256": entry.sha256,
            "size": entry.size,
            "description": described,
            "sound": {**asdict(entry.sound), "duration": _length(entry.sound.duration)},
            "flaws": sorted(entry.flaws),
            "grade": entry.grade,
            "has_cover": entry.has_cover,
            "has_lyrics": entry.has_lyrics,
        }
    )


def entry_from(document: str) -> Entry:
    values = _opened(document)
    described, sound, grade = values["description"], values["sound"], values["grade"]
    provenance = {name: Provenance(value) for name, value in described["provenance"].items()}
    length = None if sound["duration"] is None else sound["duration"] * _MICROSECOND
    return Entry(
        **{
            **values,
            "description": Description(**{**described, "provenance": provenance}),
            "sound": Sound(**{**sound, "duration": length}),
            "flaws": frozenset(Flaw(one) for one in values["flaws"]),
            "grade": None if grade is None else Grade(grade),
        }
    )


def _length(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // _MICROSECOND


def rules_document(rules: Rules) -> str:
    rhythm = rules.rhythm
    return _sealed(
        {
            "every": None if rhythm.every is None else rhythm.every // _MICROSECOND,
            "daily": _wall(rhythm.daily),
            "cron": rhythm.cron,
            "is_live": rhythm.is_live,
            "query": rules.query,
            "hours": [_wall(one) for one in rules.hours] if rules.hours else None,
            "most_a_day": rules.most_a_day,
            "notice": rules.notice.value,
            "topic": rules.topic,
            "voice": rules.voice,
            **_acting(rules.actions, rules.folder),
            "priority": rules.priority.value,
            "digest_at": _wall(rules.digest_at),
            **({"topic_title": rules.topic_title} if rules.topic_title else {}),
        }
    )


def rules_from(document: str) -> Rules:
    values = _opened(document)
    every, daily, cron = values.pop("every"), values.pop("daily"), values.pop("cron")
    is_live = values.pop("is_live")
    hours = values.pop("hours")
    digest_at = values.pop("digest_at", None)
    return Rules(
        Rhythm(
            None if every is None else every * _MICROSECOND,
            None if daily is None else time.fromisoformat(daily),
            cron,
            is_live,
        ),
        hours=(time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None,
        notice=Notice(values.pop("notice")),
        actions=_actions(values),
        priority=Priority(values.pop("priority", Priority.NORMAL)),
        digest_at=None if digest_at is None else time.fromisoformat(digest_at),
        **values,
    )


def _acting(actions: Sequence[Action], folder: str) -> dict[str, Any]:
    """Return nothing where nothing is done: `storage.deed_rows` tells these apart by the text."""
    some = [{"kind": one.kind.value, "target": one.target} for one in actions]
    return ({"actions": some} if some else {}) | ({"folder": folder} if folder else {})


def _actions(values: dict[str, Any]) -> tuple[Action, ...]:
    found = values.pop("actions", ())
    return tuple(Action(ActionKind(one["kind"]), one["target"]) for one in found)


def _wall(moment: time | None) -> str | None:
    return None if moment is None else moment.isoformat("minutes")
