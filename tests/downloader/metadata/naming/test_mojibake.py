from __future__ import annotations

import pytest

from downloader.metadata.naming.mojibake import is_broken, repaired
from tests.storage.search.corpus import TRACKS

_WRONGLY = [("utf-8", "cp1252"), ("utf-8", "latin-1"), ("cp1251", "latin-1"), ("cp1253", "latin-1")]


def _misread(text: str, written: str, read: str) -> str:
    """Return a text as a program shows it that reads it wrongly, undefined bytes as controls."""
    shown = (bytes((byte,)) for byte in text.encode(written))
    return "".join(byte.decode(read, "ignore") or chr(byte[0]) for byte in shown)


def _names(written: str) -> list[tuple[str, str]]:
    """Return names that are not ASCII and that this encoding has."""
    told = [(artist, title) for artist, title, _ in TRACKS if not (artist + title).isascii()]
    if written == "utf-8":
        return told
    script = {"cp1251": ("а", "я"), "cp1253": ("α", "ω")}[written]
    return [
        pair for pair in told
        if any(script[0] <= one <= script[1] for one in "".join(pair).lower())
        if "".join(pair).encode(written, "ignore").decode(written) == "".join(pair)
    ]  # fmt: skip


def test_good_names_of_any_language_are_left_alone() -> None:
    harmed = [
        name
        for artist, title, album in TRACKS
        for name in (artist, title, album)
        if repaired([name]) != [name] or is_broken(name)
    ]

    assert [] == harmed


@pytest.mark.parametrize(("written", "read"), _WRONGLY)
def test_row89_names_that_were_read_wrongly_come_back(written: str, read: str) -> None:
    told = _names(written)

    back = [repaired([_misread(name, written, read) for name in pair]) for pair in told]

    assert len(told) > 20
    assert [list(pair) for pair in told] == back


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["ëÉÎÏ", "ðÁÞËÁ ÓÉÇÁÒÅÔ"], ["Кино", "Пачка сигарет"]),  # KOI8-R
        (["ÝíÑæÒ", "äÓã ÚáíäÇ ÇáåæÇ"], ["فيروز", "نسم علينا الهوا"]),
        (["Tarkan", "Þýmarýk"], ["Tarkan", "Şımarık"]),
        (["ÖÜ½ÜÂ×", "ÇçÌì"], ["周杰伦", "晴天"]),
        (["¾ÆÀÌÀ¯", "ÁÁÀº ³¯"], ["아이유", "좋은 날"]),
        (["‰F‘½“cƒqƒJƒ‹", "First Love"], ["宇多田ヒカル", "First Love"]),
        (["РљРёРЅРѕ", "РљСѓРєСѓС€РєР°"], ["Кино", "Кукушка"]),
        (["ДДТ", "Äîæäü è âåòåð"], ["ДДТ", "Дождь и ветер"]),
        (["Îêåàí Åëüçè", "Hello"], ["Океан Ельзи", "Hello"]),
        (["Motörhead", "Ã‰tude"], ["Motörhead", "Étude"]),
        (["", "plain"], ["", "plain"]),
    ],
)
def test_what_one_program_wrote_is_looked_at_together(texts: list[str], meant: list[str]) -> None:
    assert meant == repaired(texts)


@pytest.mark.parametrize(
    "name",
    ["Sólstafir", "Þín orð", "Ljóð í sand", "Ýmir", "Åå", "Éa", "Øya", "CAFÉ”", "Ñu", "Č", "Œuvre"],
)  # fmt: skip
def test_letters_that_are_rare_are_no_mistake(name: str) -> None:
    assert [name] == repaired([name])


@pytest.mark.parametrize("text", ["?????", "??? ????", "a\ufffdb", "å‘¨æ°ä¼¦"])
def test_what_is_lost_says_nothing(text: str) -> None:
    assert is_broken(text)


@pytest.mark.parametrize("text", ["What?", "Why? Who? Where?", "???? or not at all", "Hoppípolla"])
def test_a_question_is_no_loss(text: str) -> None:
    assert not is_broken(text)
