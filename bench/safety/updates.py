"""Draws updates: of every kind, from everybody, right, wrong, and about what the bot shows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.safety import words
from bench.safety.contents import content
from bench.safety.crowd import TAKE_THE_NEXT, Crowd
from bench.safety.mangling import damaged
from bench.safety.transport import GONE, Json
from sandbox.botapi.dialogs import Dialog, Message
from sandbox.botapi.shapes import (
    chat_object,
    inaccessible_object,
    message_object,
    user_object,
)
from sandbox.world import User

_ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_OTHERS = (
    "poll", "poll_answer", "chat_join_request", "message_reaction", "my_chat_member", "chat_member",
    "business_message", "shipping_query", "pre_checkout_query", "removed_chat_boost", "managed_bot",
    "subscription", "unheard_of", "",
)  # fmt: skip
_OFFSETS = (
    "",
    "x",
    "f10",
    "p10",
    "c1.1.1",
    "c99999999999999999999.1.1",
    "-1",
    "f" + "9" * 30,
    "\0",
)
_DAMAGED = 0.06
_REMEMBERED = 400


@dataclass(slots=True)
class Updates:
    """`seen` are data of buttons that were shown at some time."""

    crowd: Crowd
    chance: random.Random
    number: int = 1000
    seen: list[str] = field(default_factory=lambda: ["1:p:1:AAAAAAAAAAAAAAAAAAAAAA"])

    def draw(self) -> Json:
        """Return the next update; `crowd` gives it the numbers that Telegram would."""
        self.number += 1
        draws = (self._message, self._press, self._inline, self._chosen, self._other, self._edited)
        [draw] = self.chance.choices(draws, (54, 30, 7, 2, 4, 3))
        update = {"update_id": self.number} | draw()
        if self.chance.random() < _DAMAGED:
            update = damaged(update, self.chance)
        return update

    def _message(self) -> Json:
        return {"message": self._said()}

    def _said(self) -> Json:
        chance = self.chance
        dialog, sender = self._where()
        message = {
            "message_id": TAKE_THE_NEXT,
            "date": chance.choice((int(time.time()), int(time.time()), 0, 2**31)),
            "chat": chat_object(dialog.peer),
            "from": user_object(sender),
        }
        message |= content(chance)
        if chance.random() < 0.04 and (link := self._link(dialog)):
            message["text"] = f"/start {link}"
        if chance.random() < 0.2:
            message |= self._forwarded()
        is_about = str(message.get("text", "")).startswith(words.TO_A_TRACK)
        if chance.random() < (0.9 if is_about else 0.2):
            message |= self._answering(dialog, about_a_track=is_about)
        if dialog.group is not None and chance.random() < 0.2:
            message |= self._veiled(dialog)
        if chance.random() < 0.03:
            message["via_bot"] = user_object(self.crowd.state.user)
        return message

    def _answering(self, dialog: Dialog, *, about_a_track: bool) -> Json:
        shown = self._shown(dialog, with_media=about_a_track) or self._shown(dialog)
        return {"reply_to_message": message_object(dialog, shown, nested=True)} if shown else {}

    def _where(self) -> tuple[Dialog, User]:
        """Return a chat with who speaks there."""
        crowd, chance = self.crowd, self.chance
        sender = crowd.owner if chance.random() < 0.85 else chance.choice(crowd.strangers)
        if chance.random() < 0.2:
            return crowd.group, sender
        return crowd.alone(sender), sender

    def _veiled(self, dialog: Dialog) -> Json:
        """Return a stand-in for who has sent it: anonymous admins, channels, or nobody."""
        return self.chance.choice(
            (
                {"sender_chat": chat_object(dialog.peer), "from": _ANONYMOUS},
                {"sender_chat": chat_object(self.crowd.channel.peer), "from": _CHANNEL},
                {"from": None, "sender_chat": chat_object(dialog.peer)},
                {"message_thread_id": 7, "is_topic_message": True},
            )
        )

    def _link(self, dialog: Dialog) -> str:
        """Return what stands behind a link that the bot shows."""
        shown = self._shown(dialog)
        found = [dict(entity.extra).get("url", "") for entity in (shown.entities if shown else ())]
        links = [url.partition("start=")[2] for url in found if "start=" in url]
        return self.chance.choice(links) if links else ""

    def _forwarded(self) -> Json:
        chance, date = self.chance, {"date": 1}
        channel = {
            "id": chance.choice((-1001, -1000000001001, -1002, -100, 5)),
            "type": "channel",
            "title": chance.choice(words.POISON),
        }
        if chance.random() < 0.5:
            channel["username"] = chance.choice(("jazz", "rock", "closed", "<b>"))
        number = chance.choice((1, 2, 3, 0, -1, 2**31, 2**40))
        origins = (
            date | {"type": "channel", "chat": channel, "message_id": number},
            date | {"type": "chat", "sender_chat": channel},
            date | {"type": "user", "sender_user": user_object(self.crowd.owner)},
            date | {"type": "hidden_user", "sender_user_name": "\u202e"},
            date | {"type": "unheard_of"},
        )
        return {"forward_origin": chance.choice((origins[0], *origins))}

    def _edited(self) -> Json:
        kind = self.chance.choice(("edited_message", "channel_post", "edited_channel_post"))
        said = self._said()
        if kind != "edited_message":
            said |= {"chat": chat_object(self.crowd.channel.peer), "from": None}
        return {kind: {key: value for key, value in said.items() if value is not None}}

    def _press(self) -> Json:
        chance, crowd = self.chance, self.crowd
        dialog = chance.choice((crowd.private, crowd.private, crowd.private, crowd.group))
        shown = self._shown(dialog, with_buttons=chance.random() < 0.95)
        presser = crowd.owner if chance.random() < 0.85 else chance.choice(crowd.strangers)
        query: Json = {
            "id": f"{GONE}{self.number}" if chance.random() < 0.03 else "",
            "from": user_object(presser),
            "chat_instance": "1",
            "data": self._data(shown),
        }
        if shown is not None:
            old = chance.random() < 0.08
            query["message"] = (inaccessible_object if old else message_object)(dialog, shown)
        elif chance.random() < 0.5:
            query["inline_message_id"] = "AAAA"
        return {"callback_query": query}

    def _data(self, shown: Message | None) -> str | None:
        chance = self.chance
        mine = [one.data for row in (shown.keyboard if shown else ()) for one in row if one.data]
        self.seen = [*self.seen, *mine][-_REMEMBERED:]
        known = chance.choice(mine or self.seen)
        if chance.random() < 0.75:
            return known
        return chance.choice(
            (
                words.spoilt(known, chance),
                chance.choice(self.seen),  # of another message, perhaps of another chat
                known.replace(":", chance.choice((":9", ":0", "::")), 2),
                "",
                None,
                chance.randbytes(48).decode("latin-1"),
                words.piece(chance),
            )
        )

    def _inline(self) -> Json:
        asked: Json = {
            "id": f"{GONE}{self.number}" if self.chance.random() < 0.03 else "",
            "from": user_object(self._anybody()),
            "query": words.argument(self.chance)[:256],
            "offset": self.chance.choice(("", "", *_OFFSETS)),
        }
        return {"inline_query": asked}

    def _chosen(self) -> Json:
        result = self.chance.choice(("t1", "t2", "t99999", "t" + "9" * 18, "x", "", "t-1", "t1\0"))
        query = words.argument(self.chance)[:256]
        return {
            "chosen_inline_result": {
                "result_id": result,
                "from": user_object(self._anybody()),
                "query": query,
            }
        }

    def _other(self) -> Json:
        kind = self.chance.choice(_OTHERS)
        return {kind: {"id": "1", "from": user_object(self._anybody())}} if kind else {}

    def _anybody(self) -> User:
        crowd = self.crowd
        return self.chance.choice((crowd.owner, crowd.owner, crowd.owner, *crowd.strangers))

    def _shown(
        self, dialog: Dialog, *, with_buttons: bool = False, with_media: bool = False
    ) -> Message | None:
        """Return one of the last messages of the bot."""
        bot = self.crowd.state.user
        said: Sequence[Message] = [one for one in dialog.messages.values() if one.sender is bot]
        if with_buttons:
            said = [one for one in said if one.keyboard]
        if with_media:
            said = [one for one in said if one.media]
        return self.chance.choice(said[-20:]) if said else None


def drawn(seed: int, count: int) -> Callable[[Crowd], Iterator[Json]]:
    def draw(crowd: Crowd) -> Iterator[Json]:
        updates = Updates(crowd, random.Random(seed))
        return (updates.draw() for _ in range(count))

    return draw
