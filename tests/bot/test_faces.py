from __future__ import annotations

import hmac

from bot.callbacks import Action, Press, Seal
from bot.characters import units
from bot.faces import MOST, Button, Face, Opener, bare, fitting, keyboard


def seal() -> Seal:
    return Seal(lambda data: hmac.digest(b"key", data, "sha256"))


def test_what_has_no_buttons_has_no_keyboard() -> None:
    assert keyboard(Face("x"), 7, seal()) is None


def test_buttons_are_signed_for_the_chat_and_openers_stand_last() -> None:
    press = Press(Action.SEND, 12)
    face = Face("x", ((Button("1", press),),), (Opener("Source", "https://t.me/jazz/1"),))
    markup = keyboard(face, 7, seal())

    assert markup is not None
    [[button], [opener]] = markup.inline_keyboard
    assert press == seal().unpack(7, button.callback_data)
    assert ("Source", "https://t.me/jazz/1") == (opener.text, opener.url)


def test_bare_html_is_the_text_that_it_shows() -> None:
    assert "“<b>” & x" == bare("<b>“&lt;b&gt;”</b> &amp; x")


def test_what_has_no_room_in_one_message_is_left_out_line_by_line() -> None:
    lines = [f"<b>{number}</b> &lt;{'x' * 90}&gt;" for number in range(100)]
    shown = fitting("\n".join(lines)).split("\n")

    assert "short" == fitting("short")
    assert (lines[: len(shown) - 1], "…") == (shown[:-1], shown[-1])
    assert MOST - 200 < units(bare("\n".join(shown))) <= MOST


def test_a_line_that_alone_has_no_room_is_shortened() -> None:
    shown = fitting(f"<b>{'😀' * 5000}</b>\nmore")

    assert units(bare(shown)) <= MOST
    assert shown.startswith("😀")
    assert shown.endswith("…\n…")
