"""What /help tells of one command. Pure."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from bot.texts import quoted

_ONE_OF_ALL = (
    "Alone it means the last one; with a number, as in <code>/{name} 12</code>, that download, and "
    "<code>/{name} all</code> every one."
)
_ANSWER = "Send it as an answer to a track that I have sent."
_UNKNOWN = "There is no command “{word}”. /help lists them all."
_NEARLY = "There is no command “{word}”. Did you mean <code>/help {meant}</code>?"
_ALIASES = {
    "dl": "download",
    "favourites": "favorites",
    "playlists": "playlist",
    "watching": "watch",
    "follow": "watch",
}
TOPICS = {
    "start": "/start says hello, and shows the commands in the menu.",
    "help": "/help lists the commands; <code>/help search</code> tells all of one.",
    "download": """\
<b>/download</b> fetches tracks of a chat.
<code>/download @jazz</code> – the 10 newest
<code>/download @jazz 50</code> – the 50 newest
<code>/download @jazz all</code> – everything, up to 10,000
<code>/download @jazz 10 from oldest</code>
<code>/download @jazz 100 since:2024-01-01 until:2024-02-01</code> – January 2024
<code>/download @jazz 10-20</code> – messages 10 to 20
<code>/download @jazz 10 voice</code> – voice messages too
<code>/download @jazz all takeout</code> – as an export, which Telegram slows down less; it has to \
be approved in another Telegram app, and may begin only after hours

Only what fits, with any of these:
<code>/download @jazz 10 duration&gt;3m format:flac -remix "live at"</code>
<code>artist: title: posted:2024 size&lt;20MB bitrate&gt;=256k lossless</code>, <code>or</code>, \
and brackets

No command is needed for a link (<code>https://t.me/jazz/12</code>, or \
<code>t.me/jazz/12-40</code> for a range), for several, and for tracks that you forward.
A private chat works once the Telegram account that downloads has joined it.""",
    "accounts": "/accounts shows how each Telegram account stands, with buttons to log it out.",
    "backup": "/backup saves the catalogue, sealed, and reads it back; a press sends you the "
    "file. It opens only with the key file; neither that nor the music is in it.",
    "users": "/users lists who may talk to me, with roles and what they use; a number opens a card "
    "with buttons for role, limits, and to put somebody out.",
    "invite": """\
<b>/invite</b> lets people in.
<code>/invite member</code> – a link that lets one person in, once; <code>/invite guest 48</code> \
holds for 48 hours
<code>/invite</code> – what is open, with buttons to withdraw it""",
    "role": "<code>/role @name member</code> gives somebody a role below your own: admin, member "
    "or guest.",
    "ban": "<code>/ban @name</code> makes somebody a stranger at once; what runs for them is "
    "paused. /users lets them in again.",
    "quota": """\
<b>/quota</b> limits what somebody may have at a time.
<code>/quota @name 5 jobs 100 queued 20GB/day 500MB/file</code>
<code>/quota member 3 jobs</code> – for everybody of that role
<code>/quota</code> – what holds for each role, and what is left of your own limits""",
    "login": "/login logs an account in: scan the picture with its Telegram app, under Settings → "
    "Devices → Link Desktop Device. A second password is asked for and deleted at once.",
    "panic": "/panic pauses all downloads, ends the sessions of all accounts at Telegram and "
    "forgets them here. It asks first; the library stays.",
    "status": "/status shows the board again, at the bottom of the chat; owner and admins see how "
    "the accounts are, too, and whoever has limits what is left of them.",
    "pause": "/pause stops a download for a while; what has come stays, and /resume goes on. "
    + _ONE_OF_ALL.format(name="pause"),
    "resume": "/resume goes on with what was paused. " + _ONE_OF_ALL.format(name="resume"),
    "cancel": "/cancel stops a download for good; what has come stays. "
    + _ONE_OF_ALL.format(name="cancel"),
    "retry": "/retry tries once more what failed, was cancelled, is stuck or waits: of the last "
    "download where there is such a thing, or of that with the number, as in "
    "<code>/retry 12</code>.",
    "why": """\
<b>/why</b> tells what became of a track, and what to do.
<code>/why https://t.me/jazz/12</code> – of this one; also as an answer to a forwarded track
<code>/why</code> – what went wrong in the last download
<code>/why 12</code> – in number 12""",
    "watch": """\
<b>/watch</b> follows a chat: it shows first what that would bring, then fetches what is posted.
<code>/watch</code> – asks with buttons
<code>/watch @jazz every 6h</code> – or <code>live</code>, <code>daily 02:00</code>, \
<code>cron "0 */4 * * *"</code>

Add any of these:
<code>backfill 200</code> – begin with the newest 200
<code>lossless -remix</code> – only what fits, as in <code>/help download</code>
<code>between 02:00-06:00</code>, <code>max 5GB/day</code>, <code>keep 500</code>
<code>quiet</code>, or <code>digest 20:00</code> – no board
<code>topic 5</code>, <code>comments</code>, <code>voice</code>, <code>priority high</code>
<code>to @mychannel</code> (or <code>me</code>) – send each track there
<code>into "Friday Jazz"</code> – put it into a playlist
<code>folder "{chat}/{title}"</code> – where its files lie
<code>webhook https://example.org/x</code> – tell another program

<code>/watch defaults every 1h quiet</code> – for each new one
<code>/watch budget 20GB/day</code> – for all together""",
    "watches": "/watches shows what I follow, and when I look next. A number opens one, to look "
    "now, pause, change it, see what came, or remove it.",
    "unwatch": "/unwatch ends it: <code>/unwatch @jazz</code>, or by its number in /watches, "
    "<code>/unwatch 2</code>. What it brought stays.",
    "audit": """\
<b>/audit</b> compares a chat with the library and the disk.
<code>/audit @jazz</code> – what is here, what is not and why, which files are missing or damaged; \
a button fetches those
<code>/audit @jazz deep</code> – compares every byte, too""",
    "search": """\
<b>/search</b> finds tracks in the library; a number plays one.
<code>/search miles davis</code>
<code>/search "so what" -live</code>
<code>/search artist:miles year:1959 format:flac</code>
<code>album: genre: duration&gt;5m plays&gt;5 added:7d is:favorite</code> work too, as do \
<code>or</code> and brackets.
In any other chat, write my @name and some words, and pick a track from the list that appears.""",
    "recent": "/recent shows what is new; <code>/recent 20 genre:jazz</code> 20 of what fits.",
    "favorites": "/favorites shows what you like; <code>/favorites genre:jazz</code> what fits of "
    "it. ♡ below a track puts it there.",
    "random": "/random plays whatever comes; <code>/random 5 genre:jazz</code> five of what fits.",
    "playlist": "/playlist shows your lists, with buttons to play, rename, copy and remove them; "
    "<code>/playlist new Morning</code> makes one.",
    "duplicates": "/duplicates shows recordings that are there more than once, the best file of "
    "each first: keep that, or say that they differ. <code>/duplicates undo</code> takes it back.",
    "edit": "/edit shows what a track is called, why, and how good it is; "
    f"<code>/edit title: So What; track: 1</code> corrects it. {_ANSWER}",
    "convert": f"""\
<b>/convert</b> sends a track in another format, or a piece of it. {_ANSWER}
<code>/convert mp3 192k</code>
<code>/convert opus 64k 1:20-2:40</code>
<code>/convert voice</code> – as a voice message""",
    "remove": f"/remove puts the file of a track into the trash. {_ANSWER}",
    "trash": "/trash shows what was removed and merged, brings it back, and is emptied there.",
    "retention": """\
<b>/retention</b> keeps only so much of a chat, and shows first what would go.
<code>/retention @jazz keep 500</code> – the newest 500 tracks
<code>/retention @jazz keep 20GB 90d</code> – within both
<code>/retention @jazz off</code> – everything again
<code>/retention</code> – what is kept of which chats""",
}


# For whom may say no more than the command itself, which means another thing then.
ALONE = {"quota": "/quota tells what your limits are, and how much of them you use."}


def named(word: str) -> str | None:
    """Return the command that is meant, written with a slash or without one; None if it is none."""
    name = _name(word)
    return name if name in TOPICS else None


def of(word: str, usable: Collection[str], alone: Collection[str] = ()) -> str:
    """Tell of the command that is meant, to somebody who may use these, some only `alone`."""
    name = _name(word)
    if name in alone:
        return ALONE[name]
    if name in TOPICS and name in usable:
        return TOPICS[name]
    shown = quoted(name) or "?"
    names = [one for one in TOPICS if one in usable or one in alone]
    if meant := get_close_matches(name, names, 1, 0.6):
        return _NEARLY.format(word=shown, meant=meant[0])
    return _UNKNOWN.format(word=shown)


def _name(word: str) -> str:
    name = word.strip().removeprefix("/").partition("@")[0].lower()
    return _ALIASES.get(name, name)
