"""Why something is as it is, and what a person can do about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from storage.models import Reason


@dataclass(frozen=True, slots=True)
class Words:
    """Why something is as it is, and what a person can do about it."""

    why: str
    todo: str = ""


REASONS = {
    Reason.CHAT_NOT_FOUND: Words(
        "there is no such chat", "Check the spelling. Perhaps it has another name now."
    ),
    Reason.CHAT_PRIVATE: Words(
        "this chat is private", "Join it with the Telegram account that downloads, then try again."
    ),
    Reason.CHAT_NOT_JOINED: Words(
        "the Telegram account that downloads is not a member", "Join with it, then try again."
    ),
    Reason.NOT_A_CHAT: Words("this is a person or a bot", "Send the name of a channel or a group."),
    Reason.NO_AUDIO: Words(
        "there is no audio there", "Voice messages count only with the word “voice” at the end."
    ),
    Reason.NOTHING_MATCHES: Words(
        "no audio fits these dates, numbers or words", "Widen them, or add the word “voice”."
    ),
    Reason.DELETED: Words("deleted by its author", "Only another posting of it can help."),
    Reason.REPLACED: Words(
        "replaced by its author", "Send its link once more to get what is there now."
    ),
    Reason.EMPTY_FILE: Words("an empty file", "There is nothing in it to fetch."),
    Reason.INCOMPLETE_AT_SOURCE: Words(
        "Telegram has only a part of the file", "Another posting of it may be whole."
    ),
    Reason.DAMAGED_AT_SOURCE: Words(
        "Telegram's copy is damaged", "Another posting of it may be whole."
    ),
    Reason.TAMPERED: Words(
        "somebody between Telegram and me changed the file",
        "Nothing of it was kept. Another posting of it may be sound.",
    ),
    Reason.REFUSED: Words("Telegram refuses it", "Try again later."),
    Reason.BROKEN: Words(
        "something broke on my side", "Try again; the log on the server tells more."
    ),
    Reason.FLOOD: Words("Telegram asks for a pause", "It continues by itself."),
    Reason.OFFLINE: Words("Telegram cannot be reached", "It continues by itself."),
    Reason.SERVER_TROUBLE: Words("Telegram has trouble", "It continues by itself."),
    Reason.TOO_MANY_FILES: Words(
        "the server has too many files open",
        "It continues by itself, with fewer at a time. Raising <code>ulimit -n</code> helps.",
    ),
    Reason.OUTSIDE_HOURS: Words("outside the hours for downloads", "It continues by itself."),
    Reason.TAKEOUT_DELAY: Words(
        "Telegram wants the export to be approved",
        "Allow it in another Telegram app of that account, then /retry.",
    ),
    Reason.NO_TAKEOUT: Words("Telegram refuses the export", "It continues without."),
    Reason.NOT_KEPT: Words(
        "of this chat less is kept than was asked for", "<code>/retention</code> changes that."
    ),
    Reason.OVER_LIMIT: Words(
        "more than the limit allows",
        "The owner or an admin can allow it; another day may have room, too.",
    ),
    Reason.LOGIN: Words(
        "no Telegram account is logged in",
        "After a /login of the owner it continues.",
    ),
    Reason.NO_ACCESS: Words(
        "the Telegram account may not read this chat any more", "Join it again, then try again."
    ),
    Reason.DISK_FULL: Words(
        "the disk is full",
        "Make room on the server, or set DISK_RESERVE_MB lower, and it continues.",
    ),
    Reason.DISK_DENIED: Words(
        "the music folder cannot be written to",
        "Correct its permissions on the server, then try again.",
    ),
    Reason.DISK_MISSING: Words(
        "the music folder is not there",
        "Mount it on the server, or correct MUSIC_DIR, then try again.",
    ),
    Reason.QUARANTINED: Words(
        "the program was killed three times while it read this file",
        "The rest goes on without it. Update the program, then try again.",
    ),
    Reason.DISK_BROKEN: Words(
        "the disk reports errors", "Look after it on the server, then try again."
    ),
    Reason.LOCKED: Words(
        "the file that I have of it is encrypted with a key that is not here",
        "Put the tad.key of that time back on the server, then try again.",
    ),
}

# Of these it is said otherwise where voice messages were asked for.
OF_VOICE = {
    Reason.NO_AUDIO: Words("there is no audio and no voice message there"),
    Reason.NOTHING_MATCHES: Words(
        "no audio and no voice message fits these dates, numbers or words", "Widen them."
    ),
}
