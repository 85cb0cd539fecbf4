"""Column types that read and write the values of `storage.models`, the same on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import BigInteger, Dialect, Enum, Integer, Text, TypeDecorator

from storage.text import storable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQLite numbers rows by itself only in a column of exactly the type INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


def micros(time: datetime) -> int:
    """Count microseconds since 1970; a time without a zone is refused."""
    if time.tzinfo is None:
        raise ValueError(time)
    return (time - _EPOCH) // _MICROSECOND


def from_micros(count: int) -> datetime:
    return _EPOCH + count * _MICROSECOND


def word(kind: type[StrEnum]) -> Enum:
    """Store an enum as its value, in text: readable, and new members need no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class UtcTime(TypeDecorator[datetime]):
    """A time as microseconds since 1970: exact, and ordered like the time itself."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Duration(TypeDecorator[timedelta]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, _dialect: Dialect) -> int | None:
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> timedelta | None:
        return None if value is None else value * _MICROSECOND


class Foreign(TypeDecorator[str]):
    """Text that strangers wrote: any string can be stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else storable(value)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> str | None:
        return value


class LibraryPath(TypeDecorator[PurePosixPath]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: PurePosixPath | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> PurePosixPath | None:
        return None if value is None else PurePosixPath(value)
