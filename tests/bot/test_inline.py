from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram.types import (
    InlineQueryResultArticle,
    InlineQueryResultCachedAudio,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedVoice,
    InputTextMessageContent,
)
from hypothesis import example, given
from hypothesis import strategies as st

from bot import inline
from bot.inline import Offer, Offset, Part
from storage.playing import SentFile
from storage.query.errors import QueryError
from storage.query.parser import parse
from storage.search.search import Cursor
from tests.bot.test_deliverytexts import TRACK

# https://core.telegram.org/bots/api#answerinlinequery
LONGEST_OFFSET = 64  # bytes
_ID = st.integers(0, (1 << 63) - 1)
_COUNT = st.integers(0, 10**9 - 1)


def offsets() -> st.SearchStrategy[Offset]:
    listed = st.builds(Offset, st.sampled_from([Part.FAVORITES, Part.PLAYED]), _COUNT)
    cursors = st.builds(Cursor, _ID, _ID, _COUNT)
    return listed | cursors.map(lambda cursor: Offset(Part.NEWEST, cursor=cursor))


@given(offsets())
def test_an_offset_is_read_as_it_was_written(offset: Offset) -> None:
    written = offset.written()

    assert len(written.encode()) <= LONGEST_OFFSET
    assert inline.offset(written) == offset


@given(st.text())
@example("")
@example("f")
@example("c1.2")
@example("c1.2.3.4")
@example("p٣")
@example(f"c1.{1 << 63}.0")
def test_what_is_no_offset_is_the_beginning(text: str) -> None:
    if not re.fullmatch(r"[fp]\d{1,9}|c\d{1,18}\.\d{1,18}\.\d{1,9}", text, re.ASCII):
        assert inline.offset(text) is None


def test_a_file_that_telegram_knows_can_be_sent_right_away() -> None:
    shown = {}
    for kind in ("audio", "document", "voice"):
        offer = Offer([TRACK], {TRACK.id: SentFile("ID", kind)})
        [shown[kind]] = inline.results(offer, "loader_bot")

    audio, document, voice = shown.values()
    assert isinstance(audio, InlineQueryResultCachedAudio)
    assert ("t1", "ID") == (audio.id, audio.audio_file_id)
    assert isinstance(document, InlineQueryResultCachedDocument)
    assert ("t1", "ID") == (document.id, document.document_file_id)
    assert ("Miles & Co – So <What>", "3:45 · MP3 · 1.0 kB") == (
        document.title,
        document.description,
    )
    assert isinstance(voice, InlineQueryResultCachedVoice)
    assert ("t1", "ID") == (voice.id, voice.voice_file_id)


def test_a_file_that_it_does_not_know_is_a_card_that_leads_to_it() -> None:
    [card] = inline.results(Offer([TRACK], {}), "loader_bot")

    assert isinstance(card, InlineQueryResultArticle)
    assert ("t1", "So <What>") == (card.id, card.title)
    assert "Miles & Co · 3:45 · MP3 · 1.0 kB" == card.description
    assert isinstance(card.input_message_content, InputTextMessageContent)
    assert "Miles &amp; Co – So &lt;What&gt;" in card.input_message_content.message_text
    assert card.reply_markup is not None
    [[button]] = card.reply_markup.inline_keyboard
    assert ("Get it", "https://t.me/loader_bot?start=t1") == (button.text, button.url)


def test_a_card_says_what_is_known_and_no_more() -> None:
    bare = replace(
        TRACK, title="", performer="", name="", format="", duration=timedelta(0), size=10
    )
    [card] = inline.results(Offer([bare], {}), "loader_bot")

    assert isinstance(card, InlineQueryResultArticle)
    assert ("track 1", "10 B") == (card.title, card.description)


@pytest.mark.parametrize(
    ("text", "label", "payload"),
    [
        ("zappa", "Nothing found. Look for it in the chat", "s-emFwcGE"),
        ("z" * 50, "Nothing found. Look for it in the chat", "help"),
        (" ", "No tracks yet. Bring some", "start"),
    ],
)
def test_where_nothing_is_found_something_can_be_done(text: str, label: str, payload: str) -> None:
    button = inline.button(Offer([], {}), text)

    assert button is not None
    assert (label, payload) == (button.text, button.start_parameter)


def test_what_was_meant_is_told() -> None:
    button = inline.button(Offer([TRACK], {}, meant="miles"), "mils")

    assert button is not None
    assert ("Did you mean miles?", "s-bWlsZXM") == (button.text, button.start_parameter)


def test_nothing_is_said_where_all_is_well() -> None:
    assert inline.button(Offer([TRACK], {}), "miles") is None


def wrong(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("artst:trio", "Not “artst” but “artist”?"),
        ("duration>soon", "“duration>soon” is not a length"),
        ("is:new", "Not “is:new” but is:favorite or is:flawed"),
        ("duration: so", "“duration: so” is not a length"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_few_words(text: str, label: str) -> None:
    button = inline.button(Offer([TRACK], {}, wrong=wrong(text)), text)

    assert button is not None
    assert label == button.text
    assert button.start_parameter is not None
    assert button.start_parameter.startswith("s-")


def test_a_value_that_is_still_to_come_is_no_mistake() -> None:
    assert inline.button(Offer([TRACK], {}, wrong=wrong("miles artist:")), "miles artist:") is None


def test_only_results_of_ours_are_chosen() -> None:
    assert 12 == inline.chosen("t12")
    assert inline.chosen("12") is None
    assert inline.chosen("") is None
