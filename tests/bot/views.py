"""Ready-made jobs and items for the tests of what a board shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.board import face
from bot.callbacks import Action
from bot.jobview import JobView, Moving
from storage.models import (
    Audio,
    Chat,
    ChatKind,
    Item,
    ItemState,
    Job,
    JobState,
    Origin,
    Reason,
    Request,
    Tally,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JAZZ = Chat(-1001, "Jazz Classics", "jazz", ChatKind.CHANNEL)
ME = Origin(person_id=7, chat_id=7)


def job(
    number: int = 1,
    state: JobState = JobState.RUNNING,
    *,
    request: Request | None = None,
    chat: Chat | None = JAZZ,
    reason: Reason | None = None,
    until: datetime | None = None,
    detail: str = "",
) -> Job:
    wanted = request or Request("@jazz", 10)
    return Job(number, wanted, ME, state, NOW, chat, reason, detail, until)


def item(
    number: int = 1,
    state: ItemState = ItemState.FETCHING,
    reason: Reason | None = None,
    *,
    title: str | None = None,
    performer: str = "Band",
    name: str = "",
    until: datetime | None = None,
    detail: str = "",
    size: int = 1000,
) -> Item:
    audio = Audio(
        chat_id=JAZZ.id,
        message_id=number,
        document_id=number,
        title=f"Song {number}" if title is None else title,
        performer=performer,
        duration=timedelta(seconds=200),
        size=size,
        name=name,
        mime="audio/mpeg",
        posted_at=NOW,
    )
    return Item(number, 1, JAZZ.id, number, audio, state, reason, detail, until)


def running(
    *,
    number: int = 1,
    saved: int = 4,
    total: int = 10,
    moving: tuple[Moving, ...] = (),
    troubles: tuple[Item, ...] = (),
    speed: float = 0.0,
    state: JobState = JobState.RUNNING,
) -> JobView:
    counts = {ItemState.SAVED: saved, ItemState.QUEUED: total - saved - len(troubles)}
    for one in troubles:
        counts[one.state] = counts.get(one.state, 0) + 1
    tally = Tally(counts, bytes_wanted=total * 1000, bytes_done=saved * 1000)
    return JobView(job(number, state), tally, troubles, moving, speed)


def ended(
    state: JobState = JobState.DONE,
    *,
    number: int = 1,
    saved: int = 0,
    linked: int = 0,
    skipped: int = 0,
    cancelled: int = 0,
    troubles: tuple[Item, ...] = (),
    reason: Reason | None = None,
    chat: Chat | None = JAZZ,
    request: Request | None = None,
    detail: str = "",
) -> JobView:
    counts = {
        ItemState.SAVED: saved,
        ItemState.LINKED: linked,
        ItemState.SKIPPED: skipped,
        ItemState.CANCELLED: cancelled,
        ItemState.FAILED: len(troubles),
    }
    tally = Tally({kind: count for kind, count in counts.items() if count})
    told = job(number, state, reason=reason, chat=chat, request=request, detail=detail)
    return JobView(told, tally, troubles)


def text_of(*views: JobView) -> str:
    return face(views, NOW).text


def actions(*views: JobView) -> list[list[tuple[Action, int]]]:
    rows = face(views, NOW).rows
    return [[(button.press.action, button.press.number) for button in row] for row in rows]
