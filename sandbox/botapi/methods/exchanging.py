"""Putting another file in place of that of a message."""

from __future__ import annotations

from sandbox.botapi.call import Call
from sandbox.botapi.composing import content_text
from sandbox.botapi.formatted import Json
from sandbox.botapi.methods import editing, media
from sandbox.botapi.params import Params


async def edit_message_media(call: Call) -> Json | bool:
    item = call.params.loaded("media", dict, "media") or {}
    [kind, _] = media.kinds_of([item, item])
    params = Params(dict(call.params.values) | item, call.params.uploads)
    part = Call(call.hub, call.bot, params)
    found = media.media_of(part, kind, "media")
    return editing.with_media(call, found, content_text(params, "caption"))
