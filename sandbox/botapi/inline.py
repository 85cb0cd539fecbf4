"""What a bot answers to an inline query, checked, and the message a chosen result becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.botapi.composing import content_text, keyboard_of
from sandbox.botapi.dialogs import Keyboard, Media, MediaKind
from sandbox.botapi.errors import bad
from sandbox.botapi.files import find_file
from sandbox.botapi.formatted import Formatted, Json
from sandbox.botapi.params import Params
from sandbox.world import World

MOST_RESULTS = 50
_CACHED = {"audio": MediaKind.AUDIO, "voice": MediaKind.VOICE, "document": MediaKind.DOCUMENT}


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One line of the list; `shown` is the bot's own JSON of it."""

    id: str
    title: str
    description: str
    body: Formatted
    media: Media | None
    keyboard: Keyboard
    shown: Json


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    results: tuple[InlineResult, ...]
    next_offset: str = ""
    cache_time: int = 300  # seconds
    is_personal: bool = False
    button: Json | None = None


def read_results(world: World, given: Sequence[object]) -> tuple[InlineResult, ...]:
    """Check a list of results as the server does, or refuse."""
    if len(given) > MOST_RESULTS:
        raise bad("too many inline query results specified")
    results = tuple(_result(world, item) for item in given)
    if any(not 1 <= len(result.id.encode()) <= 64 for result in results):
        raise bad("RESULT_ID_INVALID")
    if len({result.id for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    return results


def _result(world: World, item: object) -> InlineResult:
    if not isinstance(item, dict):
        raise bad("can't parse inline query result: Inline query result must be an object")
    params = Params(item)
    kind = params.text("type")
    body, media = Formatted(), None
    if (content := item.get("input_message_content")) is not None:
        body = _content(content)
    elif kind in _CACHED and f"{kind}_file_id" in item:
        body = content_text(params, "caption")
        media = _cached(world, kind, params.text(f"{kind}_file_id"))
    else:
        raise bad("can't parse inline query result: Can't find field \"input_message_content\"")
    title = params.text("title") or _title(media)
    if kind in {"article", "document", "voice"} and not title:
        raise bad("can't parse inline query result: Can't find field \"title\"")
    return InlineResult(
        params.text("id"), title, params.text("description") or _artist(media), body, media,
        keyboard_of(params), item,
    )  # fmt: skip


def _content(content: object) -> Formatted:
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad("can't parse inline query result: Can't find field \"message_text\"")
    return content_text(Params(content), "message_text")


def _cached(world: World, kind: str, file_id: str) -> Media:
    found = find_file(world, file_id)
    if found is None or found.kind != kind:
        raise bad("wrong file identifier/HTTP URL specified")
    return Media(_CACHED[kind], found.document)


def _title(media: Media | None) -> str:
    return (media.document.title or media.document.name or "") if media else ""


def _artist(media: Media | None) -> str:
    return (media.document.performer or "") if media else ""
