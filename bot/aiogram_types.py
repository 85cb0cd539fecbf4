"""Imports aiogram so that each of its types is built when it is first needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_TYPES = "aiogram.types"


def import_aiogram() -> None:
    """Import aiogram; whoever imports it must call this before.

    When it is imported, aiogram has Pydantic build every type of Telegram, each together with all
    that it refers to: seconds and a hundred megabytes for hundreds of types, of which a bot meets a
    few. Its types allow to be built later (`defer_build`), and its methods are made to. But then
    their annotations are read where they are written, and there the names that the types use are
    imported for type checkers alone.
    """
    if _TYPES in sys.modules:
        return
    with _nothing_built():
        types = import_module(_TYPES)
    names = {name: getattr(types, name) for name in types.__all__}
    for module in _modules_of_types():
        for name, value in names.items():
            module.__dict__.setdefault(name, value)


@contextmanager
def _nothing_built() -> Iterator[None]:
    # What needs no aiogram shall not load this.
    from pydantic import BaseModel, ConfigDict  # noqa: PLC0415

    def put_off(_cls: type[BaseModel], /, **_options: object) -> None:
        pass

    build, config = BaseModel.__dict__["model_rebuild"], BaseModel.model_config
    BaseModel.model_config = ConfigDict(defer_build=True)  # for those that do not ask for it
    BaseModel.model_rebuild = classmethod(put_off)  # type: ignore[assignment]  # for a moment
    try:
        yield
    finally:
        BaseModel.model_config = config
        BaseModel.model_rebuild = build  # type: ignore[method-assign]


def _modules_of_types() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.startswith(f"{_TYPES}.")]
