"""What a bot wants to say: text, entities and keyboards read from a request and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.botapi.dialogs import Button, Keyboard
from sandbox.botapi.errors import ApiError, bad
from sandbox.botapi.formatted import Entity, Formatted, enriched, ordered, trimmed, utf16
from sandbox.botapi.markup import MarkupError, parse_html
from sandbox.botapi.params import Params

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_BUTTONS = 100
MOST_ENTITIES = 100

_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_UNPARSED = "can't parse inline keyboard button"


def content_text(params: Params, name: str, too_long: str = "") -> Formatted:
    """Read a text or caption; `too_long` is the server's word when it is over its limit."""
    caption = name == "caption"
    formatted = enriched(trimmed(_parsed(params, name)))
    if not formatted.text and not caption:
        raise bad("message text is empty")
    if utf16(formatted.text) > (LONGEST_CAPTION if caption else LONGEST_TEXT):
        usual = "message caption is too long" if caption else "message is too long"
        raise bad(too_long or usual)
    return formatted


def keyboard_of(params: Params) -> Keyboard:
    """Read an inline keyboard; other markups are checked for their form and say nothing here."""
    markup = params.loaded("reply_markup", dict, "reply keyboard markup") or {}
    rows = markup.get("inline_keyboard")
    if rows is None:
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = tuple(tuple(_button(item) for item in row) for row in rows if row)
    if sum(map(len, keyboard)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return keyboard


def _parsed(params: Params, name: str) -> Formatted:
    source = params.text(name).replace("\r\n", "\n").replace("\0", "")
    mode = params.text("parse_mode")
    if mode.lower() == "html":
        try:
            return parse_html(source)
        except MarkupError as error:
            raise bad(f"can't parse entities: {error}") from error
    if mode.lower() in {"markdown", "markdownv2"}:
        # Loud on purpose: the product speaks HTML only, and a second parser would hide a slip.
        raise ApiError(501, f"Not Implemented: the sandbox has no parse_mode {mode}, use HTML")
    if mode and mode.lower() != "none":
        raise bad("unsupported parse_mode")
    field = {"caption": "caption_entities"}.get(name, "entities")
    given = params.loaded(field, list, "message entities") or []
    return Formatted(source, ordered(_entity(item) for item in given[:MOST_ENTITIES]))


def _entity(item: Mapping[str, Any]) -> Entity:
    if not isinstance(item, dict) or not {"type", "offset", "length"} <= item.keys():
        raise bad("can't parse MessageEntity: Can't find field \"type\"")
    extra = {key: item[key] for key in item if key not in {"type", "offset", "length"}}
    place = Params(item)
    offset, length = place.integer("offset"), place.integer("length")
    return Entity(place.text("type"), offset, length, tuple(sorted(extra.items())))


def _button(item: object) -> Button:
    if not isinstance(item, dict):
        raise bad(f"{_UNPARSED}: Inline keyboard button must be an Object")
    text = item.get("text")
    if not isinstance(text, str):
        raise bad(f'{_UNPARSED}: Can\'t find field "text"')
    action = next((name for name in _ACTIONS if item.get(name) is not None), None)
    if action is None or not text.strip():
        raise bad(f"{_UNPARSED}: Text buttons are unallowed in the inline keyboard")
    value = item[action]
    if action == "callback_data" and not 1 <= len(str(value).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if action == "url" and not _is_link(str(value)):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return Button(text, action, value)


def _is_link(url: str) -> bool:
    known = url.startswith(("http://", "https://", "tg://"))
    return known and " " not in url and len(url) > len("tg://")
