"""All that the Bot API knows: its bots, their chats, and what passes between them and the world."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sandbox.botapi.dialogs import Answer, Dialog, Media, MediaKind, Message
from sandbox.botapi.formatted import Formatted, Json, enriched
from sandbox.botapi.inline import InlineAnswer
from sandbox.botapi.limits import Rates
from sandbox.botapi.mailbox import Mailbox
from sandbox.botapi.questions import Questions
from sandbox.botapi.shapes import message_object
from sandbox.world import (
    Change,
    ChangeKind,
    Chat,
    ChatKind,
    Document,
    Letter,
    Post,
    User,
    World,
)

FIRST_MESSAGE = 1


@dataclass(slots=True, eq=False)
class BotState:
    """One bot and everything that is its own."""

    user: User
    mailbox: Mailbox = field(default_factory=Mailbox)
    dialogs: dict[int, Dialog] = field(default_factory=dict)
    callbacks: Questions[Answer] = field(default_factory=Questions)
    inlines: Questions[InlineAnswer] = field(default_factory=Questions)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    logged_out: bool = False
    closed_at: datetime | None = None
    posting: bool = False  # it is its own news that the world tells
    message_ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(FIRST_MESSAGE)
    )


class Hub:
    """`admins` holds (chat id, bot id) of groups where a bot may do more than a member."""

    def __init__(self, world: World, *, local: Path | None, limits: bool) -> None:
        self.world = world
        self.local = local
        self.limits = limits
        self.admins: set[tuple[int, int]] = set()
        self.inline_messages: dict[str, tuple[Dialog, int]] = {}
        self._bots: dict[int, BotState] = {}

    @property
    def bots(self) -> list[BotState]:
        return [self.state(user) for user in self.world.users.values() if user.is_bot]

    @property
    def now(self) -> datetime:
        return self.world.now()

    def state(self, bot: User) -> BotState:
        return self._bots.setdefault(bot.id, BotState(bot))

    def by_token(self, token: str) -> BotState | None:
        return next((bot for bot in self.bots if bot.user.token == token), None)

    def private(self, bot: BotState, user: User) -> Dialog:
        """Return the chat of a person with a bot."""
        return bot.dialogs.setdefault(user.id, Dialog(bot.user, user))

    def shared(self, bot: BotState, chat: Chat) -> Dialog:
        """Return the chat of a bot that is a group or channel."""
        return bot.dialogs.setdefault(chat.marked_id, Dialog(bot.user, chat))

    def is_admin(self, dialog: Dialog) -> bool:
        chat = dialog.group
        return chat is not None and (chat.id, dialog.bot.id) in self.admins

    def send(self, bot: BotState, dialog: Dialog, draft: Message) -> Message:
        """Show a bot's message, in a group to the whole world."""
        if dialog.group is None:
            return dialog.show(replace(draft, id=next(bot.message_ids)))
        with self._own(bot):
            post = self._post(dialog.group, draft)
        message = dialog.show(replace(draft, id=post.id))
        self._overheard(bot, dialog.group, message)
        return message

    def receive(self, bot: BotState, dialog: Dialog, draft: Message) -> Message:
        """Take a person's message: show it and tell the bots that may see it."""
        if dialog.group is None:
            return self._arrive(bot, dialog, replace(draft, id=next(bot.message_ids)))
        with self._own(*self._members(dialog.group)):
            post = self._post(dialog.group, draft)
        message = replace(draft, id=post.id)
        for member in self._members(dialog.group):
            self._arrive(member, self.shared(member, dialog.group), message)
        return message

    def accept(self, letter: Letter) -> None:
        """Take a message that a person sent to a bot by another way than this server."""
        if not letter.receiver.is_bot:
            return
        bot = self.state(letter.receiver)
        dialog = self.private(bot, letter.sender)
        dialog.started = True
        draft = Message(
            id=0,
            date=letter.date,
            sender=letter.sender,
            body=enriched(Formatted(letter.text)),
            media=media_of(letter.document) if letter.document else None,
        )
        self.receive(bot, dialog, draft)

    def edit(self, bot: BotState, dialog: Dialog, message: Message, **changes: object) -> Message:
        """Put a new state in place, for the world too when it is a group."""
        edited = dialog.change(message, edited=self.now, **changes)
        if dialog.group and (post := dialog.group.posts.get(message.id)):
            with self._own(bot):
                self.world.edit(dialog.group, post, text=edited.text)
        return edited

    def delete(self, bot: BotState, dialog: Dialog, message: Message) -> None:
        dialog.remove(message.id)
        if dialog.group and (post := dialog.group.posts.get(message.id)):
            with self._own(bot):
                self.world.delete(dialog.group, post)

    def tell(self, bot: BotState, kind: str, dialog: Dialog, message: Message) -> None:
        """Push an update about a message, unless the bot's privacy keeps it away."""
        if self._visible(dialog, message):
            channel = dialog.group is not None and dialog.group.kind is ChatKind.CHANNEL
            kind = kind.replace("message", "channel_post") if channel else kind
            bot.mailbox.push(kind, message_object(dialog, message), self.now)

    def follow(self, chat: Chat, change: Change) -> None:
        """Take in what happened in a group or channel by another way than this server."""
        for bot in self._members(chat):
            if bot.posting:
                continue
            dialog = self.shared(bot, chat)
            known = dialog.messages.get(change.post.id)
            if change.kind is ChangeKind.NEW:
                self._arrive(bot, dialog, as_message(change.post))
            elif change.kind is ChangeKind.DELETE:
                dialog.remove(change.post.id)
            elif known:
                news = as_message(change.post)
                edited = dialog.change(known, body=news.body, media=news.media, edited=news.edited)
                self.tell(bot, "edited_message", dialog, edited)

    def _arrive(self, bot: BotState, dialog: Dialog, message: Message) -> Message:
        dialog.show(message)
        if message.sender is None or not message.sender.is_bot:  # bots do not hear bots
            self.tell(bot, "message", dialog, message)
        return message

    def _overheard(self, sender: BotState, chat: Chat, message: Message) -> None:
        for member in self._members(chat):
            if member is not sender:
                self.shared(member, chat).show(message)

    def _members(self, chat: Chat) -> list[BotState]:
        return [bot for bot in self.bots if bot.user.id in chat.members]

    def _post(self, chat: Chat, draft: Message) -> Post:
        return self.world.post(
            chat,
            draft.text,
            draft.document,
            sender=draft.sender,
            album=int(draft.album) if draft.album else None,
            topic=draft.topic,
            reply_to=draft.reply_to,
        )

    def _visible(self, dialog: Dialog, message: Message) -> bool:
        """Say if privacy mode lets the bot see it: commands, mentions and replies to itself."""
        group = dialog.group
        if group is None or group.kind is ChatKind.CHANNEL or self.is_admin(dialog):
            return True
        name = f"@{dialog.bot.username}".lower()
        command = message.text.split(maxsplit=1)[0] if message.text.startswith("/") else ""
        if command:
            return "@" not in command or command.lower().endswith(name)
        replied = dialog.messages.get(message.reply_to or 0)
        mine = replied is not None and replied.sender is dialog.bot
        return mine or name in message.text.lower()

    @contextmanager
    def _own(self, *bots: BotState) -> Iterator[None]:
        for bot in bots:
            bot.posting = True
        try:
            yield
        finally:
            for bot in bots:
                bot.posting = False


def media_of(document: Document) -> Media:
    """Return a document as a message carries it."""
    if document.voice:
        return Media(MediaKind.VOICE, document)
    kind = MediaKind.DOCUMENT if document.duration is None else MediaKind.AUDIO
    return Media(kind, document)


def as_message(post: Post) -> Message:
    return Message(
        id=post.id,
        date=post.date,
        sender=post.sender,
        body=enriched(Formatted(post.text)),
        media=media_of(post.document) if post.document else None,
        reply_to=post.reply_to,
        topic=post.topic,
        album=str(post.album) if post.album else None,
        edited=post.edited,
    )
