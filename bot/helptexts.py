"""What the bot tells of itself: the greeting, the help, the menu of commands."""

from __future__ import annotations

START = (
    "Hello! I download audio from Telegram channels and groups into your music library.\n\n"
    "Try <code>/download @jazz 10</code> with the name of a channel you like, or just send me "
    "a t.me link. /search finds what is in the library, /help tells the rest."
)
HELP = """\
<b>Download</b>
/download <code>@jazz 10</code> – its 10 newest tracks
or send me a link, or forward a track
/status /pause /resume /cancel
/retry what failed, /why it failed

<b>Follow</b>
/watch <code>@jazz every 6h</code> – what comes
/watches – what I follow; /unwatch
/audit <code>@jazz</code> – is anything missing?

<b>Listen</b>
/search <code>miles davis</code> – in the library
/recent /favorites /random /playlist

<b>Tidy up</b>
answer a track with /edit, /convert or /remove
/duplicates /trash /retention

/users /invite /role /ban /quota
/accounts /login /backup; /panic stops all
<code>/help watch</code> tells all of /watch, and so on."""
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
