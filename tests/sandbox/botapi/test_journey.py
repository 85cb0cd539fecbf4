"""What a person and a bot see of each other over the Bot API server."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)

from sandbox.botapi.dialogs import HeardKind
from sandbox.botapi.formatted import Entity
from sandbox.botapi.person import Person
from tests.sandbox.botapi.rig import polling

GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


def small_bot() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message) -> None:
        await message.answer("<b>Hi</b> &amp; welcome", reply_markup=GO)

    @dispatcher.callback_query(F.data == "go")
    async def go(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.answer("working")
        await query.message.edit_text("done <i>ok</i>")
        song = BufferedInputFile(b"ID3" + bytes(100_000), "a.mp3")
        await query.message.answer_audio(song, title="T", performer="P", duration=5, caption="c")

    @dispatcher.inline_query()
    async def search(query: InlineQuery) -> None:
        text = InputTextMessageContent(message_text=f"you chose {query.query}")
        await query.answer(
            [
                InlineQueryResultArticle(id=str(n), title=f"t{n}", input_message_content=text)
                for n in range(50)
            ]
        )

    return dispatcher


async def test_a_conversation_with_text_button_edit_and_audio(bot: Bot, ann: Person) -> None:
    async with polling(bot, small_bot()):
        ann.send("/start")
        hello = await ann.reply()
        answer = await ann.press(hello, "Go")
        edited = await ann.until(lambda message: message.id == hello.id)
        audio = await ann.reply()

    assert "Hi & welcome" == hello.text
    assert (Entity("bold", 0, 2),) == hello.entities
    assert "working" == answer.text
    assert ("done ok", []) == (edited.text, edited.buttons)
    assert audio.document is not None
    assert ("T", "P", "c") == (audio.document.title, audio.document.performer, audio.text)
    assert (100_003, timedelta(seconds=5)) == (audio.document.size, audio.document.duration)


async def test_inline_results_are_offered_and_chosen(bot: Bot, ann: Person) -> None:
    async with polling(bot, small_bot()):
        offer = await ann.inline("jazz")
        chosen = ann.choose(offer.results[7], "jazz")

    assert 50 == len(offer.results)
    assert ("7", "t7") == (offer.results[7].id, offer.results[7].title)
    assert "you chose jazz" == chosen.text
    assert ann.bot is chosen.via


async def test_everything_is_heard_in_order(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.user.id, "one")
    await sent.edit_text("two")
    await sent.delete()

    heard = [await ann.next() for _ in range(3)]
    kinds = [HeardKind.MESSAGE, HeardKind.EDIT, HeardKind.DELETE]
    assert kinds == [event.kind for event in heard]
    assert ["one", "two", "two"] == [event.message.text for event in heard]
    assert ["/start"] == [message.text for message in ann.messages]
