"""Says what it means to encrypt the library, how far that is, and what came of it. Pure."""

from __future__ import annotations

from pathlib import Path

from bot import texts
from bot.characters import cleaned
from bot.texts import files
from downloader.resealing import Resealing
from storage.errors import DiskTrouble
from storage.resealing import Resealed

STOPPED = (
    "Stopped. What was done stays done, and all of it can be used; the same command goes on from "
    "there."
)
NOTHING = "Nothing was changed."
_FOR_TAD = (
    "Players, Navidrome, Jellyfin and beets cannot read them then; the bot and `tad` can, and "
    "`tad library export` makes plain copies. Names of files and folders stay as they are."
)
_KEY = "Without {key} nobody can open them, ever: keep a copy of it, apart from the music."
_BACK_UP = (
    "Make a backup now, with `tad backup`: one of before this does not know the key of the library."
)
_WHY = {
    DiskTrouble.LOCKED: "These are encrypted with a key that is not here:",
    DiskTrouble.BROKEN: "These are damaged; `tad verify --refill` fetches them again:",
    DiskTrouble.DENIED: "I may not change these; give the user that runs this the right to:",
}
_OTHER = "These could not be read or written:"


def preview(count: int, size: int, key_file: Path, *, seals: bool) -> list[str]:
    what = f"{files(count)}, {texts.size(size)}"
    if not seals:
        return [f"Decrypt the library ({what}), and all that comes into it from now on."]
    return [
        f"Encrypt the library ({what}), and all that comes into it from now on.",
        _FOR_TAD,
        _KEY.format(key=key_file),
    ]


def question(*, seals: bool) -> str:
    return "Encrypt it?" if seals else "Decrypt it?"


def so_far(done: Resealing) -> str:
    return f"{done.done:,} of {files(done.total)}"


def report(done: Resealing, *, seals: bool) -> list[str]:
    verb = "encrypted" if seals else "decrypted"
    line = f"{files(done.counts[Resealed.DONE])} {verb}"
    if before := done.counts[Resealed.AS_WANTED]:
        line += f", {before:,} had been before"
    lines = [f"{line}."]
    if changed := done.counts[Resealed.CHANGED]:
        lines.append(f"{files(changed)} changed meanwhile: run it once more.")
    if gone := done.counts[Resealed.GONE]:
        lines.append(f"{files(gone)} are not there any more: see `tad verify`.")
    for why in dict.fromkeys(done.troubles.values()):
        lines += ["", _WHY.get(why, _OTHER)]
        lines += [f"  {cleaned(str(path))}" for path, its in done.troubles.items() if its is why]
    return [*lines, "", _BACK_UP] if seals and done.counts[Resealed.DONE] else lines
