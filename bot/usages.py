"""Says how to write what could not be understood. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from bot.characters import cleaned, cut
from bot.errors import Usage, UsageError
from bot.texts import EXAMPLE, quoted
from storage.query.errors import QueryError, Wrong

_LIMITS = (
    "Write <code>/quota @name 5 jobs 100 queued 20GB/day 500MB/file</code>, some of it, "
    "<code>unlimited</code> or <code>default</code>; 0 lifts one limit."
)
_SENTENCES = {
    Usage.NO_CHAT: f"Which chat? {EXAMPLE}",
    Usage.NOT_A_LINK: f"That is not a chat or a link. Write its @name or a t.me link. {EXAMPLE}",
    Usage.ELSEWHERE: "I only understand Telegram links, such as <code>https://t.me/jazz/12</code>",
    Usage.LOOKALIKE: "Careful: this link only looks like a Telegram link. I did not open it.",
    Usage.CREDENTIALS: "A link with a name or password in it is not a Telegram link.",
    Usage.INVITE: "This is an invitation. Join first with the Telegram account that downloads, "
    "then send a link to a message there.",
    Usage.NOT_A_CHAT: "“{detail}” is no chat. Write its @name, its number, or a link to it.",
    Usage.NO_CHAT_IN_LINK: "This link does not lead to a channel, a group or a message. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_MESSAGE: "“{detail}” is not a message number. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_COUNT: "“{detail}” does not work as a count. Write a number from 1 to 10,000, "
    "or “all”. " + EXAMPLE,
    Usage.NOT_SO_MANY: "“{detail}” does not work as a count: write a number from 1 to 30, as in "
    "<code>/recent 20</code>. If it is a word to look for, put it in quotes.",
    Usage.BAD_DATE: "“{detail}” is not a date from 2013 to 2037. "
    "Example: <code>since:2024-01-31</code>, <code>since:yesterday</code>, or "
    "<code>since:7d</code> for the last seven days.",
    Usage.NO_DAYS: "There is no day between these dates: “since” must come before “until”. "
    "Example: <code>since:2024-01-01 until:2024-02-01</code>",
    Usage.TWICE: "“{other}” and “{detail}” say different things. Please keep one of them.",
    Usage.UNKNOWN_WORD: "I do not know “{detail}”. /help shows what can be said. " + EXAMPLE,
    Usage.MISSPELT_OPTION: "I do not know “{detail}” here. Did you mean <code>{other}</code>? "
    'If it is a word to look for, put it in quotes: <code>"{detail}"</code>',
    Usage.NOT_KNOWN_YET: "“{detail}” is not known before a track is here. What can be filtered by "
    "is words, artist, title, format, lossless, duration, size, bitrate and posted.",
    Usage.ONE_MESSAGE: "A link to one message brings just that message. For more, send the chat: "
    "<code>/download @jazz 10</code>",
    Usage.BAD_JOB: "“{detail}” is not the number of a download. "
    "Send the command alone, and I find the one that is meant.",
    Usage.NOT_ONE_POSTING: "Which message? Send a link to just one, a download's number, or answer "
    "a forwarded track with /why. Example: <code>/why https://t.me/jazz/12</code>",
    Usage.PLAIN_TEXT: "Send me a t.me link, forward me a track from a channel, or write "
    "<code>/download @jazz 10</code>. To look in the library, write /search and some words.",
    Usage.UNKNOWN_COMMAND: "I do not know this command. /help lists the others.",
    Usage.MISSPELT_COMMAND: "I do not know this command. Did you mean /{detail}?",
    Usage.NO_SPACE: "Please leave a space before the “@”. Example: <code>/{detail} @jazz</code>",
    Usage.HIDDEN_ORIGIN: "Telegram does not tell me where this was posted. "
    "Open the original, choose Copy Link, and send me the link.",
    Usage.OWN_UPLOAD: "I fetch from channels and groups. Forward the track from there, "
    "or send a link to it.",
    Usage.NO_AUDIO: "There is no audio in this message.",
    Usage.BAD_CONVERSION: "I do not know “{detail}” here. Write mp3, opus or voice, a bitrate, and "
    "from where to where: <code>/convert mp3 192k 1:20-2:40</code>",
    Usage.BAD_BITRATE: "“{detail}” does not work as a bitrate here. MP3 goes from 32k to 320k, "
    "Opus from 16k to 320k, a voice note from 32k to 64k.",
    Usage.BAD_PIECE: "“{detail}” is no piece of a track. Write from where to where, as in "
    "<code>/convert 1:20-2:40</code>",
    Usage.BAD_RETENTION: "How much is to be kept? Write <code>/retention @jazz keep 500</code> "
    "(the newest tracks), <code>keep 20GB</code>, <code>keep 90d</code>, some of these, or "
    "<code>/retention @jazz off</code> to keep everything.",
    Usage.NO_CHAT_TO_FOLLOW: "Which chat? <code>/watch @jazz every 6h</code> follows it; /watches "
    "shows what you follow.",
    Usage.NO_CHAT_TO_AUDIT: "Which chat? <code>/audit @jazz</code> tells what of it is in the "
    "library and what is not; <code>/audit @jazz deep</code> compares every byte, too. "
    "/audit alone shows who did what here.",
    Usage.BAD_AUDIT: "I do not know “{detail}” here. Write <code>/audit @jazz</code>, or "
    "<code>/audit @jazz deep</code> to have every byte compared, too.",
    Usage.WHICH_WATCH: "Which chat? Example: <code>/unwatch @jazz</code>, or its number in "
    "/watches, as in <code>/unwatch 2</code>.",
    Usage.BAD_RHYTHM: "How often? Write <code>every 30m</code>, "
    "<code>every 6h</code> or <code>every 2d</code>: from 5 minutes to 30 days.",
    Usage.BAD_TIME: "At what time of the day? Write <code>daily 02:00</code>",
    Usage.BAD_CRON: "“{detail}” is not a schedule. Write five fields in quotes, as in "
    '<code>cron "0 */4 * * *"</code>, or <code>daily 02:00</code>',
    Usage.BAD_HOURS: "“{detail}” are no hours. Write <code>between 02:00-06:00</code>",
    Usage.OUTSIDE_HOURS: "At {detail} it may not look, by the hours that you have given. "
    "Leave one of them out.",
    Usage.BAD_BUDGET: "“{detail}” is not so much a day. Write <code>max 5GB/day</code>",
    Usage.BAD_DIGEST: "At what time of the day shall I tell? Write <code>digest 20:00</code>",
    Usage.BAD_PRIORITY: "“{detail}” is no priority. Write <code>priority high</code>, "
    "<code>normal</code> or <code>low</code>",
    Usage.OF_ONE_CHAT: "“{detail}” can only be said of one chat, not of all.",
    Usage.BAD_BUDGET_OF_ALL: "“{detail}” is not so much a day. Write "
    "<code>/watch budget 20GB/day</code>, or <code>/watch budget off</code> for no limit.",
    Usage.BAD_TOPIC: "“{detail}” is not the number of a topic. It stands in a link to it, as in "
    "<code>https://t.me/jazz/5</code>",
    Usage.NO_FORUM: "“{detail}” is no forum, so it has no topics. Leave <code>topic</code> out to "
    "follow all of it.",
    Usage.NO_TOPIC: "There is no topic {detail} in “{other}”. Its number stands in a link to it: "
    "open the topic in Telegram and choose Copy Link.",
    Usage.BAD_TARGET: "“{detail}” is no chat to which I could send tracks. Write "
    "<code>to @mychannel</code>, the id of a group or channel, or <code>to me</code>. If it is a "
    'word to look for, put it in quotes: <code>"to"</code>',
    Usage.NOT_THEIR_CHAT: "Tracks go only to chats in which you have a say, and in “{detail}” I "
    "see none: you would have to be a member of the group, or an administrator of the channel who "
    "may post, and I have to be there too. <code>to me</code> works at once.",
    Usage.TO_ITSELF: "“{detail}” is the chat that the tracks come from: they are there already.",
    Usage.BAD_LIST: 'Into which playlist? Write <code>into "Friday Jazz"</code>',
    Usage.BAD_FOLDER: "This does not work as a folder, {detail}. Write it like "
    '<code>folder "{{chat}}/[{{year}}/]{{title}}"</code>',
    Usage.BAD_WEBHOOK: "“{detail}” is no address. Write <code>webhook https://example.org/x</code>",
    Usage.WEBHOOK_AT_HOME: "I tell nothing to “{detail}”: it has to be a public address that "
    "begins with https. For a machine of your own network, set WEBHOOK_ALLOW to its name.",
    Usage.BAD_INVITE: "“{detail}” is neither a role nor a number of hours up to 720. Write "
    "<code>/invite member</code>, or <code>/invite guest 48</code>",
    Usage.BAD_ROLE: "Which role? Write <code>/role @name member</code>, or guest, or admin; /users "
    "shows who is there.",
    Usage.BAD_QUOTA: f"“{{detail}}” is no limit. {_LIMITS}",
    Usage.WHO: "Who? Write @name or the number in /users, or answer something they wrote.",
    Usage.NOBODY: "I know nobody called “{detail}”. /users shows who is there.",
    Usage.STALE_LINK: "This link is out of date. /help tells what I can do.",
    Usage.USED_LINK: "This link was used, or is over. You are in already: /help tells what I can "
    "do.",
}

_OF_QUERIES = {
    Wrong.TOO_LONG: "This is too long for me. Please leave out some words.",
    Wrong.TOO_DEEP: "These are too many brackets in each other. Please leave out some.",
    Wrong.UNKNOWN_FIELD: "I do not know “{word}”. Did you mean <code>{suggestion}</code>? "
    "If it is a word to look for, put it in quotes.",
    Wrong.NO_VALUE: "Something is missing behind “{word}”. Write a word or a “phrase”, as in "
    '<code>artist:"Miles Davis"</code>',
    Wrong.OPERATOR: "This is not more or less than something. Did you mean "
    "<code>{suggestion}</code>?",
    Wrong.BAD_DURATION: "This is not a length. Write <code>duration&gt;3m</code>, "
    "<code>duration:3:30</code> or <code>duration:3m..5m</code>",
    Wrong.BAD_SIZE: "This is not a size. Write <code>size&lt;20MB</code>",
    Wrong.BAD_BITRATE: "This is not a bitrate. Write <code>bitrate&gt;=256k</code>",
    Wrong.BAD_YEAR: "This is not a year. Write <code>year:1999</code> or "
    "<code>year:1990..1999</code>",
    Wrong.BAD_COUNT: "This is not a count. Write <code>plays&gt;5</code>",
    Wrong.BAD_DATE: "This is not a date. Write it as <code>2024-01-31</code>, <code>2024</code>, "
    "<code>today</code>, or <code>7d</code> for the last seven days.",
    Wrong.BAD_FORMAT: "I do not know this format. Write <code>format:flac</code>, or mp3, m4a, "
    "ogg, opus, wav and so on.",
    Wrong.BAD_HAS: "Write <code>has:cover</code> or <code>has:file</code>",
    Wrong.BAD_IS: "Write <code>is:favorite</code> or <code>is:flawed</code>",
    Wrong.WHICH_WAY: "I cannot tell whether before or after is meant. <code>{suggestion}</code> "
    "means since then, <code>-{suggestion}</code> before.",
}
# The same in a few words, where no more are read.
_IN_SHORT = {
    Wrong.TOO_LONG: "This is too long",
    Wrong.TOO_DEEP: "Too many brackets",
    Wrong.UNKNOWN_FIELD: "Not “{word}” but “{suggestion}”?",
    Wrong.NO_VALUE: "Something is missing behind “{word}”",
    Wrong.OPERATOR: "Not “{word}” but “{suggestion}”?",
    Wrong.BAD_DURATION: "“{word}” is not a length",
    Wrong.BAD_SIZE: "“{word}” is not a size",
    Wrong.BAD_BITRATE: "“{word}” is not a bitrate",
    Wrong.BAD_YEAR: "“{word}” is not a year",
    Wrong.BAD_COUNT: "“{word}” is not a count",
    Wrong.BAD_DATE: "“{word}” is not a date",
    Wrong.BAD_FORMAT: "I do not know the format “{word}”",
    Wrong.BAD_HAS: "Not “{word}” but has:cover or has:file",
    Wrong.BAD_IS: "Not “{word}” but is:favorite or is:flawed",
    Wrong.WHICH_WAY: "“{word}”: before or after?",
}
# Where nothing was written, or nothing of it can be shown.
_UNSAID = {
    Usage.NOT_A_CHAT: _SENTENCES[Usage.NO_CHAT],
    Usage.BAD_COUNT: "How many? Write a number from 1 to 10,000, or “all”, as in "
    "<code>backfill 200</code>",
    Usage.BAD_CRON: 'When? Write five fields in quotes, as in <code>cron "0 */4 * * *"</code>, or '
    "<code>daily 02:00</code>",
    Usage.BAD_QUOTA: f"How much? {_LIMITS}",
    Usage.BAD_HOURS: "Between which hours? Write <code>between 02:00-06:00</code>",
    Usage.BAD_BUDGET: "How much a day? Write <code>max 5GB/day</code>",
    Usage.BAD_PRIORITY: "Which priority? Write <code>priority high</code>, <code>normal</code> or "
    "<code>low</code>",
    Usage.BAD_TOPIC: "Which topic? Its number stands in a link to it, as in "
    "<code>https://t.me/jazz/5</code>",
    Usage.BAD_TARGET: "To which chat? Write <code>to @mychannel</code>, the id of a group or "
    "channel, or <code>to me</code>",
    Usage.BAD_WEBHOOK: "Which address? Write <code>webhook https://example.org/x</code>",
    Usage.UNKNOWN_WORD: "There is no word in this to look for. /help shows what can be said. "
    + EXAMPLE,
}
_SAID_TWICE = "“{detail}” is there twice. Please keep one of them."
_CONTEXT = 30
_ROOM = {Usage.BAD_FOLDER: 160}  # it is a sentence


def usage(error: UsageError) -> str:
    detail = quoted(error.detail, _ROOM.get(error.usage, 40))
    sentence = _SENTENCES[error.usage]
    if not detail.strip('"“”'):  # a pair of quotes with nothing in it says nothing
        sentence = _UNSAID.get(error.usage, sentence.replace("“{detail}”", "This"))
    elif error.usage is Usage.TWICE and error.detail == error.other:
        sentence = _SAID_TWICE
    return sentence.format(detail=detail, other=quoted(error.other, 40))


def in_short(error: QueryError) -> str:
    """Say what is wrong in a query, for a button: as plain text."""
    word, suggestion = (cut(cleaned(text), _CONTEXT) for text in (error.word, error.suggestion))
    return _IN_SHORT[error.wrong].format(word=word, suggestion=suggestion)


def of_query(error: QueryError) -> str:
    """Point at what is wrong in a query, and say what to write instead."""
    before, after = error.text[: error.start], error.text[error.end :]
    word = quoted(error.word, _CONTEXT)
    pointed = (
        quoted(before if len(before) < _CONTEXT else f"…{before[1 - _CONTEXT :]}")
        + " " * before[-1:].isspace()
        + f"<b><u>{word}</u></b>"
        + " " * after[:1].isspace()
        + quoted(after, _CONTEXT)
    )
    sentence = _OF_QUERIES[error.wrong].format(
        word=word, suggestion=quoted(error.suggestion, _CONTEXT)
    )
    return f"“{pointed.strip()}”: {sentence}"
