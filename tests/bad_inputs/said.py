"""What an owner may say that cannot be carried out, word for word, with a piece of the answer."""

from __future__ import annotations

SAID: dict[int, tuple[tuple[str, str], ...]] = {
    12: (("/dl", "Which chat?"),),
    13: (("/dl " + "x" * 4092, "That is not a chat or a link."),),
    18: (("t.me/c/1/999999999999999999999", "is not a message number"),),
    19: (("t.me/jazz/0", "is not a message number"), ("t.me/jazz/-4", "is not a message number")),
    20: (("https://t.me/joinchat/AAAAAE", "Join first"), ("https://t.me/+AbCd", "Join first")),
    22: (
        ("http://169.254.169.254", "I only understand Telegram links"),
        ("file:///etc/passwd", "I only understand Telegram links"),
        ("javascript:alert(1)", "I only understand Telegram links"),
    ),
    23: (("https://t.mе/jazz", "only looks like a Telegram link"),),
    24: (
        ("https://user:pass@t.me/jazz", "A link with a name or password"),
        ("https://t.me.evil.com/jazz", "I only understand Telegram links"),
    ),
    31: tuple(
        (f"/dl @jazz {count}", "does not work as a count. Write a number from 1")
        for count in ("-1", "0", "1e9", "٣", "NaN", "0x10", "1,5")
    ),
    33: ((f"/dl @jazz {2**63}", "does not work as a count"),),
}
