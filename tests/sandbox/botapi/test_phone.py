from __future__ import annotations

import pytest

from sandbox.botapi.phone import LoginCode, Phone, QrRefusedError
from sandbox.world import User


def test_codes_are_kept_and_told(ann_user: User) -> None:
    phone, told = Phone(), list[LoginCode]()
    phone.listeners.append(told.append)
    phone.show_code(ann_user, "12345")

    assert [LoginCode(ann_user, "12345")] == phone.codes == told


def test_a_scanned_link_is_approved(ann_user: User) -> None:
    approved: list[tuple[bytes, User]] = []
    phone = Phone(approve=lambda token, user: approved.append((token, user)))
    phone.scan(" tg://login?token=-_8 ", ann_user)

    assert [(b"\xfb\xff", ann_user)] == approved


@pytest.mark.parametrize(
    "link", ["", "https://t.me/", "tg://login", "tg://login?token=ä", "tg://resolve?token=-_8"]
)
def test_what_is_no_login_link_is_refused(ann_user: User, link: str) -> None:
    phone = Phone(approve=lambda token, user: None)

    with pytest.raises(QrRefusedError, match="not a login link"):
        phone.scan(link, ann_user)


def test_without_a_login_server_nothing_is_approved(ann_user: User) -> None:
    with pytest.raises(QrRefusedError, match="no login server"):
        Phone().scan("tg://login?token=-_8", ann_user)


def test_the_login_server_may_refuse(ann_user: User) -> None:
    def refuse(token: bytes, user: User) -> None:
        raise LookupError

    with pytest.raises(QrRefusedError, match="the login server refused it"):
        Phone(approve=refuse).scan("tg://login?token=-_8", ann_user)
