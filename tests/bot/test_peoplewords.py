from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import Usage, UsageError
from bot.peoplewords import Inviting, Who, invited, quota, role_named, who, who_and_rest
from storage.models import Role
from storage.quota import NO_LIMIT, Quota


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", None),
        ("member", Inviting(Role.MEMBER, timedelta(hours=24))),
        ("guest 48", Inviting(Role.GUEST, timedelta(hours=48))),
        ("3h admins", Inviting(Role.ADMIN, timedelta(hours=3))),
        ("12", Inviting(Role.MEMBER, timedelta(hours=12))),
    ],
)
def test_an_invite_has_a_role_and_hours_in_any_order(said: str, meant: Inviting | None) -> None:
    assert meant == invited(said)


@pytest.mark.parametrize("said", ["king", "member 0", "member 721", "1 2", "member guest"])
def test_what_is_no_invite_is_a_mistake(said: str) -> None:
    with pytest.raises(UsageError) as found:
        invited(said)

    assert Usage.BAD_INVITE is found.value.usage


def test_people_are_named_by_name_or_number() -> None:
    assert [Who(username="ann_1"), Who(number=12), None] == [
        who(word) for word in ("@ann_1", "12", "ann")
    ]


def test_what_stands_behind_the_name_is_the_rest() -> None:
    assert (Who(username="ann"), "member") == who_and_rest("@ann member")
    assert (None, "member") == who_and_rest(" member ")


def test_roles_are_named_in_the_plural_too() -> None:
    assert [Role.MEMBER, Role.GUEST, None] == [role_named(one) for one in ("Members", "guest", "x")]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("5 jobs", Quota(5, 2, 3, 4)),
        ("1 job 100 queued", Quota(1, 100, 3, 4)),
        ("20GB/day", Quota(1, 2, 20 * 10**9, 4)),
        ("1.5 TB / day, 500 mb/file", Quota(1, 2, 1_500 * 10**9, 500 * 10**6)),
        ("0 jobs", Quota(NO_LIMIT, 2, 3, 4)),
        ("default", Quota()),
        ("unlimited", Quota(*(NO_LIMIT,) * 4)),
    ],
)
def test_limits_are_said_in_parts_and_the_others_stay(said: str, meant: Quota) -> None:
    assert meant == quota(said, Quota(1, 2, 3, 4))


@pytest.mark.parametrize("said", ["", "5", "5 jobs please", "20GB", "-1 jobs", "5 jobs 20GB/week"])
def test_what_are_no_limits_is_a_mistake(said: str) -> None:
    with pytest.raises(UsageError) as found:
        quota(said, Quota())

    assert Usage.BAD_QUOTA is found.value.usage
