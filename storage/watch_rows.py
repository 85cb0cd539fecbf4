"""Followed chats as rows, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from storage.chat_rows import CHAT_COLUMNS, chat_from
from storage.documents import rules_document, rules_from
from storage.models import Origin, Reason
from storage.tables import chats
from storage.watch import Called, Rules, Run, Seen, Watch, WatchState
from storage.watch_tables import watches


def with_chats() -> Any:
    joined = watches.outerjoin(chats, chats.c.id == watches.c.chat_id)
    return select(watches, *CHAT_COLUMNS).select_from(joined)


def said_columns(name: str, rules: Rules, origin: Origin, now: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "rules": rules_document(rules),
        "person_id": origin.person_id,
        "origin_chat_id": origin.chat_id,
        "state": WatchState.ACTIVE,
        "next_at": now,
    }


def seen_columns(seen: Seen | None) -> dict[str, Any]:
    if seen is None:
        return {"seen_id": None, "seen_at": None}
    return {"seen_id": seen.message_id, "seen_at": seen.posted_at}


def watch_from(row: Row[Any]) -> Watch:
    chat = None
    if row.chat_id is not None:
        chat = chat_from(row, row.chat_id)
    return Watch(
        id=row.id,
        name=row.name,
        rules=rules_from(row.rules),
        origin=Origin(row.person_id, row.origin_chat_id),
        state=row.state,
        made_at=row.made_at,
        next_at=row.next_at,
        chat=chat,
        seen=None if row.seen_at is None else Seen(row.seen_id, row.seen_at),
        troubles=row.troubles,
        reason=row.reason,
        detail=row.detail,
        called=None if row.told_title is None else Called(row.told_title, row.told_username),
        is_untold=row.is_untold,
    )


def run_from(row: Row[Any]) -> Run:
    reason: Reason | None = row.reason
    return Run(row.at, row.read, row.found, row.size, row.job_id, reason, row.detail)
