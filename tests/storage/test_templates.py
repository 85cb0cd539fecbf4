from __future__ import annotations

import pytest

from storage.templates import FIELDS, Misfit, TemplateError, parse

ALBUM = "{albumartist}/{album} ({year})/[{disc}-][{track:02} ]{title}"
KNOWN = {
    "albumartist": "Miles", "artist": "Miles", "album": "Blue", "year": "1959", "track": "3",
    "title": "So What",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ALBUM, ("Miles", "Blue (1959)", "03 So What")),
        ("{artist} - {title}", ("Miles - So What",)),
        ("{title} - {genre}", ("So What",)),
        ("{genre} - {title}", ("So What",)),
        ("{title} - {genre} - {composer}", ("So What",)),
        ("{title} (live) ({genre})", ("So What (live)",)),
        ("{artist}/[{genre}/]{title}", ("Miles", "So What")),
        ("{artist}/[{album}/]{title}", ("Miles", "Blue", "So What")),
        ("{artist}/[{genre}]/{title}", ("Miles", "So What")),
        ("{artist}[ in {year}, {genre}]/{title}", ("Miles", "So What")),
        ("{{{artist}}}/[[{year}]] {title}", ("{Miles}", "[1959] So What")),
        ("Music/{ Artist }/{title}", ("Music", "Miles", "So What")),
        ("{track:3}/{track}/{title}", ("003", "3", "So What")),
        ("{artist}/.{title}.", ("Miles", "So What")),
    ],
)
def test_a_template_is_filled_with_what_is_known(text: str, expected: tuple[str, ...]) -> None:
    assert expected == parse(text).filled(KNOWN)


@pytest.mark.parametrize("text", ["{genre}/{title}", "{title}/{genre}", "CD {disc}/{title}"])
def test_a_folder_of_which_nothing_is_known_fits_no_track(text: str) -> None:
    assert parse(text).filled(KNOWN) is None


def test_every_field_there_is_can_be_read() -> None:
    for field in FIELDS:
        assert ("x",) == parse(f"{{{field}}}").filled({field: "x"})


@pytest.mark.parametrize(
    ("text", "misfit", "start", "word", "suggestion"),
    [
        ("{artist}/{albun}", Misfit.UNKNOWN_FIELD, 9, "{albun}", "album"),
        ("{$title}", Misfit.UNKNOWN_FIELD, 0, "{$title}", "title"),
        ("{}", Misfit.UNKNOWN_FIELD, 0, "{}", "title"),
        ("{title:02}", Misfit.BAD_FORMAT, 0, "{title:02}", "title"),
        ("{track:02d}", Misfit.BAD_FORMAT, 0, "{track:02d}", "track"),
        ("{track!r}", Misfit.BAD_FORMAT, 0, "{track!r}", "track"),
        ("a/{title", Misfit.OPEN, 2, "{", ""),
        ("a/[{title}", Misfit.OPEN, 2, "[", ""),
        ("{title} }", Misfit.CLOSED, 8, "}", ""),
        ("{title} ]", Misfit.CLOSED, 8, "]", ""),
        ("[{disc}[ {track}]]{title}", Misfit.NESTED, 7, "[", ""),
        ("{title}[ live]", Misfit.NO_FIELD, 7, "[ live]", ""),
        ("{artist}/song", Misfit.NO_FIELD, 9, "song", ""),
        ("", Misfit.NO_NAME, 0, "", ""),
        ("/{title}", Misfit.NO_NAME, 0, "", ""),
        ("{artist}//{title}", Misfit.NO_NAME, 9, "", ""),
        ("{artist}/", Misfit.NO_NAME, 9, "", ""),
        ("../{title}", Misfit.NO_NAME, 0, "..", ""),
        ("{artist}/{title}?", Misfit.UNPORTABLE, 16, "?", ""),
        ("{artist}\\{title}", Misfit.UNPORTABLE, 8, "\\", ""),
        ("C:/{title}", Misfit.UNPORTABLE, 1, ":", ""),
        ("a/" * 9 + "{title}", Misfit.TOO_DEEP, 17, "/", ""),
    ],
)
def test_what_is_wrong_with_a_template_is_pointed_at(
    text: str, misfit: Misfit, start: int, word: str, suggestion: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(text)

    error = caught.value
    assert (misfit, start) == (error.misfit, error.start)
    assert (word, suggestion) == (error.word, error.suggestion)
