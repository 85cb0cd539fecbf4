"""What is said of roles, and of what they do not allow. Pure."""

from __future__ import annotations

from types import MappingProxyType

from bot.permissions import LOWEST, Permission
from storage.models import Role

_FOR = {
    Permission.KEEP: "Liking, playlists and conversions are for members.",
    Permission.FETCH: "Downloading is for members.",
    Permission.FOLLOW: "Following chats is for members.",
    Permission.CURATE: "Changing the library is for admins.",
    Permission.MANAGE: "That is for admins.",
    Permission.RULE: "That is for the owner.",
}
_CAN_STILL = " You can find and play what is in the library: /search"
_NAMED = {
    Role.OWNER: "the owner",
    Role.ADMIN: "an admin",
    Role.MEMBER: "a member",
    Role.GUEST: "a guest",
}
_AT_LEAST = {
    Role.OWNER: "the owner",
    Role.ADMIN: "admins",
    Role.MEMBER: "members",
    Role.GUEST: "guests",
}
CAN = MappingProxyType(
    {
        Role.OWNER: "do everything",
        Role.ADMIN: "download, follow chats, change the library and see to people",
        Role.MEMBER: "download, follow chats, keep playlists, and play what is in the library",
        Role.GUEST: "find and play what is in the library",
    }
)


def named(role: Role) -> str:
    return _NAMED[role]


def lowest(permission: Permission) -> str:
    """Say who may do something at least: `members`."""
    return _AT_LEAST[LOWEST[permission]]


def only_below(role: Role) -> str:
    """Say whom somebody may see to, as plain text."""
    if role is Role.OWNER:
        return "There is one owner. A new one is made on the server: tad claim"
    return "You see to members and guests only; the owner sees to admins."


def not_allowed(permission: Permission) -> str:
    words = _FOR[permission]
    return words + _CAN_STILL if permission is Permission.FETCH else words
