"""Says how to write what could not be understood. Pure; as in `bot.texts`, all is escaped."""

from __future__ import annotations

from bot.errors import Usage, UsageError
from bot.texts import EXAMPLE, quoted

_SENTENCES = {
    Usage.NO_CHAT: f"Which chat? {EXAMPLE}",
    Usage.NOT_A_LINK: f"That is not a chat or a link. Write its @name or a t.me link. {EXAMPLE}",
    Usage.ELSEWHERE: "I only understand Telegram links, such as <code>https://t.me/jazz/12</code>",
    Usage.LOOKALIKE: "Careful: this link only looks like a Telegram link. I did not open it.",
    Usage.CREDENTIALS: "A link with a name or password in it is not a Telegram link.",
    Usage.INVITE: "This is an invitation. Join first with the Telegram account that downloads, "
    "then send a link to a message there.",
    Usage.NO_CHAT_IN_LINK: "This link does not lead to a channel, a group or a message. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_MESSAGE: "“{detail}” is not a message number. "
    "Example: <code>https://t.me/jazz/12</code>",
    Usage.BAD_COUNT: "“{detail}” does not work as a count. Write a number from 1 to 10,000, "
    "or “all”. " + EXAMPLE,
    Usage.BAD_DATE: "“{detail}” is not a date from 2013 to 2037. "
    "Example: <code>since:2024-01-31</code>",
    Usage.NO_DAYS: "There is no day between these dates: “since” must come before “until”. "
    "Example: <code>since:2024-01-01 until:2024-02-01</code>",
    Usage.TWICE: "“{detail}” is one of two that say different things. Please keep one of them.",
    Usage.UNKNOWN_WORD: "I do not know “{detail}”. /help shows what can be said. " + EXAMPLE,
    Usage.ONE_MESSAGE: "A link to one message brings just that message. For more, send the chat: "
    "<code>/download @jazz 10</code>",
    Usage.BAD_JOB: "“{detail}” is not the number of a download. "
    "Send the command alone, and I find the one that is meant.",
    Usage.NOT_ONE_POSTING: "Which message? Send a link to just one, a download's number, or answer "
    "a forwarded track with /why. Example: <code>/why https://t.me/jazz/12</code>",
    Usage.PLAIN_TEXT: "Send me a t.me link, forward me a track from a channel, or write "
    "<code>/download @jazz 10</code>",
    Usage.UNKNOWN_COMMAND: f"I do not know this command. /help lists the others. {EXAMPLE}",
    Usage.MISSPELT_COMMAND: "I do not know this command. Did you mean /{detail}?",
    Usage.NO_SPACE: f"Please leave a space before the “@”. {EXAMPLE}",
    Usage.HIDDEN_ORIGIN: "Telegram does not tell me where this was posted. "
    "Open the original, choose Copy Link, and send me the link.",
    Usage.OWN_UPLOAD: "I fetch from channels and groups. Forward the track from there, "
    "or send a link to it.",
    Usage.NO_AUDIO: "There is no audio in this message.",
}


def usage(error: UsageError) -> str:
    return _SENTENCES[error.usage].format(detail=quoted(error.detail, 40))
