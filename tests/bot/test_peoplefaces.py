from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.peoplefaces import Wish, card, every
from bot.personview import PersonView
from storage.models import Person, Role
from storage.people import Profile
from storage.quota import USUAL, Quota, Used

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLGA = Person(1, "Olga", Role.OWNER)
ANN = Person(2, "Ann", Role.ADMIN)


def view(number: int, role: Role = Role.MEMBER, banned_at: datetime | None = None) -> PersonView:
    person = Person(number, f"<Eve> {number}", role)
    profile = Profile(person, number, "eve", NOW - timedelta(days=3), NOW, banned_at)
    return PersonView(profile, USUAL[role], Quota(), Used(1, 2, 3 * 10**9))


def labels(face: Face) -> list[str]:
    return [button.label for row in face.rows for button in row]


def presses(face: Face) -> list[Press]:
    return [button.press for row in face.rows for button in row if isinstance(button, Button)]


def test_many_people_stand_on_pages() -> None:
    crowd = [view(number) for number in range(1, 46)]
    pages = [every(crowd, page, NOW) for page in (0, 1, 2, 99)]

    assert [21, 22, 6, 6] == [len(labels(one)) for one in pages]
    assert "45. " in pages[3].text
    assert Press(Action.PEOPLE, 1) == presses(pages[0])[-1]
    assert all(len(one.text) < 4096 for one in pages)


def test_a_line_tells_what_is_used_of_the_limits_and_escapes_names() -> None:
    text = every([view(5)], 0, NOW).text

    assert "&lt;Eve&gt; 5" in text
    assert "member · since 26 February 2026 · seen just now" in text
    assert "2 of 50 downloads, 3.0 GB of 20 GB today" in text


@pytest.mark.parametrize(
    ("viewer", "role", "expected"),
    [
        (OLGA, Role.MEMBER, ["→ admin", "→ guest", "Limits", "⛔ Ban", "Remove", "◀ All"]),
        (ANN, Role.MEMBER, ["→ guest", "Limits", "⛔ Ban", "Remove", "◀ All"]),
        (ANN, Role.ADMIN, ["◀ All"]),
        (ANN, Role.OWNER, ["◀ All"]),
        (OLGA, Role.OWNER, ["◀ All"]),
    ],
)
def test_a_card_offers_what_its_viewer_may_do(
    viewer: Person, role: Role, expected: list[str]
) -> None:
    assert expected == labels(card(view(5, role), viewer, NOW))


def test_who_is_banned_can_be_let_in_again_or_removed() -> None:
    face = card(view(5, banned_at=NOW - timedelta(hours=2)), OLGA, NOW)

    assert ["✓ Let in again", "Remove", "◀ All"] == labels(face)
    assert "Banned 2 h ago; was a member." in face.text
    assert Press(Action.PERSON, 5, (Wish.LET_IN,)) == presses(face)[0]
