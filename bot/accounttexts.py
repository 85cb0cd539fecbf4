"""What is said of the Telegram accounts: signing in, logging out, stopping everything. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from downloader.errors import OfflineError, RefusedError, ThrottledError

HEAD = "<b>Telegram accounts</b>"
NONE = "No account is signed in, so nothing can be downloaded."
LOG_IN = "＋ Log in"
REFRESH = "↻"
LOG_OUT = "Log out"
KEEP = "Keep it"
CANCEL = "Cancel"
SCAN = (
    "Scan this with the Telegram app of the account that is to download: Settings → Devices → "
    "Link Desktop Device. The picture renews itself.\n\nIf you have no second screen, run "
    "<code>tad login</code> on the console."
)
UNDER_WAY = "A login is under way already: scan its picture, or cancel it."
ONLY_IN_PRIVATE = "Accounts are seen to in the private chat with me, where nobody looks on."
SECOND = (
    "This account has a second password. Send it now; I delete your message at once and keep "
    "nothing of it."
)
NOT_THAT = "That was not the password. Send it once more."
TOO_EARLY = "I am still checking; one moment. What you have just written I deleted, unread."
TOO_LATE = "The login was over already. What you have written meanwhile I deleted, unread."
NOT_DELETED = "I could not delete your message with the password. Delete it yourself, now."
CANCELLED = "No account was logged in."
STOPPED = "I was stopped before the login was complete. /login begins anew."
PANIC = "🚨 Stop everything"
LEAVE = "Never mind"
STOPPING = "Stopping everything…"
NOTHING_STOPPED = "Nothing was stopped."
_NOT_SIGNED_IN = {
    "QR_NOT_SCANNED": "The picture was not scanned in ten minutes. /login shows a new one.",
    "PASSWORD_HASH_INVALID": "The password was wrong three times. /login begins anew.",
    "PASSWORD_NOT_SENT": "No password came in five minutes. /login begins anew.",
}


def signed_in(name: str) -> str:
    return f"✅ {texts.quoted(name)} is logged in. What waited for that goes on."


def not_signed_in(error: Exception) -> str:
    match error:
        case RefusedError(detail=code):
            return _NOT_SIGNED_IN.get(code, f"Telegram refused the login ({code}). /login again?")
        case ThrottledError(wait=wait):
            return f"Telegram asks to wait {texts.time_left(wait)} before the next login."
        case OfflineError():
            return "Telegram cannot be reached. /login tries again."
        case _:
            return "The login did not work. /login tries again; <code>tad doctor</code> tells more."


def ask_log_out(name: str) -> str:
    return (
        f"Log out {texts.quoted(name)}? Its session ends at Telegram and is forgotten here. What "
        "only this account can read waits until it is logged in again."
    )


def logged_out(name: str, trouble: Exception | None) -> str:
    if trouble is None:
        return f"{texts.quoted(name)} is logged out."
    return f"{texts.quoted(name)} is forgotten here. {_end_it_there((name,), named=True)}"


def ask_panic(accounts: int, jobs: int) -> str:
    logs_out = f" and logs out {texts.counted(accounts, 'account')}, at Telegram and here"
    return (
        f"<b>Stop everything?</b>\nThis pauses {texts.counted(jobs, 'download')}"
        f"{logs_out if accounts else ''}. The library, the watches and the catalogue stay. "
        "Afterwards /login, and <code>/resume all</code> in each chat that has "
        "downloads, go on."
    )


def panicked(paused: int, logged_out: Sequence[str], untold: Sequence[str], *, named: bool) -> str:
    """`untold` are accounts whose end Telegram could not be told; not `named`, all are counted."""
    lines = [f"🛑 {texts.counted(paused, 'download')} paused."]
    if logged_out:
        lines.append(f"Logged out: {_which(logged_out, named=named)}.")
    if untold:
        lines.append(_end_it_there(untold, named=named))
    return "\n".join(lines)


def _which(names: Sequence[str], *, named: bool) -> str:
    return ", ".join(map(texts.quoted, names)) if named else texts.counted(len(names), "account")


def _end_it_there(names: Sequence[str], *, named: bool) -> str:
    which = _which(names, named=named)
    return (
        f"⚠️ Telegram could not be told about {which}: end that session in a Telegram app, under "
        "Settings → Devices."
    )
