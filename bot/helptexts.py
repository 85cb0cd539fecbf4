"""What the bot tells of itself: the greeting, the help, the menu of commands."""

from __future__ import annotations

import re
from collections.abc import Collection

_HELLO = "Hello! "
_FETCHES = (
    "I download audio from Telegram channels and groups into your music library.\n\n"
    "Try <code>/download @jazz 10</code> with the name of a channel you like, or just send me "
    "a t.me link. /search finds what is in the library, /help tells the rest."
)
_PLAYS = (
    "I keep a music library.\n\n"
    "Try <code>/search miles davis</code>, or /random for whatever comes; /help tells the rest."
)
_OR_SEND = "or send me a link, or forward a track"
# Line by line, each in pieces: a piece is for those who may use all commands in it. One that
# names none leads or ends its line.
_Line = tuple[str, ...]
_SECTIONS: tuple[tuple[str, tuple[_Line, ...]], ...] = (
    (
        "<b>Download</b>\n",
        (
            ("/download <code>@jazz 10</code> – its 10 newest tracks\n" + _OR_SEND,),
            ("/status", "/quota", "/pause", "/resume", "/cancel"),
            ("/retry what failed, /why it failed",),
        ),
    ),
    (
        "<b>Follow</b>\n",
        (
            ("/watch <code>@jazz every 6h</code> – what comes",),
            ("/watches – what I follow; /unwatch",),
            ("/audit <code>@jazz</code> – is anything missing?",),
        ),
    ),
    (
        "<b>Listen</b>\n",
        (
            ("/search <code>miles davis</code> – in the library",),
            ("/recent", "/favorites", "/random", "/playlist"),
        ),
    ),
    (
        "<b>Tracks</b>\n",
        (
            ("answer one with", "/edit", "/convert", "/remove"),
            ("/duplicates", "/trash", "/retention"),
        ),
    ),
    (
        "",
        (
            ("/users", "/invite", "/role", "/ban", "/backup"),
            ("/accounts", "/login", "/panic stops all"),
            ("<code>/help search</code> tells all of /search, and so on.",),
        ),
    ),
)
_COMMAND = re.compile(r"(?<!<)/([a-z]+)")  # and no end of a tag
COMMANDS = {
    "download": "Download audio: @chat 10, or a link",
    "search": "Find tracks in the library",
    "recent": "What is new",
    "favorites": "What you like",
    "random": "Whatever comes",
    "playlist": "Your lists",
    "duplicates": "What is there more than once",
    "watch": "Follow a chat: @chat every 6h",
    "watches": "What is followed",
    "audit": "What of a chat is here, and what is not: @chat",
    "edit": "Correct a track: answer it",
    "convert": "Another format, or a piece: answer a track",
    "remove": "Remove a track: answer it",
    "trash": "What was removed",
    "retention": "How much of a chat is kept",
    "backup": "Save the catalogue",
    "status": "How far it is",
    "pause": "Stop for a while",
    "resume": "Go on after a pause",
    "cancel": "Stop a download for good",
    "retry": "Try again what failed",
    "why": "What became of a track: a link",
    "accounts": "The Telegram accounts that download",
    "login": "Log an account in",
    "panic": "Stop everything and log all accounts out",
    "users": "Who may talk to me",
    "role": "Give somebody a role: @name member",
    "ban": "Let somebody in no more: @name",
    "quota": "How much somebody may have: @name 5 jobs",
    "invite": "Let somebody in: member, or guest 48",
    "help": "What can be said",
}
# For whom may say no more than the command itself, which means another thing then.
ALONE = {"quota": "What is left of your limits"}


def start(usable: Collection[str]) -> str:
    """Greet somebody who may use these commands."""
    return _HELLO + (_FETCHES if "download" in usable else _PLAYS)


def overview(usable: Collection[str]) -> str:
    """List the commands of somebody who may use these, and no others."""
    told = []
    for heading, lines in _SECTIONS:
        if shown := [*filter(None, (_line(pieces, usable) for pieces in lines))]:
            told.append(heading + "\n".join(shown))
    return "\n\n".join(told)


def _line(pieces: _Line, usable: Collection[str]) -> str:
    named = {piece: set(_COMMAND.findall(piece)) for piece in pieces}
    shown = [piece for piece in pieces if named[piece] <= set(usable)]
    return " ".join(shown) if any(named[piece] for piece in shown) else ""
