"""Reading a request of a bot, whatever way its client sends parameters."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web

from sandbox.botapi.errors import bad
from sandbox.botapi.params import Params, Upload

IN_MEMORY = 64 << 20  # bytes; what is bigger goes to a file


async def read_params(request: web.Request, folder: Path) -> Params:
    """Return the parameters; big uploads are put into `folder`."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= await _json(request)
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = await _upload(value, folder)
            else:
                values[name] = value
    return Params(values, uploads)


async def _json(request: web.Request) -> Mapping[str, Any]:
    try:
        given = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise bad("can't parse JSON in the request body") from error
    if not isinstance(given, dict):
        raise bad("can't parse JSON in the request body")
    return given


async def _upload(field: web.FileField, folder: Path) -> Upload:
    name = Path(field.filename).name
    with field.file as file:
        size = file.seek(0, 2)
        file.seek(0)
        if size <= IN_MEMORY:
            return Upload(name, await asyncio.to_thread(file.read), size)
        place = folder / uuid4().hex
        with place.open("wb") as target:
            await asyncio.to_thread(shutil.copyfileobj, file, target)
    return Upload(name, place, size)
