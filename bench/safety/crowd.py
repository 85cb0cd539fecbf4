"""Who talks to the bot, and where: its owner, strangers, a group, and a channel."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bench.safety.transport import GONE, Json, Said
from bot import texts
from sandbox.botapi.dialogs import Dialog, Message
from sandbox.botapi.errors import CALL_TOO_LATE, ApiError
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.questions import Question
from sandbox.world import ChatKind, User, World

TOKEN = "700:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"  # noqa: S105  # nosec B105  # of nobody
TAKE_THE_NEXT = 0  # as the number of a message
_FORBIDDEN = 403
# Two presses at once lead to the same, and a press is answered once: what else there is to say is
# said in the chat.
_HARMLESS = re.compile(rf"message is not modified|message to delete not found|{CALL_TOO_LATE}")
_SAID = ("message", "edited_message", "channel_post", "edited_channel_post")


@dataclass(slots=True, eq=False)
class Crowd:
    """`private` is the owner's chat with the bot.

    `strange` are the updates that strangers made, `unreal` those with messages that cannot be,
    `pressed` the messages that were pressed, by update.
    """

    hub: Hub
    state: BotState
    owner: User
    strangers: tuple[User, ...]
    private: Dialog
    group: Dialog
    channel: Dialog
    strange: set[int] = field(default_factory=set)
    unreal: set[int] = field(default_factory=set)
    pressed: dict[int, int] = field(default_factory=dict)
    greeted: set[int] = field(default_factory=set)

    def peers(self) -> tuple[Dialog, ...]:
        return self.private, self.group

    def alone(self, user: User) -> Dialog:
        dialog = self.hub.private(self.state, user)
        dialog.started = True
        return dialog

    def arrive(self, update: Json) -> Json:
        """Let the sandbox know of what is in an update, and return it with its numbers."""
        if (who := _sender(update)) is not None and who != self.owner.id:
            self.strange.add(update["update_id"])
        for kind in _SAID:
            if isinstance(message := update.get(kind), dict):
                return update | {kind: self._told(update["update_id"], message)}
        for kind in ("callback_query", "inline_query"):
            if isinstance(asked := update.get(kind), dict):
                self._note_unreal(update["update_id"], asked.get("message"))
                return update | {kind: self._asked(kind, asked)}
        return update

    def wrong(self, said: Said) -> str | None:
        """Be a `Doorkeeper`: strangers get one sentence, once, and empty answers."""
        params, chat = said.params, said.params.integer("chat_id")
        is_door = said.method == "sendMessage" and params.text("text") == texts.STRANGER
        if any(chat == stranger.id for stranger in self.strangers) and not is_door:
            return f"said to a stranger: {params.text('text')[:100]!r}"
        if said.update not in self.strange:
            return "a closed door for the owner" if is_door else None
        match said.method:
            case "sendMessage" if is_door and chat > 0 and chat not in self.greeted:
                self.greeted.add(chat)
                return None
            case "answerCallbackQuery" if not params.text("text"):
                return None
            case "answerInlineQuery" if params.text("results") in {"", "[]"}:
                return None
        return f"done for a stranger: {dict(params.values)}"

    def excuses(self, said: Said, error: ApiError) -> bool:
        """Be a `Doorkeeper`: the bot is not to blame for what was left, or never was."""
        if error.code == _FORBIDDEN or said.update in self.unreal:
            return True
        chat = said.params.integer("chat_id")
        if _HARMLESS.search(error.description):
            return True
        if error.description.endswith("not found") and said.update is not None:
            # It was there when it was pressed, and deleted by what was handled at the same time.
            was_pressed = self.pressed.get(said.update)
            if was_pressed is not None and was_pressed == said.params.integer("message_id"):
                return True
        is_gone = said.params.text("inline_query_id").startswith(GONE)
        return is_gone or (chat != 0 and self._known(chat) is None)

    def _told(self, update_id: int, message: Json) -> Json:
        dialog = self._known(_number(message.get("chat")))
        if dialog is None or message.get("message_id") != TAKE_THE_NEXT:
            self.unreal.add(update_id)
            return message
        number = self._next(dialog)
        known = Message(id=number, date=datetime.now(UTC), sender=None)
        dialog.show(replace(known, sender=self.hub.world.users.get(_number(message.get("from")))))
        return message | {"message_id": number}

    def _note_unreal(self, update_id: int, pressed: object) -> None:
        """Note where what was pressed is not there: it was deleted, or never was."""
        if isinstance(pressed, dict):
            dialog = self._known(_number(pressed.get("chat")))
            number = pressed.get("message_id")
            if dialog is None or not isinstance(number, int) or number not in dialog.messages:
                self.unreal.add(update_id)
            else:
                self.pressed[update_id] = number

    def _asked(self, kind: str, asked: Json) -> Json:
        if str(asked.get("id", "")).startswith(GONE):
            return asked
        questions: Any = self.state.callbacks if kind == "callback_query" else self.state.inlines
        question: Question[Any] = questions.ask(self.hub.now)
        return asked | {"id": question.id}

    def _known(self, number: int) -> Dialog | None:
        known = (self.private, self.group, self.channel, *map(self.alone, self.strangers))
        return next((one for one in known if one.id == number), None)

    def _next(self, dialog: Dialog) -> int:
        if dialog.group is None:
            return next(self.state.message_ids)
        dialog.group.last_id += 1
        return dialog.group.last_id


def laid_out(hub: Hub, world: World) -> Crowd:
    owner = world.add_user("Olga", username="olga")
    bot = world.add_user("Loader", username="loader_bot", token=TOKEN)
    strangers = (world.add_user("Sven"), world.add_user("<b>Eve</b>", username="eve"))
    members = (owner, bot, *strangers)
    group = world.add_chat("Friends", ChatKind.GROUP, members=members)
    group.topics = {7: "Talk"}
    channel = world.add_chat("News", ChatKind.CHANNEL, username="newsroom", members=members)
    state = hub.state(bot)
    state.message_ids = itertools.count(100)
    private = hub.private(state, owner)
    private.started = True
    shared = (hub.shared(state, group), hub.shared(state, channel))
    return Crowd(hub, state, owner, strangers, private, *shared)


def _sender(update: Mapping[str, Any]) -> int | None:
    """Return who has made an update, None where nobody is named."""
    for value in update.values():
        if isinstance(value, dict) and "from" in value:
            return _number(value["from"])
    return None


def _number(shape: object) -> int:
    number = shape.get("id") if isinstance(shape, dict) else None
    return number if isinstance(number, int) else 0
