"""The people of the demo world, its clock, and how an audio post comes into being."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.audio.cover import Mosaic
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.world import Document, User, World

OWNER_PHONE = "9996620001"
_BOT_TOKEN = "7000001:AAsandboxsandboxsandboxsandboxsandbo"  # noqa: S105  # opens nothing
_STEP = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Cast:
    """`owner` owns the bot and the account it reads with; `stranger` is nobody to it."""

    owner: User
    bot: User
    stranger: User


def add_cast(world: World) -> Cast:
    return Cast(
        owner=world.add_user("Ann", username="ann", phone=OWNER_PHONE),
        bot=world.add_user("Audio Loader", username="loader_bot", token=_BOT_TOKEN),
        stranger=world.add_user("Bob", username="bob", phone="9996620002", password="swordfish"),  # noqa: S106
    )


@dataclass(slots=True)
class Studio:
    """Records tunes into the world, each different, and dates the posts one after another."""

    world: World
    posts_to_come: int = 60
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _dates: Iterator[datetime] = field(init=False)

    def __post_init__(self) -> None:
        first = self.world.now() - _STEP * self.posts_to_come
        self._dates = (first + _STEP * number for number in itertools.count())

    def date(self) -> datetime:
        return next(self._dates)

    def record(
        self,
        kind: Format,
        seconds: float,
        said: Tags,
        *,
        dc: int = 2,
        as_document: bool = False,
        with_cover: bool = False,
    ) -> Document:
        """Make a file that says `said`, and post it as music that Telegram describes alike.

        Sent `as_document`, Telegram knows no more than its name and type.
        """
        number = next(self.numbers)
        cover = Mosaic(number).jpeg() if with_cover else b""
        tags = Tags(said.title, said.artist, said.album, said.track, cover)
        return self.world.add_document(
            body=kind.file(Melody(number, seconds), tags),
            dc=dc,
            name=f"{said.artist} - {said.title}.{kind.extension}",
            mime=kind.mime,
            title=None if as_document else said.title,
            performer=None if as_document else said.artist,
            duration=None if as_document else timedelta(seconds=int(seconds)),
            cover=cover or None,
        )

    def picture(self) -> Document:
        number = next(self.numbers)
        return self.world.add_document(
            body=Mosaic(number).jpeg(), name="photo.jpg", mime="image/jpeg"
        )

    def voice(self, seconds: float) -> Document:
        """Record a voice note: Opus, with neither name nor title."""
        number = next(self.numbers)
        return self.world.add_document(
            body=Format.OPUS.file(Melody(number, seconds)),
            mime=Format.OGG.mime,
            duration=timedelta(seconds=int(seconds)),
            voice=True,
        )
