"""What the bot tells of itself: the greeting, the help, the menu of commands."""

from __future__ import annotations

START = (
    "Hello! I download audio from Telegram channels and groups into your music library.\n\n"
    "Try <code>/download @jazz 10</code> with the name of a channel you like, or just send me "
    "a t.me link. /search finds what is in the library, /help tells the rest."
)
HELP = """\
<b>Download</b>
<code>/download @jazz</code> – the 10 newest tracks
<code>/download @jazz 50</code> – the 50 newest
<code>/download @jazz all</code> – everything, up to 10,000
<code>/download @jazz 10 from oldest</code>
<code>/download @jazz 100 since:2024-01-01 until:2024-02-01</code> – January 2024
<code>/download @jazz 10-20</code> – messages 10 to 20
<code>/download @jazz 10 voice</code> – voice messages too
<code>/download @jazz 10 duration&gt;3m format:flac -remix "live at"</code> – only what fits. \
There is also <code>artist: title: posted:2024 size&lt;20MB bitrate&gt;=256k lossless</code>, \
<code>or</code>, and brackets
<code>/download @jazz all takeout</code> – as an export, which Telegram slows down less; it has to \
be approved in another Telegram app, and may begin only after hours

Or send a link (<code>https://t.me/jazz/12</code>, or <code>t.me/jazz/12-40</code> for a range), \
several links at once, or forward a track from a channel.

<b>Then</b>
/status – how far it is, and how the accounts are
/pause, /resume – stop for a while, go on
/cancel – stop a download; finished tracks stay
/retry – try again what failed
/why <code>https://t.me/jazz/12</code> – what became of a track (or answer one with /why)
With a number, as in <code>/pause 12</code>, they mean that download; to pause, resume or cancel \
every one, write <code>all</code>.

<b>Follow</b>
/watch <code>@jazz every 6h</code> – bring what is posted there from now on; it shows first what \
that would be. There is also <code>live</code>, <code>daily 02:00</code>, \
<code>cron "0 */4 * * *"</code>, <code>between 02:00-06:00</code>, \
<code>max 5GB/day</code>, <code>quiet</code>, <code>digest 20:00</code>, \
<code>priority high</code>, <code>backfill 200</code>, <code>keep 500</code>, \
<code>topic 5</code>, <code>comments</code>, and what fits, as above; /watch alone asks with buttons
What comes can be sent on (<code>to @mychannel</code>, <code>to me</code>), put into a playlist \
(<code>into "Friday Jazz"</code>), filed (<code>folder "{chat}/{title}"</code>) and told to a \
<code>webhook https://example.org/x</code>
/watches – what is followed, when it looks next, and what it brought; a number opens one, to \
change it too; /unwatch <code>2</code>
<code>/watch defaults every 1h quiet</code> – for each new one; \
<code>/watch budget 20GB/day</code> – for all together
/audit <code>@jazz</code> – what of a chat is in the library, what is not, and why; \
<code>/audit @jazz deep</code> compares every byte, too; /audit alone shows who did what here

<b>Listen</b>
/search <code>miles davis -live</code> – find tracks in the library, with the words above and \
<code>album: genre: year: plays&gt;5 added:7d is:favorite</code>
/recent, /favorites, /random – what is new, what you like, whatever comes; \
<code>/random 5 genre:jazz</code> – five of what fits
/playlist – your lists; <code>/playlist new Morning</code> makes one
/duplicates – recordings that are there more than once; they can be merged, and that undone
/remove – as an answer to a track: its file goes into the trash
/trash – what lies there, and how to bring it back
/retention <code>@jazz keep 500</code> – keep only the newest tracks of a chat; \
<code>20GB</code> and <code>90d</code> work too
/edit – as an answer to a track: what it is called, why, and how good it is; \
<code>/edit title: So What; track: 1</code> corrects it
/convert – as an answer to a track: <code>/convert mp3 192k</code>, \
<code>/convert opus 64k 1:20-2:40</code>, <code>/convert voice</code>
In any other chat, write my @name and some words, and pick a track from the list that appears.

A private chat works once the Telegram account that downloads has joined it."""
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
    "status": "How far it is",
    "pause": "Stop for a while",
    "resume": "Go on after a pause",
    "cancel": "Stop a download for good",
    "retry": "Try again what failed",
    "why": "What became of a track: a link",
    "help": "What can be said",
}
