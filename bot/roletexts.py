"""What is said of roles, and of what they do not allow. Pure."""

from __future__ import annotations

from bot.permissions import Permission

_FOR = {
    Permission.KEEP: "Liking, playlists and conversions are for members.",
    Permission.FETCH: "Downloading is for members.",
    Permission.FOLLOW: "Following chats is for members.",
    Permission.CURATE: "Changing the library is for admins.",
    Permission.MANAGE: "That is for admins.",
    Permission.RULE: "That is for the owner.",
}
_CAN_STILL = " You can find and play what is in the library: /search"


def not_allowed(permission: Permission) -> str:
    words = _FOR[permission]
    return words + _CAN_STILL if permission is Permission.FETCH else words
