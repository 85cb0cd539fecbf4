from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, functions, types

from sandbox.world import ChatKind, Document, Letter
from tests.sandbox.mtproto.clients import Clients, Town


@pytest.fixture
def letters(town: Town) -> list[Letter]:
    """What is written from one user to another."""
    letters: list[Letter] = []
    town.world.postmen.append(letters.append)
    return letters


def reference(document: Document, **more: Any) -> Any:
    known = {"access_hash": document.access_hash, "file_reference": document.reference}
    return types.InputMediaDocument(types.InputDocument(**{"id": document.id} | known | more))


async def test_a_file_is_sent_by_reference(ann: Any, town: Town, letters: list[Letter]) -> None:
    post = town.post_song(town.channel("jazz_music"))
    message = await ann.get_messages("jazz_music", ids=post.id)

    sent = await ann.send_file("sandbox_bot", message.document, caption="Here.")

    [letter] = letters
    assert (town.ann, town.bot) == (letter.sender, letter.receiver)
    assert ("Here.", post.document) == (letter.text, letter.document)
    assert (sent.id, sent.message, sent.out) == (letter.id, "Here.", True)
    assert sent.document.id == message.document.id


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"id": 7}, errors.MediaEmptyError),
        ({"access_hash": 7}, errors.MediaEmptyError),
        ({"file_reference": b""}, errors.FileReferenceEmptyError),
        ({"file_reference": b"\x02old"}, errors.FileReferenceExpiredError),
    ],
)
async def test_a_reference_that_is_not_right_is_refused(
    ann: Any, town: Town, letters: list[Letter], change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await ann.send_file("sandbox_bot", reference(town.song(), **change))

    assert [] == letters


async def test_what_a_chat_does_not_let_out_is_refused(ann: Any, town: Town) -> None:
    jazz = town.channel("jazz_music")
    jazz.protected = True
    post = town.post_song(jazz)
    assert post.document is not None

    with pytest.raises(errors.ChatForwardsRestrictedError):
        await ann.send_file("sandbox_bot", reference(post.document))


@pytest.mark.parametrize(
    ("random_id", "caption", "error"),
    [
        (0, "", errors.RandomIdEmptyError),
        (5, "x" * 1025, errors.MediaCaptionTooLongError),
    ],
)
async def test_a_message_against_the_rules_is_refused(
    ann: Any, town: Town, random_id: int, caption: str, error: type[Exception]
) -> None:
    peer = await ann.get_input_entity("sandbox_bot")
    request = functions.messages.SendMediaRequest(
        peer, reference(town.song()), caption, random_id=random_id
    )

    with pytest.raises(error):
        await ann(request)


async def test_a_message_is_sent_once(clients: Clients, town: Town, letters: list[Letter]) -> None:
    ann = await clients.of(town.ann, request_retries=0, raise_last_call_error=True)
    peer = await ann.get_input_entity("sandbox_bot")
    request = functions.messages.SendMediaRequest(peer, reference(town.song()), "", random_id=5)
    await ann(request)

    with pytest.raises(errors.RandomIdDuplicateError):
        await ann(request)
    assert 1 == len(letters)


async def test_other_media_are_refused(ann: Any) -> None:
    peer = await ann.get_input_entity("sandbox_bot")
    dice = types.InputMediaDice("🎲")

    with pytest.raises(errors.MediaInvalidError):
        await ann(functions.messages.SendMediaRequest(peer, dice, ""))


async def test_members_post_into_groups(ann: Any, town: Town) -> None:
    group = town.world.add_chat("Talk", ChatKind.GROUP, username="talk", members=[town.ann])
    song = town.song()

    sent = await ann.send_file("talk", reference(song), caption="Here.")

    post = group.posts[sent.id]
    assert ("Here.", song, town.ann) == (post.text, post.document, post.sender)


async def test_strangers_do_not_post(ann: Any, town: Town) -> None:
    town.world.add_chat("Talk", ChatKind.GROUP, username="talk")
    town.channel("jazz_music", town.ann)

    with pytest.raises(errors.ChatWriteForbiddenError):
        await ann.send_file("talk", reference(town.song()))
    with pytest.raises(errors.ChatAdminRequiredError):
        await ann.send_file("jazz_music", reference(town.song()))


async def test_bots_do_not_write_to_bots(clients: Clients, town: Town) -> None:
    town.world.add_user("Other", username="other_bot", token="701:AA")
    bot = await clients.of(town.bot)

    with pytest.raises(errors.UserIsBotError):
        await bot.send_file("other_bot", reference(town.song()))
