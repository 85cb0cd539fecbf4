"""What a client may not do on the wire."""

from __future__ import annotations


class ProtocolViolationError(Exception):
    """The bytes that came are not MTProto: the connection is closed on the spot."""
