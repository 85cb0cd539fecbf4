"""The sentences about what a track is called and how to correct it. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.editing import FIELDS, Mistake, Wrong
from bot.shelftexts import ASKS_EDIT
from bot.texts import quoted
from storage.description import Description, Provenance
from storage.models import Track
from storage.sound import Flaw, Grade, Sound

EXAMPLE = "title: So What"  # shown where people type
USAGE = (
    "Answer a track that I sent with <code>/edit</code>, and I tell what it is called and why. "
    "<code>/edit title: So What; track: 1</code> corrects it right away."
)
HOW = (
    "Answer this message with what is wrong, a line each: <code>title: So What</code>, "
    "<code>track: 3/12</code>, <code>compilation: yes</code>. A field with nothing behind it "
    "(<code>genre:</code>) is emptied, <code>reset title</code> gives back what was found."
)
NOTHING_SAID = "There is nothing in it to change. Write a line such as <code>title: So What</code>."
_MOST_MISTAKES = 5  # that are told
_FROM = {
    Provenance.PERSON: "somebody said so",
    Provenance.TAGS: "from its tags",
    Provenance.TELEGRAM: "from Telegram",
    Provenance.CAPTION: "from the caption",
    Provenance.ALBUM_CAPTION: "from the caption of the album",
    Provenance.NAME: "from the file name",
    Provenance.NEIGHBOURS: "from what was posted with it",
    Provenance.LOOKUP: "from a public database",
}
_GRADES = {
    Grade.BROKEN: "broken",
    Grade.POOR: "poor",
    Grade.FAIR: "fair",
    Grade.GOOD: "good",
    Grade.EXCELLENT: "excellent",
}
_FLAWS = {
    Flaw.TRUNCATED: "it ends early",
    Flaw.BROKEN_FRAMES: "parts of it are broken",
    Flaw.OTHER_LENGTH: "it is not as long as Telegram was told",
    Flaw.UPSAMPLED: "it was made from a lower bitrate",
    Flaw.FAKE_LOSSLESS: "it was made from something lossy",
    Flaw.SILENT: "it is silent",
}
_MISTAKES = {
    Wrong.NO_FIELD: "“{text}”: which field? Write it as in <code>title: So What</code>.",
    Wrong.UNKNOWN_FIELD: "I know no field “{text}”. There are {fields}.",
    Wrong.BAD_NUMBER: "{field}: “{text}” is no number. Write <code>{field}: 3</code> or "
    "<code>{field}: 3/12</code>.",
    Wrong.BAD_DATE: "{field}: “{text}” is no date. Write <code>year: 1959</code> or "
    "<code>year: 1959-08-17</code>.",
    Wrong.NEITHER_YES_NOR_NO: "{field}: write <code>{field}: yes</code> or "
    "<code>{field}: no</code>.",
    Wrong.TWICE: "{field}: this is said twice.",
}
_VALUE = 200  # so that what is copied is whole
_NOT_LISTENED = "Nobody has listened to it yet"


def label(link: str, track: Track) -> str:
    """Tell of each field what it says and why, and how it sounds; `link` names the track."""
    rows = "\n".join(_row(field, track.description) for field in FIELDS)
    return f"{ASKS_EDIT} {link}\n\n{rows}\n\n{sound(track)}\n\n{HOW}"


def changed(link: str, fields: Iterable[str]) -> str:
    """Say which fields, by their names in a description, are different from now on."""
    touched = {*fields}
    told = [field for field, names in FIELDS.items() if touched & {*names}]
    return (
        f"{ASKS_EDIT} {link}: I have changed {_listed(told)}. Its file follows in a moment. "
        "Answer this message to change more."
    )


def mistakes(found: Sequence[Mistake]) -> str:
    """Say what is wrong, a line each, or that nothing was said; nothing was changed."""
    if not found:
        return NOTHING_SAID
    told = [*dict.fromkeys(map(_mistake, found))]  # each once
    more = [f"And {len(told) - _MOST_MISTAKES} more."] if len(told) > _MOST_MISTAKES else []
    return "\n".join([*told[:_MOST_MISTAKES], *more, "I have changed nothing."])


def sound(track: Track) -> str:
    """Write how good it is, and why: `Good: 256 kb/s mp3`, then what is wrong with it."""
    facts = _facts(track.sound, track.format)
    if track.grade is None:
        return f"{_NOT_LISTENED}{f': {facts}' if facts else ''}."
    told = [facts, *flaws(track.flaws)]
    return f"{_GRADES[track.grade].capitalize()}: {'; '.join(filter(None, told))}."


def flaws(found: Collection[Flaw]) -> list[str]:
    """Say what is wrong with a file, each as a sentence about it."""
    return [_FLAWS[flaw] for flaw in Flaw if flaw in found]


def _row(field: str, description: Description) -> str:
    names = FIELDS[field]
    value = quoted(_value(field, description), _VALUE)
    known = (description.provenance[one] for one in names if one in description.provenance)
    source = next(known, None)
    why = f" – <i>{_FROM[source]}</i>" if source else ""
    return f"<code>{field}: {value}</code>{why}"


def _value(field: str, description: Description) -> str:
    first, *others = (getattr(description, name) for name in FIELDS[field])
    if isinstance(first, bool):
        return "yes" if first else "no"
    total = next(iter(others), None)
    return f"{first or '?'}/{total}" if total else str(first or "")


def _facts(sound_of: Sound, form: str) -> str:
    return " ".join(_known_facts(sound_of, form))


def _known_facts(sound_of: Sound, form: str) -> Iterator[str]:
    if sound_of.bitrate:
        yield f"{round(sound_of.bitrate / 1000)} kb/s"
    if name := sound_of.codec or form:
        yield quoted(name)


def _listed(fields: list[str]) -> str:
    *most, last = fields or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def _mistake(one: Mistake) -> str:
    return _MISTAKES[one.wrong].format(
        text=quoted(one.text), field=quoted(one.field), fields=_listed([*FIELDS])
    )
