from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.redaction import HIDDEN, Redactor, one_line, redacted

TOKEN = "123456789:AAFh3kD9sl-Lq2Zx_8vBnMq1w2e3r4t5y6u"
DIGEST = "a" * 64


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (TOKEN, "AAFh3k"),
        (f"https://api.telegram.org/file/bot{TOKEN}/music/a.mp3", "AAFh3k"),
        ("https://api.telegram.org/file/bot123456789%3AAAFh3kD9/a.mp3", "AAFh3k"),
        ("0123456789abcdef0123456789abcdef", "456789abc"),
        ("SignIn(phone_number='4915123456789', phone_code='24731')", "4731"),
        ('SignIn(phone_number="4915123456789", phone_code="24731")', "49151"),
        ("{'phone_code': '24731'}", "24731"),
        ("code=24731", "24731"),
        ("Login code: 24731. Do not give it to anybody", "24731"),
        ("+49 151 23456789", "3456"),
        ("CheckPassword(password='hunter 2')", "hunter"),
        ("password=hunter2, next", "hunter2"),
        ("password: hunter2", "hunter2"),
        ("1" + "ApWapzMBu2yQ-_" * 25 + "=", "ApWapzMBu2yQ"),
        ("AuthKey(key=b'\\x01hunter\\x02')", "hunter"),
        (f"key={DIGEST}", DIGEST),
        ("Cookie: sid=hunter2; other=hunter3", "hunter"),
        ("Set-Cookie: sid=hunter2; Path=/; HttpOnly", "hunter"),
        ("{'Cookie': 'sid=hunter2; other=hunter3'}", "hunter"),
        ("Authorization: Bearer hunter2.and.more", "hunter"),
        ("Proxy-Authorization: Basic aHVudGVyMjpodW50ZXI=", "aHVudGVy"),
        ("{'Authorization': 'Bearer hunter2'}", "hunter"),
        ("sent Bearer hunter2-hunter2", "hunter"),
        ("{'X-Telegram-Bot-Api-Secret-Token': 'hunter2'}", "hunter"),
        ("http://me:hunter2@proxy:1080", "hunter2"),
        ("socks5://:hunter2@proxy:1080", "hunter2"),
        ("whsec_aHVudGVyMmh1bnRlcjJodW50ZXIy", "aHVudGVy"),
        ("https://t.me/+hunter2hunter2aa", "hunter2"),
        ("t.me/joinchat/hunter2hunter2aa", "hunter2"),
        ("tg://join?invite=hunter2hunter2aa", "hunter2"),
        ("CheckChatInviteRequest(hash='hunter2hunter2aa')", "hunter2"),
        ("tg://login?token=aHVudGVyMg==", "aHVudGVy"),
        ("https://t.me/tad_bot?start=p12-hunter2hunter2hunter2a", "hunter2"),
        ("https://example.org/?api_key=hunter2&more=1", "hunter2"),
        ("/start c-hunter2hunter2hunter2a", "hunter2"),
        ("https://t.me/tad_bot?start=i-hunter2hunter2hunter2a", "hunter2"),
        ("tad-handed-1-12-hunter2hunter2hunter2a", "hunter2"),
        ("Your login code is 24731", "24731"),
        ("socks5://me:p@hunter2@proxy:1080", "hunter2"),
    ],
)
def test_what_looks_like_a_secret_or_is_called_one_goes(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redacted(text)
    assert HIDDEN in redacted(text)


@pytest.mark.parametrize("secret", ['one"HUNTER', "one'HUNTER", "one\\HUNTER", """o"'\\'"HUNTER"""])
@pytest.mark.parametrize(
    "written",
    [json.dumps, repr, lambda one: json.dumps(json.dumps(one))],
)
def test_what_is_escaped_in_a_secret_does_not_end_it(
    secret: str, written: Callable[[object], str]
) -> None:
    assert "HUNTER" not in redacted(written({"password": secret, "more": 1}))


@pytest.mark.parametrize("secret", ['one"HUNTER', "one\\HUNTER", "one\\"])
def test_what_stands_behind_a_secret_that_is_quoted_twice_stays(secret: str) -> None:
    text = redacted(json.dumps(json.dumps({"password": secret, "more": 1})))

    assert "HUNTER" not in text
    assert "more" in text


@pytest.mark.parametrize(
    "text",
    [
        f"track saved sha256={DIGEST} chat=-1001234567890 size=4915123456 code=420 at 12:30",
        "https://t.me/jazz/14 in https://t.me/c/1234567890/7",
        "The password was refused, and the code is wrong: try again",
        "playing p12 of a-list",
        "https://api.telegram.org/bot",
        "Basic blues and Bearer of news",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert text == redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "700:AA",
        "socks5://me:p%40ss-word@proxy:1080",
        "p@ss-word",
        "p%40ss-word",
        "Basic bWU6cEBzcy13b3Jk",
        "bWU6cEBzcy13b3Jk",
        "700%3AAA",
        r"\"quoted\" caf\u00e9",
        '"quoted" café',
    ],
)
def test_a_value_that_is_known_goes_however_it_is_written(text: str) -> None:
    known = ("700:AA", "socks5://me:p%40ss-word@proxy:1080", '"quoted" café')

    assert HIDDEN in Redactor(known).redacted(f"x{text}y")
    assert "word" not in Redactor(known).redacted(f"x{text}y")


def test_a_short_value_goes_where_it_stands_alone() -> None:
    redactor = Redactor()
    redactor.hide("24731")
    redactor.hide("ab")

    assert f"{HIDDEN}, 124731, ab" == redactor.redacted("24731, 124731, ab")


def test_one_line_stays_one() -> None:
    assert r"a\nb\x1b[31m\u2028é" == one_line("a\nb\x1b[31m\u2028é")
