from __future__ import annotations

from telethon import types

from sandbox.methods.matching import Searches, Wanted
from tests.sandbox.mtproto.clients import Town

EVERYTHING = Wanted(types.InputMessagesFilterEmpty)


def test_what_was_found_is_remembered_until_the_chat_changes(town: Town) -> None:
    jazz = town.channel("jazz_music")
    town.post_song(jazz, 1)
    searches = Searches()

    first = searches.matching(jazz, EVERYTHING)
    again = searches.matching(jazz, EVERYTHING)
    town.post_song(jazz, 2)
    later = searches.matching(jazz, EVERYTHING)

    assert first is again
    assert [1, 2] == [post.id for post in later]


def test_few_searches_are_remembered(town: Town) -> None:
    jazz = town.channel("jazz_music")
    searches = Searches()

    for number in range(100):
        searches.matching(jazz, Wanted(types.InputMessagesFilterEmpty, str(number)))

    assert len(searches._found) <= 16
