"""The chats one account can name to Telegram, and how it finds new ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from telethon import utils
from telethon.tl.functions.channels import GetChannelsRequest, GetFullChannelRequest
from telethon.tl.functions.contacts import ResolveUsernameRequest
from telethon.tl.functions.messages import (
    GetChatsRequest,
    GetDialogsRequest,
    GetForumTopicsByIDRequest,
)
from telethon.tl.functions.users import GetUsersRequest
from telethon.tl.types import (
    Channel,
    ChannelForbidden,
    ChatEmpty,
    ChatForbidden,
    ForumTopic,
    InputChannel,
    InputPeerChannel,
    InputPeerChat,
    InputPeerEmpty,
    InputPeerUser,
    InputUser,
    PeerChannel,
    PeerChat,
    User,
    UserEmpty,
)
from telethon.tl.types.messages import Dialogs

from downloader.errors import ChatUnavailableError, NoForumError
from downloader.telegram.client import Client
from storage.chats import Chats
from storage.models import Chat, ChatKind, Reason

_DIALOG_PAGES = 20
_DIALOGS_PER_PAGE = 100


class Peers:
    """`known` maps marked ids to access hashes, which Telegram gives to each account apart.

    New ones are stored, so that a private chat can still be named after a restart.
    """

    def __init__(
        self, account_id: int, client: Client, chats: Chats, known: dict[int, int]
    ) -> None:
        self._account_id = account_id
        self._client = client
        self._chats = chats
        self._known = known

    async def find(self, name: str) -> Chat:
        """Find a chat by `@username` or by marked id."""
        if name.startswith("@"):
            return await self._by_username(name.removeprefix("@"))
        try:
            chat_id = int(name)
        except ValueError:
            raise ChatUnavailableError(Reason.NOT_A_CHAT, name) from None
        await self.peer(chat_id)
        return await self._look_up(chat_id)

    async def comments(self, chat: Chat) -> Chat | None:
        """Find the group that is linked to a channel, if there is one."""
        peer = await self.peer(chat.id)
        if chat.kind is not ChatKind.CHANNEL or not isinstance(peer, InputPeerChannel):
            return None
        channel = InputChannel(peer.channel_id, peer.access_hash)
        answer = await self._client.ask(GetFullChannelRequest(channel))
        linked = answer.full_chat.linked_chat_id
        found = next((one for one in answer.chats if one.id == linked), None)
        return await self._learn(found, str(linked)) if found else None

    async def topic(self, chat: Chat, number: int) -> str | None:
        """Return what a topic is called, if it is there. Raises `NoForumError`."""
        peer = await self.peer(chat.id)
        if not isinstance(peer, InputPeerChannel):
            raise NoForumError(str(chat.id))
        answer = await self._client.ask(GetForumTopicsByIDRequest(peer, [number]))
        found = (one for one in answer.topics if one.id == number)
        topic = next((one for one in found if isinstance(one, ForumTopic)), None)
        return str(topic.title) if topic else None

    async def peer(self, chat_id: int) -> Any:
        """Return the `InputPeer` of a chat, looking for it where this account does not know it."""
        if chat_id not in self._known and not _is_small_group(chat_id):
            await self._search(chat_id)
        return self._peer(chat_id)

    async def _by_username(self, username: str) -> Chat:
        # Looking up an id is cheap; resolving a name is limited to a few hundred a day.
        stored = await self._chats.by_username(username)
        if stored is not None and stored.id in self._known:
            chat = await self._still_there(stored)
            if chat is not None and (chat.username or "").lower() == username.lower():
                return chat
        answer = await self._client.ask(ResolveUsernameRequest(username))
        wanted = utils.get_peer_id(answer.peer)
        found = (one for one in (*answer.chats, *answer.users) if utils.get_peer_id(one) == wanted)
        return await self._learn(next(found, None), username)

    async def _still_there(self, chat: Chat) -> Chat | None:
        try:
            return await self._look_up(chat.id)
        except ChatUnavailableError:
            return None  # its name may belong to another chat by now

    async def _look_up(self, chat_id: int) -> Chat:
        peer = self._peer(chat_id)
        match peer:
            case InputPeerChannel():
                one = InputChannel(peer.channel_id, peer.access_hash)
                found = (await self._client.ask(GetChannelsRequest([one]))).chats
            case InputPeerChat():
                found = (await self._client.ask(GetChatsRequest([peer.chat_id]))).chats
            case _:
                person = InputUser(peer.user_id, peer.access_hash)
                found = await self._client.ask(GetUsersRequest([person]))
        return await self._learn(next(iter(found), None), str(chat_id))

    async def _search(self, chat_id: int) -> None:
        """Find the access hash of a chat: by its stored name, else among the account's dialogs."""
        stored = await self._chats.get(chat_id)
        if stored is not None and stored.username:
            await self._by_username(stored.username)
        if chat_id not in self._known:
            await self._search_dialogs(chat_id)
        if chat_id not in self._known:
            raise ChatUnavailableError(Reason.CHAT_NOT_JOINED, str(chat_id))

    async def _search_dialogs(self, chat_id: int) -> None:
        date: datetime | None = None
        message_id, peer = 0, InputPeerEmpty()
        for _ in range(_DIALOG_PAGES):
            page = await self._client.ask(
                GetDialogsRequest(date, message_id, peer, _DIALOGS_PER_PAGE, hash=0)
            )
            seen = {utils.get_peer_id(one): one for one in (*page.users, *page.chats)}
            if chat_id in seen:
                await self._learn(seen[chat_id], str(chat_id))
                return
            if isinstance(page, Dialogs) or not page.messages:
                return
            last = page.dialogs[-1]
            dates = {utils.get_peer_id(one.peer_id): one.date for one in page.messages}
            last_id = utils.get_peer_id(last.peer)
            date, message_id = dates.get(last_id), last.top_message
            peer = utils.get_input_peer(seen[last_id])

    async def _learn(self, entity: Any, name: str) -> Chat:
        """Turn Telegram's answer into a chat, and remember how to name it from now on."""
        if isinstance(entity, ChannelForbidden | ChatForbidden):
            raise ChatUnavailableError(Reason.CHAT_PRIVATE, name)
        if entity is None or isinstance(entity, ChatEmpty | UserEmpty):
            raise ChatUnavailableError(Reason.CHAT_NOT_FOUND, name)
        if moved := getattr(entity, "migrated_to", None):  # a small group that became a big one
            answer = await self._client.ask(GetChannelsRequest([moved]))
            return await self._learn(next(iter(answer.chats), None), name)
        chat = chat_of(entity)
        access_hash = getattr(entity, "access_hash", None) or 0
        await self._chats.save(chat)
        if self._known.get(chat.id) != access_hash:
            await self._chats.grant(self._account_id, chat.id, access_hash)
            self._known[chat.id] = access_hash
        return chat

    def _peer(self, chat_id: int) -> Any:
        number, kind = utils.resolve_id(chat_id)
        if kind is PeerChat:
            return InputPeerChat(number)
        access_hash = self._known[chat_id]
        if kind is PeerChannel:
            return InputPeerChannel(number, access_hash)
        return InputPeerUser(number, access_hash)


def chat_of(entity: Any) -> Chat:
    return Chat(
        id=utils.get_peer_id(entity),
        title=utils.get_display_name(entity),
        username=_username(entity),
        kind=_kind(entity),
        is_protected=bool(getattr(entity, "noforwards", False)),
    )


def _kind(entity: Any) -> ChatKind:
    if isinstance(entity, User):
        return ChatKind.PRIVATE
    if isinstance(entity, Channel) and entity.broadcast:
        return ChatKind.CHANNEL
    return ChatKind.GROUP


def _username(entity: Any) -> str | None:
    """Return the plain username, else the first of those bought on top of it."""
    if name := getattr(entity, "username", None):
        return str(name)
    more = getattr(entity, "usernames", None) or ()
    return next((one.username for one in more if one.active), None)


def _is_small_group(chat_id: int) -> bool:
    """Tell whether a bare id is enough to name it."""
    return utils.resolve_id(chat_id)[1] is PeerChat


def numbers_are_shared(chat_id: int) -> bool:
    """Tell whether all accounts see the same message ids, as in channels and supergroups.

    Elsewhere each account counts by itself (https://core.telegram.org/api/updates#message-boxes).
    """
    return utils.resolve_id(chat_id)[1] is PeerChannel
