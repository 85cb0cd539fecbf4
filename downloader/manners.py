"""How an account behaves towards Telegram: three presets, of which a person chooses one.

Telegram publishes no limits. The numbers lie between what its own programs do and what people
report of others; docs/decisions/0032 names the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from downloader.bucket import Rate
from downloader.window import Limits

_KIB, _MIB = 1 << 10, 1 << 20
_EVERY = 32  # there are no more workers than that


class Temper(StrEnum):
    GENTLE = "gentle"
    NORMAL = "normal"
    EAGER = "eager"


@dataclass(frozen=True, slots=True)
class Manners:
    """`files` are requests for bytes of one account, `messages` all its others.

    `documents` may be on their way from one data centre at once; None: as many as Telegram itself
    asks programs to keep to.
    """

    limits: Limits
    files: Rate
    messages: Rate
    documents: int | None


MANNERS = MappingProxyType(
    {
        Temper.GENTLE: Manners(
            limits=Limits(lanes=2, first_lanes=1, share=512 * _KIB, most=_MIB),
            files=Rate(most=40, least=1),
            messages=Rate(most=1, least=0.1, burst=10),
            documents=None,
        ),
        Temper.NORMAL: Manners(
            limits=Limits(),
            files=Rate(most=500, least=4),
            messages=Rate(most=2, least=0.2, burst=15),
            documents=_EVERY,
        ),
        Temper.EAGER: Manners(
            limits=Limits(lanes=16, first_lanes=4),
            files=Rate(most=1000, least=8),
            messages=Rate(most=5, least=0.5, burst=12),
            documents=_EVERY,
        ),
    }
)
