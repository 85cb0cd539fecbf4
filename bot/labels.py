"""Shows what a track is called and why, and does what people say instead."""

from __future__ import annotations

from aiogram.types import ForceReply, InaccessibleMessage, Message

from bot import editing, edittexts
from bot.callbacks import Action, Seal
from bot.lists import Lists
from bot.openprompts import OpenPrompts
from bot.prompts import Prompt, Wish, subject_of
from bot.sending import Sending
from downloader.editing import Editor
from storage.models import Track

_OF_TRACK = frozenset({Action.EDIT, Action.CONVERT})


class Labels:
    def __init__(
        self, sending: Sending, editor: Editor, lists: Lists, prompts: OpenPrompts, seal: Seal
    ) -> None:
        self._sending = sending
        self._editor = editor
        self._lists = lists
        self._prompts = prompts
        self._seal = seal

    def meant(self, message: Message | None) -> int | None:
        """Return the track that a message of ours is about, by its buttons or the link in it."""
        if message is None:
            return None
        rows = message.reply_markup.inline_keyboard if message.reply_markup else []
        data = (button.callback_data for row in rows for button in row)
        for press in self._seal.holding(message.chat.id, data):
            if press.action in _OF_TRACK:
                return press.number
        # Other questions have links as well, which may lead to lists.
        is_label = (message.text or "").startswith(Wish.EDIT)
        return subject_of(message) if is_label else None

    async def show(self, message: Message | InaccessibleMessage, track_id: int) -> None:
        """Show the label of a track, which the next message may answer."""
        track = await self.served(track_id)
        self._ask(message, track)
        await message.answer(
            edittexts.label(await self._lists.track_link(track), track),
            reply_markup=ForceReply(input_field_placeholder=edittexts.EXAMPLE),
        )

    async def change(self, message: Message, track_id: int, text: str, person_id: int) -> None:
        """Let the track be called as the text says; of one that is not right, nothing counts."""
        track = await self.served(track_id)
        said = editing.read(text)
        if said.mistakes or not (said.values or said.taken_back):
            self._ask(message, track)
            await message.answer(edittexts.mistakes(said.mistakes))
            return
        track = await self._editor.edit(track.id, said.values, said.taken_back, person_id)
        self._ask(message, track)
        link = await self._lists.track_link(track)
        await message.answer(edittexts.changed(link, {*said.values, *said.taken_back}))

    def _ask(self, message: Message | InaccessibleMessage, track: Track) -> None:
        self._prompts.ask(message.chat.id, Prompt(Wish.EDIT, track.id))

    async def served(self, track_id: int) -> Track:
        """Return the best track of the recording, for that is what people hear."""
        track = await self._sending.track(track_id)
        return track if track.better_id is None else await self._sending.track(track.better_id)
