"""The chat page: a person's phone and desktop in a browser, on loopback and for nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.botapi.dialogs import Message
from sandbox.botapi.downloads import serve
from sandbox.botapi.files import find_file
from sandbox.botapi.formatted import Json
from sandbox.botapi.hub import BotState, Hub
from sandbox.botapi.inline import InlineResult
from sandbox.botapi.page_stream import Stream
from sandbox.botapi.page_views import answer_view, commands_view, offer_view
from sandbox.botapi.person import PATIENCE, Person
from sandbox.botapi.phone import Phone, QrRefusedError
from sandbox.world import User

STATIC = Path(__file__).parent / "static"
_HOSTS = {"127.0.0.1", "localhost"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; media-src 'self' blob:; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatPage:
    """`owner` is who the page speaks for unless it asks for somebody else (`?user=ID`)."""

    def __init__(self, hub: Hub, phone: Phone) -> None:
        self.owner: User | None = None
        self.patience = PATIENCE
        self._hub = hub
        self._phone = phone
        self._streams: set[Stream] = set()
        self._people: dict[int, Person] = {}
        self._offers: dict[int, dict[str, InlineResult]] = {}

    def add_to(self, application: web.Application) -> None:
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/", self._index),
            ("GET", "/static/{name}", self._static),
            ("GET", "/page/events", self._events),
            ("GET", "/page/commands", self._commands),
            ("GET", "/page/media/{file_id}", self._media),
            ("POST", "/page/send", self._send),
            ("POST", "/page/press", self._press),
            ("POST", "/page/inline", self._inline),
            ("POST", "/page/choose", self._choose),
            ("POST", "/page/delete", self._delete),
            ("POST", "/page/forward", self._forward),
            ("POST", "/page/upload", self._upload),
            ("POST", "/page/scan", self._scan),
        ]
        for method, path, handler in routes:
            application.router.add_route(method, path, guarded(handler))

    def show_chats(self) -> None:
        """Let every open page list the channels anew, after some were filled without a word."""
        for stream in self._streams:
            stream.show_chats()

    def close(self) -> None:
        for stream in self._streams:
            stream.close()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html", headers=_HEADERS)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = STATIC / request.match_info["name"]
        if path.parent != STATIC or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = Stream(self._hub, self._phone, self._bot(), self._person(request).dialog)
        self._streams.add(stream)
        try:
            return await stream.serve(request)
        finally:
            self._streams.discard(stream)

    async def _commands(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(commands_view(self._bot(), self._person(request).user))

    async def _media(self, request: web.Request) -> web.StreamResponse:
        file = find_file(self._hub.world, request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        return await serve(request, file)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        person = self._person(request)
        replied = person.dialog.messages.get(given.get("reply_to"))
        person.send(str(given["text"]), reply_to=replied)
        return _done()

    async def _press(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        person = self._person(request)
        try:
            answer = await person.press(
                _message(person, given), data=str(given["data"]), within=self.patience
            )
        except TimeoutError:
            return web.json_response({"late": True})
        return web.json_response(answer_view(answer))

    async def _inline(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        person = self._person(request)
        offset = str(given.get("offset", ""))
        try:
            offer = await person.inline(str(given["query"]), offset, within=self.patience)
        except TimeoutError:
            return web.json_response({"results": [], "next_offset": "", "late": True})
        known = self._offers.setdefault(person.user.id, {})
        if not offset:
            known.clear()
        known.update({result.id: result for result in offer.results})
        return web.json_response(offer_view(offer))

    async def _choose(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        person = self._person(request)
        result = self._offers.get(person.user.id, {}).get(str(given["result_id"]))
        if result is None:
            raise web.HTTPNotFound
        person.choose(result, str(given.get("query", "")))
        return _done()

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request)
        person.delete(_message(person, await request.json()))
        return _done()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        chats = self._hub.world.chats.values()
        chat = next((chat for chat in chats if chat.marked_id == given["chat_id"]), None)
        post = chat.posts.get(given["post_id"]) if chat else None
        if chat is None or post is None:
            raise web.HTTPNotFound
        if chat.protected:
            raise web.HTTPForbidden(text="This channel does not allow forwarding")
        self._person(request).forward(chat, post)
        return _done()

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise web.HTTPBadRequest
        seconds = float(str(form.get("duration") or 0))
        duration = timedelta(seconds=round(seconds)) if seconds else None
        self._person(request).send_file(Path(file.filename).name, file.file.read(), duration)
        return _done()

    async def _scan(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        try:
            self._phone.scan(str(given["link"]), self._person(request).user)
        except QrRefusedError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return _done()

    def _bot(self) -> BotState:
        return self._hub.bots[0]

    def _person(self, request: web.Request) -> Person:
        """Return who the page speaks for; it hears through its stream, not through the queue."""
        wanted = int(request.query.get("user") or (self.owner.id if self.owner else 0))
        people = [user for user in self._hub.world.users.values() if not user.is_bot]
        user = next((user for user in people if user.id == wanted), people[0])
        if user.id not in self._people:
            self._people[user.id] = Person(self._hub, self._bot(), user)
            self._people[user.id].leave()
        return self._people[user.id]


def guarded(handler: Handler) -> Handler:
    """Let in only pages of this very server: other sites' pages share the browser."""

    async def guard(request: web.Request) -> web.StreamResponse:
        own = f"http://{request.host}"
        if urlsplit(own).hostname not in _HOSTS or request.headers.get("Origin", own) != own:
            raise web.HTTPMisdirectedRequest
        return await handler(request)

    return guard


def _message(person: Person, given: Json) -> Message:
    message = person.dialog.messages.get(given["message_id"])
    if message is None:
        raise web.HTTPNotFound
    return message


def _done() -> web.Response:
    return web.json_response({})
