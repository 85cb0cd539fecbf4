"""The sentences about lists of tracks. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from bot import trackwords
from bot.characters import cleaned, cut
from bot.texts import NAME, quoted, tracks
from storage.models import Track
from storage.query.tree import Assumed, Measure

_QUERY = 40
_TITLES = 3  # in one sentence
_ROW = 48  # columns: on a small phone such a row wraps now and then, but names stay whole
_USUAL = "mp3"
_LABEL = 40  # on a button, which is plain text

NO_WORDS = "There is no word in this to look for. Write some: <code>/search miles davis</code>"
SEARCH = """\
What shall I look for?
<code>/search miles davis</code>
<code>/search "so what" -remix</code>
<code>/search artist:monk duration&gt;3m lossless</code>"""
NEWEST = "<b>Newest</b>"
FAVORITES = "<b>Favorites</b>"
RANDOM = "<b>Random</b>"
LISTS = "<b>Your lists</b>"
NO_TRACKS = "There are no tracks yet. /download brings some."
NO_FAVORITES = "You have no favorites yet. Press ♡ below a track, and it stands here."
NONE_HERE = "Nothing here any more."
NO_LISTS = "You have no lists yet. Press ＋ below a track, or make one here."
LIKED = "♥ Among your favorites."
NOT_LIKED = "No favorite any more."
EMPTY_LIST = "It is empty. Press ＋ below a track to put it here."
WHICH_TO_TAKE_OUT = "Press the one to take out."
NOTHING_TO_EXPORT = "There is no file to be listed."
ON_ITS_WAY = "It is on its way."
COMES = "It comes…"
REMOVED = "Removed."
NO_NAME = "That is no name. Please answer with letters or digits."

PREVIOUS = "◀"
NEXT = "▶"
SEND_ALL = "Send these"
OTHERS = "🎲 Others"
LIKE = "♡ Like"
LIKED_SO_FAR = "♥ Liked"
TAKE_BACK = "✕ Unlike"
CHOOSE = "＋ List"
SAME_ARTIST = "Same artist"
SAME_ALBUM = "Same album"
EDIT = "✎ Edit"
CONVERT = "⇄ Convert"
SOURCE = "↗ Source"
NEW_LIST = "＋ New list"
SHARE = "↗ Share"
EXPORT = "Export"
RENAME = "Rename"
REMOVE = "Remove"
TAKE_OUT = "Take out"
DONE = "✓ Done"
ALL_LISTS = "☰ Lists"
COPY = "＋ Copy to my lists"
REMOVE_NOW = "Remove it"
KEEP = "Keep it"

_ASSUMED = {
    Assumed.QUOTE_ENDS: "A quote was left open; I took it to go on to the end.",
    Assumed.BRACKET_ENDS: "A bracket was left open; I took it to go on to the end.",
    Assumed.MEGABYTES: "A size without a unit is in MB.",
    Assumed.SECONDS: "A duration without a unit is in seconds; minutes are written 5m.",
}

# By these signs an answer finds the question that it is for.
ASKS_NEW = "➕"
ASKS_RENAME = "✏️"
ASKS_EDIT = "🏷"


def name(track: Track, room: int = NAME) -> str:
    return quoted(trackwords.name(track), room)


def line(number: int, track: Track) -> str:
    """Write what has room in one row of a small phone; MP3 is what is not named."""
    before, quiet = f"{number}. ", trackwords.length(track.duration)
    if track.format != _USUAL:
        quiet = trackwords.kind(track)
    called = trackwords.short(track, _ROW - len(before) - len(quiet))
    return f"{before}{html.escape(called, quote=False)}" + f" <i>{quoted(quiet)}</i>" * bool(quiet)


def place(first: int, last: int, count: int, *, is_more: bool) -> str:
    """Write `9–16 of 37`, or `of 1,000+` where there are more than anybody counted."""
    return f"<i>{first:,}–{last:,} of {count:,}{'+' * is_more}</i>"


def instead(said: str, meant: str) -> str:
    return f"Nothing called “{quoted(said, _QUERY)}”. Showing “{quoted(meant, _QUERY)}”:"


def nothing(said: str, *, can_be_fetched: bool) -> str:
    """Say so, and how to look elsewhere where a download can look for the same."""
    query = quoted(said, _QUERY)
    if not query.strip('"“” '):
        return NO_WORDS
    if not can_be_fetched:
        return f"Nothing found for “{query}”. Leave something out, or see what is /recent."
    return (
        f"Nothing found for “{query}”. If you know a chat that has it, "
        f"<code>/download @chat {query}</code> looks there."
    )


def none_liked(said: str) -> str:
    return f"None of your favorites is “{quoted(said, _QUERY)}”. /favorites shows them all."


def ruled_out(said: str, measure: Measure) -> str:
    query = quoted(said, _QUERY)
    return f"Nothing can fit “{query}”: what it says of the {measure} rules itself out."


def no_such_chat(chat: str) -> str:
    return f"No track comes from “{quoted(chat, _QUERY)}”: I know no such chat."


def assumed(what: Iterable[Assumed]) -> str:
    """Say what was taken for meant, one line for each."""
    return "\n".join(f"<i>{_ASSUMED[one]}</i>" for one in sorted(what))


def did_you_mean(meant: str) -> str:
    return f"Did you mean {cut(cleaned(meant), _LABEL)}?"


def words_only(words: str) -> str:
    return f"Just the words: {cut(cleaned(words), _LABEL)}"


def menu(shown: int, count: int) -> str:
    """Stand above the lists; the newest ones are shown, and the others open by name."""
    if count <= shown:
        return LISTS if count else NO_LISTS
    return f"{LISTS}, the {shown} newest of {count}. /playlist and a name opens any."


def heading(title: str) -> str:
    return f"<b>{quoted(title)}</b>"


def matching(title: str, said: str) -> str:
    return f"{title} matching “{quoted(said, _QUERY)}”" if said else title


def called(title: str) -> str:
    return f"“{quoted(title)}”"


def of_list(title: str, count: int) -> str:
    return f"{heading(title)} · {tracks(count)}"


def list_label(title: str, count: int, *, is_marked: bool = False) -> str:
    return f"{'✓ ' * is_marked}{cut(cleaned(title), _LABEL)} · {count}"


def which_list(track: Track, titles: Sequence[str]) -> str:
    """Ask into which list a track shall go; it is in those with these titles."""
    if not titles:
        return f"Into which list shall {name(track)} go?"
    return f"{put(track, *titles)} A press puts it into a list, or takes it out of one."


def put(track: Track, *titles: str) -> str:
    shown = ", ".join(called(title) for title in titles[:_TITLES])
    more = f" and {len(titles) - _TITLES} more" if len(titles) > _TITLES else ""
    return f"✓ {name(track)} is in {shown}{more}."


def put_there(title: str) -> str:
    """Answer a press, as plain text."""
    return f"✓ In “{cut(cleaned(title), _LABEL)}”."


def taken_out(title: str) -> str:
    """Answer a press, as plain text."""
    return f"No more in “{cut(cleaned(title), _LABEL)}”."


def no_list(title: str) -> str:
    called = quoted(title)
    return f"You have no list called “{called}”. <code>/playlist new {called}</code> makes it."


def none_of_them(title: str) -> str:
    return f"You have no list called {called(title)}. /playlist shows yours."


def which_of_them(said: str) -> str:
    """Ask which list is meant; what was `said` is the beginning of several, or nothing."""
    return f"Several of your lists begin with {called(said)}. Which one?" if said else "Which one?"


def exists(title: str) -> str:
    return f"You have a list called “{quoted(title)}” already."


def made(title: str) -> str:
    return f"✓ “{quoted(title)}” is yours now."


def remove(title: str, count: int) -> str:
    stay = " The tracks themselves stay in the library." if count else ""
    return f"Remove “{quoted(title)}” with {tracks(count)}?{stay}"


def ask_new(track_link: str = "") -> str:
    """Ask for the name of a new list, for a track if one is linked."""
    whose = f"the list for {track_link}" if track_link else "the new list"
    return f"{ASKS_NEW} What shall {whose} be called? Answer this message with a name."


def ask_rename(list_link: str) -> str:
    return f"{ASKS_RENAME} What shall {list_link} be called? Answer this message with a name."


def link(url: str, label: str) -> str:
    """Link a label that is escaped already."""
    return f'<a href="{url}">{label}</a>'


def left_out(count: int) -> str:
    return f"Left out {tracks(count)} without a file." if count else ""
