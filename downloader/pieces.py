"""Which bytes Telegram's hashes speak for, and which of them are wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from downloader.source import PieceHash

MIB = 1 << 20


def end_of(piece: PieceHash) -> int:
    return piece.offset + piece.size


def following(told: Iterable[PieceHash], start: int, end: int, size: int) -> list[PieceHash]:
    """Return the pieces that cover a file of `size` bytes from `start` on, without a gap.

    They stop where `end` is reached. The last piece of a file may be told as if it were whole.
    """
    found: list[PieceHash] = []
    at = start
    for piece in sorted(told, key=lambda one: one.offset):
        if end_of(piece) <= at:
            continue
        if piece.offset > at or at >= end:
            break
        found.append(PieceHash(piece.offset, min(piece.size, size - piece.offset), piece.sha256))
        at = end_of(piece)
    return found


def differing(pieces: Sequence[PieceHash], digests: Sequence[bytes]) -> list[PieceHash]:
    """Return the pieces whose bytes have another SHA-256 than was told."""
    pairs = zip(pieces, digests, strict=True)
    return [piece for piece, digest in pairs if piece.sha256 != digest]


def handfuls(pieces: Sequence[PieceHash]) -> Iterator[Sequence[PieceHash]]:
    """Yield the pieces a few at a time, so that little is read at once."""
    first, count = 0, 0
    for number, piece in enumerate(pieces):
        if count and count + piece.size > MIB:
            yield pieces[first:number]
            first, count = number, 0
        count += piece.size
    if pieces:
        yield pieces[first:]
