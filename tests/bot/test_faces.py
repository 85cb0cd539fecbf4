from __future__ import annotations

import hmac

from bot.callbacks import Action, Press, Seal
from bot.faces import Button, Face, Opener, bare, keyboard


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
