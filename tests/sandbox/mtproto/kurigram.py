"""Kurigram, imported so that it does not complain.

From Python 3.12 on, it asks for the current event loop while it is imported, before there is one.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "There is no current event loop", DeprecationWarning)
    from pyrogram import Client, enums, errors, handlers
    from pyrogram.connection import Connection
    from pyrogram.crypto import aes, rsa
    from pyrogram.raw import functions

__all__ = ["Client", "Connection", "aes", "enums", "errors", "functions", "handlers", "rsa"]
