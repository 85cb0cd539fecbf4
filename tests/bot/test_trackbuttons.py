from __future__ import annotations

import pytest

from bot.callbacks import Action, Press
from bot.faces import Button, Opener
from bot.trackbuttons import face
from storage.models import Role
from tests.bot.library import a_track

_LIKE, _UNLIKE = Press(Action.LIKE, 1, (1,)), Press(Action.LIKE, 1, (0,))


@pytest.mark.parametrize(
    ("liked", "buttons"),
    [
        (False, (Button("♡ Like", _LIKE),)),
        (True, (Button("♥ Liked", _UNLIKE),)),
        (None, (Button("♡ Like", _LIKE), Button("✕ Unlike", _UNLIKE))),
    ],
)
def test_the_heart_says_what_a_press_will_do(
    liked: bool | None, buttons: tuple[Button, ...]
) -> None:
    assert buttons == face(a_track(), None, liked=liked, role=Role.OWNER).rows[0][:-1]


@pytest.mark.parametrize(
    ("performer", "album", "labels"),
    [
        ("Trio", "First", ["Same artist", "Same album"]),
        ("Trio", "", ["Same artist"]),
        ("", "First", ["Same album"]),
        ("!!!", "…", []),  # nothing that could be searched for
    ],
)
def test_the_same_is_offered_where_there_is_one(
    performer: str, album: str, labels: list[str]
) -> None:
    rows = face(a_track(performer=performer, album=album), None, liked=None, role=Role.OWNER).rows

    assert [*labels, "✎ Edit", "⇄ Convert"] == [button.label for row in rows[1:] for button in row]


def test_the_source_opens_where_there_is_a_link() -> None:
    assert () == face(a_track(), None, liked=None, role=Role.OWNER).openers
    link = "https://t.me/jazz/1"
    assert (Opener("↗ Source", link),) == face(a_track(), link, liked=None, role=Role.OWNER).openers


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.ADMIN, ["♡ Like", "＋ List", "Same artist", "✎ Edit", "⇄ Convert"]),
        (Role.MEMBER, ["♡ Like", "＋ List", "Same artist", "⇄ Convert"]),
        (Role.GUEST, ["Same artist"]),
    ],
)
def test_only_what_a_role_may_do_is_offered(role: Role, labels: list[str]) -> None:
    rows = face(a_track(performer="Trio", album=""), None, liked=False, role=role).rows

    assert labels == [button.label for row in rows for button in row]
