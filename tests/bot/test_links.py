from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import links
from bot.errors import Usage, UsageError
from bot.links import Link
from storage.models import Chat, ChatKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://t.me/jazz", Link("@jazz")),
        ("t.me/jazz", Link("@jazz")),
        ("HTTPS://T.ME/Jazz_Club", Link("@jazz_club")),
        ("http://telegram.me/jazz/", Link("@jazz")),
        ("https://www.t.me/jazz", Link("@jazz")),
        ("telegram.dog/jazz", Link("@jazz")),
        ("https://t.me:443/jazz", Link("@jazz")),
        ("https://t.me/jazz/12", Link("@jazz", 12, 12)),
        ("t.me/jazz/12-40", Link("@jazz", 12, 40)),
        ("t.me/jazz/40-12", Link("@jazz", 12, 40)),
        ("https://t.me/c/1234567890/77", Link("-1001234567890", 77, 77)),
        ("t.me/c/5/77", Link("-1000000000005", 77, 77)),
        ("t.me/c/5", Link("-1000000000005")),
        ("https://t.me/jazz/3/12", Link("@jazz", 12, 12, topic=3)),
        ("https://t.me/c/5/3/12-14", Link("-1000000000005", 12, 14, topic=3)),
    ],
)
def test_a_link_leads_to_a_chat_a_message_or_a_range(text: str, expected: Link) -> None:
    assert expected == links.read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tg://resolve?domain=jazz", Link("@jazz")),
        ("tg:resolve?domain=jazz&post=12", Link("@jazz", 12, 12)),
        ("tg://resolve?domain=jazz&post=12&single", Link("@jazz", 12, 12)),
        ("tg://resolve?domain=jazz&post=12&thread=3", Link("@jazz", 12, 12, topic=3)),
        ("tg://privatepost?channel=5&post=12", Link("-1000000000005", 12, 12)),
        ("https://t.me/s/jazz", Link("@jazz")),
        ("https://t.me/s/jazz/12", Link("@jazz", 12, 12)),
        ("https://t.me/jazz/12?thread=3", Link("@jazz", 12, 12, topic=3)),
        ("https://t.me/jazz/12?single", Link("@jazz", 12, 12)),
        ("https://t.me/jazz/12?comment=5", Link("@jazz", 12, 12)),
        ("https://telegram.me/jazz/12", Link("@jazz", 12, 12)),
    ],
)
def test_row21_other_forms_of_telegram_links_are_parsed(text: str, expected: Link) -> None:
    assert expected == links.read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 18: far too long a number
        ("t.me/c/1/999999999999999999999", Usage.BAD_MESSAGE),
        # 19: 0, negative
        ("t.me/jazz/0", Usage.BAD_MESSAGE),
        ("t.me/jazz/-4", Usage.BAD_MESSAGE),
        ("t.me/jazz/2147483647", Usage.BAD_MESSAGE),
        ("t.me/jazz/1-2147483648", Usage.BAD_MESSAGE),
        ("t.me/jazz/2147483648/5", Usage.BAD_MESSAGE),
        ("t.me/jazz/٣", Usage.BAD_MESSAGE),
        ("t.me/jazz/12-", Usage.BAD_MESSAGE),
        ("t.me/jazz/1/2/3", Usage.BAD_MESSAGE),
        ("t.me/jazz/12?thread=x", Usage.BAD_MESSAGE),
        # 20: invitations are never followed
        ("https://t.me/joinchat/AAAAAE", Usage.INVITE),
        ("https://t.me/+AbCd", Usage.INVITE),
        ("tg://join?invite=AbCd", Usage.INVITE),
        # 22: other places
        ("http://169.254.169.254", Usage.ELSEWHERE),
        ("http://169.254.169.254/latest/meta-data", Usage.ELSEWHERE),
        ("file:///etc/passwd", Usage.ELSEWHERE),
        ("javascript:alert(1)", Usage.ELSEWHERE),
        ("ftp://t.me/jazz", Usage.ELSEWHERE),
        ("https://t.me:8443/jazz", Usage.ELSEWHERE),
        ("https://t.me:x/jazz", Usage.ELSEWHERE),
        ("https://[::1/jazz", Usage.ELSEWHERE),
        ("https://t.me./jazz", Usage.ELSEWHERE),
        # 23: look-alikes
        ("https://t.mе/jazz", Usage.LOOKALIKE),
        ("ｔ.me/jazz", Usage.LOOKALIKE),
        # 24: other hosts in disguise
        ("https://user:pass@t.me/jazz", Usage.CREDENTIALS),
        ("https://t.me@evil.com/jazz", Usage.CREDENTIALS),
        ("https://t.me\\@evil.com/jazz", Usage.CREDENTIALS),
        ("https://t.me.evil.com/jazz", Usage.ELSEWHERE),
        ("https://evil.com/t.me/jazz", Usage.ELSEWHERE),
        # and what is no chat
        ("https://t.me", Usage.NO_CHAT_IN_LINK),
        ("https://t.me/addstickers/Cats", Usage.NO_CHAT_IN_LINK),
        ("https://t.me/ab", Usage.NO_CHAT_IN_LINK),
        ("https://t.me/c/0/1", Usage.NO_CHAT_IN_LINK),
        ("https://t.me/c/x/1", Usage.NO_CHAT_IN_LINK),
        ("tg://settings", Usage.NO_CHAT_IN_LINK),
        ("tg://resolve?post=1", Usage.NO_CHAT_IN_LINK),
    ],
)
def test_rows18_to_24_links_that_cannot_be_followed_say_why(text: str, expected: Usage) -> None:
    with pytest.raises(UsageError) as caught:
        links.read(text)

    assert expected is caught.value.usage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://t.me/jazz", True),
        ("t.me/jazz", True),
        ("t.me", True),
        ("evil.com/x", True),
        ("user:pass@t.me/jazz", True),
        ("javascript:alert(1)", True),
        ("tg:resolve?domain=jazz", True),
        ("@jazz", False),
        ("hello", False),
        ("12:30", False),
        ("so.", False),
        ("100-200", False),
    ],
)
def test_what_is_meant_as_a_link_is_recognised(text: str, expected: bool) -> None:
    assert expected is links.looks_like_one(text)


@pytest.mark.parametrize(
    ("chat", "chat_id", "expected"),
    [
        (Chat(-1001, "Jazz", "Jazz", ChatKind.CHANNEL), -1001, "https://t.me/Jazz/5"),
        (None, -1000000001234, "https://t.me/c/1234/5"),
        (None, -55, None),
        (None, 55, None),
    ],
)
def test_a_message_is_linked_to_where_telegram_has_links(
    chat: Chat | None, chat_id: int, expected: str | None
) -> None:
    found = links.to_message(chat, chat_id, 5)

    assert expected == found
    if found:
        assert links.read(found).first == 5


@given(st.text(max_size=100))
def test_no_text_breaks_the_reader(text: str) -> None:
    for prefix in ("", "https://t.me/", "tg://resolve?", "//", "https://"):
        try:
            link = links.read(prefix + text)
        except UsageError:
            continue
        assert link.chat
