"""A person who writes to a bot: what tests, the scripted demo and the chat page drive."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.botapi.dialogs import Answer, Dialog, Event, Heard, HeardKind, Media, Message
from sandbox.botapi.formatted import Entity, Formatted, enriched, ordered
from sandbox.botapi.hub import BotState, Hub, media_of
from sandbox.botapi.inline import InlineAnswer, InlineResult
from sandbox.botapi.membership import tell_membership
from sandbox.botapi.questions import Question
from sandbox.botapi.shapes import inaccessible_object, message_object, origin_of, user_object
from sandbox.world import Chat, Document, Post, User

PATIENCE = timedelta(seconds=10)


class Person:
    """`user` in their private chat with a bot, or in a group that the bot is in.

    What the bot does there is heard in order and waits to be asked for with `next` or `until`.
    The bot may write to a private chat once the person has written there first.
    """

    def __init__(self, hub: Hub, bot: BotState, user: User, chat: Chat | None = None) -> None:
        self.user = user
        self.bot = bot.user
        self._hub = hub
        self._state = bot
        self._dialog = hub.shared(bot, chat) if chat else hub.private(bot, user)
        self._dialog.listeners.append(self._listen)
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()

    @property
    def dialog(self) -> Dialog:
        return self._dialog

    @property
    def messages(self) -> list[Message]:
        """All messages of the chat as they stand now, oldest first."""
        return list(self._dialog.messages.values())

    def send(
        self,
        text: str,
        *,
        entities: Sequence[Entity] = (),
        reply_to: Message | None = None,
        topic: int | None = None,
    ) -> Message:
        body = enriched(Formatted(text, ordered(entities)))
        return self._say(body=body, reply_to=reply_to.id if reply_to else None, topic=topic)

    def send_document(self, document: Document, caption: str = "") -> Message:
        """Send a file that the world has: audio with its player, when it has a duration."""
        return self._say(body=enriched(Formatted(caption)), media=media_of(document))

    def send_file(self, name: str, body: bytes, duration: timedelta | None = None) -> Message:
        """Upload a file; with a `duration` it is audio, without one any document."""
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        world = self._hub.world
        document = world.add_document(body=body, name=name, mime=mime, duration=duration)
        return self.send_document(document)

    def forward(self, chat: Chat, post: Post) -> Message:
        """Forward a post of a channel or group to the bot."""
        if chat.protected:
            raise PermissionError(f"{chat.title} does not allow forwarding")
        return self._say(
            body=enriched(Formatted(post.text)),
            media=media_of(post.document) if post.document else None,
            origin=origin_of(chat, post),
        )

    def edit(self, message: Message, text: str) -> Message:
        """Edit one's own message."""
        body = enriched(Formatted(text))
        edited = self._hub.edit(self._state, self._dialog, message, body=body)
        self._hub.tell(self._state, "edited_message", self._dialog, edited)
        return edited

    def delete(self, message: Message) -> None:
        """Delete a message for both sides; a bot is not told."""
        self._hub.delete(self._state, self._dialog, message)

    def block(self) -> None:
        """Block the bot: from now on it may not write here."""
        self._dialog.blocked = True
        tell_membership(self._hub, self._state, self._dialog, blocked=True)

    def unblock(self) -> None:
        self._dialog.blocked = False
        tell_membership(self._hub, self._state, self._dialog, blocked=False)

    def tap(
        self, message: Message, label: str = "", *, data: str | None = None
    ) -> Question[Answer]:
        """Press the button with this label, or send any callback data, and do not wait.

        `message` may be gone since: its button was still on somebody's screen.
        """
        now_shown = self._dialog.messages.get(message.id)
        value = data if data is not None else (now_shown or message).button(label).data
        if value is None:
            raise LookupError(f"the button {label!r} opens something and asks the bot nothing")
        question = self._state.callbacks.ask(self._hub.now)
        pressed = (
            message_object(self._dialog, now_shown)
            if now_shown
            else inaccessible_object(self._dialog, message)
        )
        subject: dict[str, Any] = {
            "id": question.id,
            "from": user_object(self.user),
            "message": pressed,
            "chat_instance": str(self._dialog.id),
            "data": value,
        }
        self._state.mailbox.push("callback_query", subject, self._hub.now)
        return question

    async def press(
        self,
        message: Message,
        label: str = "",
        *,
        data: str | None = None,
        within: timedelta = PATIENCE,
    ) -> Answer:
        """Press a button and return what the bot answered; TimeoutError if it did not."""
        question = self.tap(message, label, data=data)
        async with asyncio.timeout(within.total_seconds()):
            answer = await question.answer
        shown = self._dialog.messages.get(message.id, message)
        self._dialog.tell(Heard(HeardKind.ANSWER, shown, answer))
        return answer

    def ask(self, query: str, offset: str = "") -> Question[InlineAnswer]:
        """Type `@bot query`, and do not wait."""
        question = self._state.inlines.ask(self._hub.now)
        subject = {
            "id": question.id,
            "from": user_object(self.user),
            "query": query,
            "offset": offset,
            "chat_type": "sender" if self._dialog.group is None else "supergroup",
        }
        self._state.mailbox.push("inline_query", subject, self._hub.now)
        return question

    async def inline(
        self, query: str, offset: str = "", *, within: timedelta = PATIENCE
    ) -> InlineAnswer:
        """Type `@bot query` and return what the bot offers."""
        question = self.ask(query, offset)
        async with asyncio.timeout(within.total_seconds()):
            return await question.answer

    def choose(self, result: InlineResult, query: str = "") -> Message:
        """Send one of the offered results into the chat."""
        inline_id = f"inline{self._dialog.id}-{result.id}" if result.keyboard else None
        message = self._say(
            body=result.body,
            media=result.media,
            keyboard=result.keyboard,
            via=self.bot,
            inline_id=inline_id,
        )
        subject = {"result_id": result.id, "from": user_object(self.user), "query": query}
        if inline_id:
            self._hub.inline_messages[inline_id] = (self._dialog, message.id)
            subject["inline_message_id"] = inline_id
        self._state.mailbox.push("chosen_inline_result", subject, self._hub.now)
        return message

    async def next(self, *, within: timedelta | None = PATIENCE) -> Heard:
        """Return the next thing that the bot did here; with no `within`, wait for ever."""
        async with asyncio.timeout(within.total_seconds() if within else None):
            return await self._heard.get()

    async def until(
        self, wanted: Callable[[Message], bool], *, within: timedelta = PATIENCE
    ) -> Message:
        """Go on hearing until a new or edited message is as wanted, and return it."""
        async with asyncio.timeout(within.total_seconds()):
            while True:
                heard = await self._heard.get()
                shown = heard.kind in {HeardKind.MESSAGE, HeardKind.EDIT}
                if shown and wanted(heard.message):
                    return heard.message

    async def reply(self, *, within: timedelta = PATIENCE) -> Message:
        """Return the next new message of the bot, whatever else happens before it."""
        async with asyncio.timeout(within.total_seconds()):
            while True:
                heard = await self._heard.get()
                if heard.kind is HeardKind.MESSAGE:
                    return heard.message

    def leave(self) -> None:
        """Stop listening."""
        self._dialog.listeners.remove(self._listen)

    def _say(self, body: Formatted, media: Media | None = None, **fields: Any) -> Message:
        if self._dialog.blocked:
            self.unblock()
        self._dialog.started = True
        blank = Message(id=0, date=self._hub.now, sender=self.user)
        draft = replace(blank, body=body, media=media, **fields)
        return self._hub.receive(self._state, self._dialog, draft)

    def _listen(self, event: Event) -> None:
        if isinstance(event, Heard) and event.message.sender is self.bot:
            self._heard.put_nowait(event)
