from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.world import ChatKind, Document
from storage.models import Request
from tests.bot.rig import Rig


def a_song(rig: Rig, *, voice: bool = False) -> Document:
    return rig.world.add_document(
        size=1000, name="a.mp3", duration=timedelta(seconds=9), voice=voice
    )


@pytest.mark.parametrize(
    "text",
    [
        "/download @jazz 3",
        "/DL @jazz 3",
        "/download@loader_bot @jazz 3",
        "/download\n@jazz 3",
        "@jazz 3",
    ],
)
async def test_a_command_is_taken_and_answered_at_once(rig: Rig, text: str) -> None:
    async with rig.running(working=False) as product:
        first = await rig.ask(text)
        [job] = await product.jobs()

        assert "🔎 @jazz\nLooking for the 3 newest tracks…" == first.text
        assert Request("@jazz", 3) == job.request
        assert (rig.owner.user.id, rig.owner.user.id) == (job.origin.person_id, job.origin.chat_id)


async def test_ten_tracks_are_fetched_filed_and_reported(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send("/download @jazz 10")
        last = await rig.hears("✅ Jazz", "10 downloaded")

        assert [] == last.buttons
        assert [last.text] == rig.said
    assert 10 == len(list((rig.folder / "music").rglob("*.mp3")))


async def test_row14_a_command_for_another_bot_is_ignored(rig: Rig) -> None:
    async with rig.running() as product:
        rig.owner.send("/DL@OtherBot @jazz")
        rig.owner.send("/foo@OtherBot")
        first = await rig.ask("/status")

        assert first.text.startswith("Nothing is running here.")
        assert [first.text] == rig.said
        assert [] == await product.jobs()


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("/dl", "Which chat?"),
        ("/dl " + "x" * 4000, "That is not a chat or a link."),
        ("/download @jazz <&>", "I do not know “<&>”."),
        ("/download @jazz album:x", "“album” is not known before a track is here."),
        ("/download @jazz vioce", "I do not know “vioce” here"),
        ("/download @jazz <b> size>x", "“<b> size>x”: This is not a size. Write size<20MB"),
        ("download @jazz artst:x", "“artst:x”: I do not know “artst”. Did you mean artist?"),
        ("/download @jazz -1", "“-1” does not work as a count. Write a number from 1 to 10,000"),
        ("/download t.me/c/1/999999999999999999999", "is not a message number"),
        ("t.me/jazz/0", "“0” is not a message number"),
        ("https://t.me/+abc", "Join first"),
        ("http://169.254.169.254/x", "I only understand Telegram links"),
        ("https://t.mе/jazz", "only looks like a Telegram link"),
        ("https://user:pass@t.me/jazz", "A link with a name or password"),
        ("hello", "Send me a t.me link"),
        ("\u202e", "Send me a t.me link"),
    ],
)
async def test_what_cannot_be_understood_is_one_line(rig: Rig, text: str, piece: str) -> None:
    async with rig.running() as product:
        first = await rig.ask(text)

        assert piece in first.text
        assert "\n" not in first.text
        assert [] == await product.jobs()


async def test_a_filter_is_stored_as_it_was_typed_and_shown(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        first = await rig.ask('/download @jazz   duration > 3m 5  -remix "<b>live</b> at"')
        [job] = await product.jobs()

        query = 'duration>3m -remix "<b>live</b> at"'
        assert f"Looking for the 5 newest tracks matching “{query}”…" in first.text
        assert Request("@jazz", 5, query=query) == job.request


async def test_links_in_plain_text_are_taken(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        rig.owner.send("Look: https://t.me/jazz/12?single and t.me/jazz/14, or t.me/rock")
        await rig.hears("@jazz", "@rock")

        expected = [Request("@jazz", 2, message_ids=(12, 14)), Request("@rock", 10)]
        assert expected == [job.request for job in await product.jobs()]


async def test_row27_of_too_many_links_the_rest_is_told(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        rig.owner.send(" ".join(f"t.me/jazz/{number}" for number in range(1, 301)))
        told = await rig.hears("more than 50 links")
        [job] = await product.jobs()

        assert "I took the first 50 and left out 250." in told.text
        assert 50 == job.request.limit


async def test_row30_the_same_link_twice_at_once_is_one_job(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        for _ in range(5):
            rig.owner.send("https://t.me/jazz/12")
        await rig.owner.reply()
        rig.owner.send("/help")
        await rig.hears("/status")

        assert 1 == len(await product.jobs())


async def test_asking_again_for_what_runs_shows_the_board_below(rig: Rig) -> None:
    async with rig.running(working=False):
        first = await rig.ask("/download @jazz")
        again = await rig.ask("/download @jazz")
        await rig.gone(first)

        assert again.id > first.id
        assert [first.text] == rig.said


async def test_a_forwarded_track_of_a_channel_is_fetched_from_there(rig: Rig) -> None:
    chat = rig.world.add_chat("Jazz", username="jazz")
    post = rig.world.post(chat, document=a_song(rig))
    async with rig.running(working=False) as product:
        rig.owner.forward(chat, post)
        await rig.owner.reply()

        [job] = await product.jobs()
        assert Request("@jazz", 1, message_ids=(post.id,)) == job.request


async def test_tracks_that_are_forwarded_together_are_one_job_for_each_chat(rig: Rig) -> None:
    jazz, rock = (rig.world.add_chat(name, username=name) for name in ("jazz", "rock"))
    for chat in (jazz, rock, jazz, jazz):
        rig.owner.forward(chat, rig.world.post(chat, document=a_song(rig)))
    async with rig.running(working=False) as product:
        await rig.hears("@jazz", "@rock")

        expected = {
            Request("@jazz", 3, message_ids=(1, 2, 3)),
            Request("@rock", 1, message_ids=(1,)),
        }
        assert expected == {job.request for job in await product.jobs()}


async def test_a_forward_of_a_private_channel_is_known_by_its_id(rig: Rig) -> None:
    chat = rig.world.add_chat("Secret", private=True)
    post = rig.world.post(chat, document=a_song(rig))
    async with rig.running(working=False) as product:
        rig.owner.forward(chat, post)
        await rig.owner.reply()

        [job] = await product.jobs()
        assert str(chat.marked_id) == job.request.chat


async def test_a_forward_that_hides_its_origin_says_what_to_do(rig: Rig) -> None:
    group = rig.world.add_chat("Group", ChatKind.GROUP)
    somebody = rig.world.add_user("Bob")
    post = rig.world.post(group, document=a_song(rig), sender=somebody)
    async with rig.running() as product:
        rig.owner.forward(group, post)
        first = await rig.owner.reply()

        assert "choose Copy Link" in first.text
        assert [] == await product.jobs()


async def test_a_file_of_ones_own_says_what_to_do(rig: Rig) -> None:
    async with rig.running():
        rig.owner.send_document(a_song(rig))
        first = await rig.owner.reply()

        assert "Forward the track from there" in first.text


async def test_row29_a_forward_without_audio_says_so(rig: Rig) -> None:
    chat = rig.world.add_chat("Jazz", username="jazz")
    post = rig.world.post(chat, "Only words")
    async with rig.running():
        rig.owner.forward(chat, post)
        first = await rig.owner.reply()

        assert "There is no audio in this message." == first.text


async def test_a_link_in_a_forwarded_text_is_taken(rig: Rig) -> None:
    chat = rig.world.add_chat("News", username="news")
    post = rig.world.post(chat, "Listen: t.me/jazz/5")
    async with rig.running(working=False) as product:
        rig.owner.forward(chat, post)
        await rig.owner.reply()

        assert ["@jazz"] == [job.request.chat for job in await product.jobs()]


async def test_row25_a_large_request_is_asked_about_first(rig: Rig) -> None:
    async with rig.running(working=False) as product:
        question = await rig.ask("/download @jazz 1-1000000")

        assert question.text.startswith("Download up to 10,000 tracks of @jazz?")
        assert ["▶️ Start", "Never mind"] == question.buttons
        assert rig.owner.messages[0].id == question.reply_to
        assert [] == await product.jobs()

        answer = await rig.owner.press(question, "Start")
        board = await rig.hears("🔎 @jazz")

        assert "" == answer.text
        assert [board.text] == rig.said
        [job] = await product.jobs()
        assert Request("@jazz", 10_000, first_id=1, last_id=1_000_000) == job.request


async def test_a_large_request_can_be_left(rig: Rig) -> None:
    async with rig.running() as product:
        question = await rig.ask("/download @jazz all")
        answer = await rig.owner.press(question, "Never mind")

        assert "All right, I leave it." == answer.text
        assert [] == await product.jobs()


async def test_row35_start_pressed_twenty_times_starts_once(rig: Rig) -> None:
    async with rig.running() as product:
        question = await rig.ask("/download @jazz all")
        taps = [rig.owner.tap(question, "Start") for _ in range(20)]
        answers = [(await tap.answer).text for tap in taps]

        assert 19 == answers.count("This button is out of date.")
        assert 1 == len(await product.jobs())


async def test_row34_a_question_whose_command_is_gone_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        question = await rig.ask("/download @jazz all")
        rig.owner.delete(rig.owner.messages[0])
        answer = await rig.owner.press(question, "Start")

        assert "This button is out of date." == answer.text
        assert [] == await product.jobs()


async def test_row34_a_question_that_is_gone_itself_is_out_of_date(rig: Rig) -> None:
    async with rig.running() as product:
        question = await rig.ask("/download @jazz all")
        rig.owner.delete(question)
        data = question.button("Start").data
        answer = await rig.owner.press(question, data=data)

        assert "This button is out of date." == answer.text
        assert [] == await product.jobs()
