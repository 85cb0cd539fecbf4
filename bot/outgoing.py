"""Makes of a track what a person wants of it, and sends that. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot import media, trackwords
from bot.commissions import Commission
from bot.delivery import Delivery
from bot.errors import Obstacle, TooLargeError, UnconvertibleError
from bot.media import Parcel, SentAs
from downloader.conversion import Conversion, Hitch, Into, UnconvertedError
from downloader.converting import Converter, Source
from storage.files import Files
from storage.formats import Kind, of_name
from storage.models import Track


class Outgoing:
    """Without a `converter`, nothing can be made."""

    def __init__(self, files: Files, delivery: Delivery, converter: Converter | None) -> None:
        self._files = files
        self._delivery = delivery
        self._converter = converter

    async def clear(self) -> None:
        """Remove what a run that was killed has left. To be called before anything is made."""
        await self._files.copies.drop_outgoing()

    async def possible(self, track: Track, conversion: Conversion) -> tuple[Track, Conversion]:
        """Return the file that it is to be made of, and what, with nothing left open.

        Raises `UndeliverableError`.
        """
        if self._converter is None:
            raise UnconvertibleError(Obstacle.NO_PROGRAM, track)
        track = await self._delivery.on_disk(track)
        kind = of_name(track.path.name) if track.path else None
        whole, room = track.duration, self._delivery.room
        if conversion.is_beyond(whole):
            raise UnconvertibleError(Hitch.BEYOND_END, track)
        conversion = conversion.made_of(kind, whole)
        if (conversion.bytes_of(track.file_size, whole) or 0) > room:
            raise self._too_large(track, conversion)
        return track, conversion

    async def send(self, commission: Commission) -> None:
        """Raise `UndeliverableError`, and what is raised by sending."""
        made = self._files.copies.outgoing()
        try:
            kind, size = await self._made(commission, made)
            await self._delivery.pass_on(commission.spot, _parcel(commission, made, kind, size))
        except TooLargeError as error:
            raise self._too_large(commission.track, commission.conversion) from error
        finally:
            await self._files.copies.drop(made)

    async def _made(self, commission: Commission, made: Path) -> tuple[Kind, int]:
        track = commission.track
        assert self._converter is not None, "see `possible`"
        assert track.path is not None, "see `possible`"
        room = self._delivery.room
        try:
            async with self._files.plain(track.path) as path:
                source = Source(path, track.description, track.duration)
                return await self._converter.convert(source, commission.conversion, made, room)
        except UnconvertedError as error:
            if error.hitch is Hitch.TOO_LARGE:
                raise self._too_large(track, commission.conversion) from error
            raise UnconvertibleError(error.hitch, track) from error

    def _too_large(self, track: Track, conversion: Conversion) -> UnconvertibleError:
        room = self._delivery.room
        fitting = conversion.fitting(track.duration, room)
        return UnconvertibleError(Hitch.TOO_LARGE, track, room, fitting)


def _parcel(commission: Commission, made: Path, kind: Kind, size: int) -> Parcel:
    conversion, whole = commission.conversion, commission.track.duration
    track = replace(commission.track, duration=conversion.length_of(whole), format=kind.extension)
    parcel: Parcel = replace(
        media.unknown(track, made, size), name=trackwords.file_name(track, kind.extension)
    )
    return replace(parcel, kind=SentAs.VOICE) if conversion.into is Into.VOICE else parcel
