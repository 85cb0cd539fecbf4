from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import aiogram.methods
import aiogram.types
from pydantic import BaseModel

ROOT = Path(__file__).parents[2]

# What the product itself does first, as far as it needs no settings.
_STARTED = """
from bot.aiogram_types import import_aiogram
import_aiogram()
import bot.app
from aiogram import methods, types
{then}
print(*sorted(name for module in (methods, types) for name in module.__all__
              if getattr(getattr(module, name), "__pydantic_complete__", False)))
"""


def built(then: str = "") -> set[str]:
    """Return the types and methods that are built in a program after it has done this."""
    command = [sys.executable, "-c", _STARTED.format(then=then)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_what_is_never_needed_is_never_built() -> None:
    then = "types.Update.model_validate({'update_id': 1}), types.User.model_rebuild()"
    found = built(then)

    assert {"Update", "User"} <= found
    assert len(found) < 20


def test_every_type_can_still_be_built() -> None:
    broken = {model.__name__: names for model in models() if (names := unknown_names(model))}

    assert {} == broken
    assert len(models()) > 500


def models() -> list[type[BaseModel]]:
    found = [
        getattr(module, name)
        for module in (aiogram.types, aiogram.methods)
        for name in module.__all__
    ]
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]


def unknown_names(model: type[BaseModel]) -> list[str]:
    """Read the annotations of all fields where they are written, as Pydantic does to build it."""
    unknown = []
    for place in model.__mro__:
        names = vars(sys.modules[place.__module__])
        for field, annotation in vars(place).get("__annotations__", {}).items():
            if field in model.model_fields and isinstance(annotation, str):
                try:
                    eval(annotation, names)
                except NameError as error:
                    unknown.append(str(error))
    return unknown
