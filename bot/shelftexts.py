"""The sentences about lists of tracks. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from bot import trackwords
from bot.characters import cleaned, cut
from bot.texts import NAME, quoted, tracks
from storage.models import Track

_QUERY = 40
_LABEL = 40  # on a button, which is plain text

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
UNLIKE = "♥ Liked"
EITHER = "♥"
CHOOSE = "＋ List"
SAME_ARTIST = "Same artist"
SAME_ALBUM = "Same album"
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

# By these signs an answer finds the question that it is for.
ASKS_NEW = "➕"
ASKS_RENAME = "✏️"


def name(track: Track, room: int = NAME) -> str:
    return quoted(trackwords.name(track), room)


def line(number: int, track: Track) -> str:
    quiet = trackwords.kind(track)
    return f"{number}. {name(track)}" + (f" <i>{quoted(quiet)}</i>" if quiet else "")


def instead(said: str, meant: str) -> str:
    return f"Nothing called “{quoted(said, _QUERY)}”. Showing “{quoted(meant, _QUERY)}”:"


def nothing(said: str, *, can_be_fetched: bool) -> str:
    """Say so, and how to look elsewhere where a download can look for the same."""
    query = quoted(said, _QUERY)
    if not can_be_fetched:
        return f"Nothing found for “{query}”. Leave something out, or see what is /recent."
    return (
        f"Nothing found for “{query}”. If you know a chat that has it, "
        f"<code>/download @chat {query}</code> looks there."
    )


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


def list_label(title: str, count: int) -> str:
    return f"{cut(cleaned(title), _LABEL)} · {count}"


def which_list(track: Track) -> str:
    return f"Into which list shall {name(track)} go?"


def put(track: Track, title: str) -> str:
    return f"✓ {name(track)} is in “{quoted(title)}”."


def no_list(title: str) -> str:
    called = quoted(title)
    return f"You have no list called “{called}”. <code>/playlist new {called}</code> makes it."


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
