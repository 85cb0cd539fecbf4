"""How loud several tracks are together, by the gates of EBU R 128. Pure.

Loudness is measured in moments of 0.4 s that begin every tenth of a second. Of those that are no
silence only the ones count that are not much quieter than all of them together (ITU-R BS.1770-4).
So an album is as loud as its moments, which is not what its tracks are on average.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping

SILENCE = -70.0  # LUFS below which nothing counts
_GATE = 10.0  # LU below all that is no silence
_STEPS = 10  # of a LU, of which moments are counted
_PAIR = struct.Struct("<hI")

Moments = Mapping[int, int]  # how many there are of each loudness, in steps of a tenth of a LU


def counted(loudness: Iterable[float]) -> Moments:
    """Count moments by their loudness in LUFS, but for silence."""
    heard = (one for one in loudness if math.isfinite(one) and one >= SILENCE)
    return Counter(round(one * _STEPS) for one in heard)


def packed(moments: Moments) -> bytes:
    return zlib.compress(b"".join(_PAIR.pack(*pair) for pair in sorted(moments.items())))


def unpacked(stored: bytes) -> Moments:
    return dict(_PAIR.iter_unpack(zlib.decompress(stored)))


def together(tracks: Iterable[Moments]) -> float | None:
    """Return the loudness in LUFS of all of them, one after the other; None of silence."""
    moments: Counter[int] = Counter()
    for one in tracks:
        moments.update(one)
    if not moments:
        return None
    gate = _mean(moments) - _GATE
    return _mean({step: count for step, count in moments.items() if step / _STEPS >= gate})


def _mean(moments: Moments) -> float:
    """Average the energy: a loud moment weighs more than a quiet one."""
    energy = sum(count * 10 ** (step / _STEPS / 10) for step, count in moments.items())
    return 10 * math.log10(energy / sum(moments.values()))
