"""The child process in which strangers' files are opened: it may die of them, and does no harm.

It is handed one opened file after another over a socket, with what to do and the kind that the
bytes are, and answers each. It cannot open anything by itself, no file and no connection, once the
tag library is loaded; it may write into what it was handed for that, and only so much.
"""

from __future__ import annotations

import codecs
import math
import os
import resource
import socket
import sys
import time

from downloader.metadata.answering import answered
from downloader.metadata.wire import HEADER, lengths, packed, words_in

# Python loads a codec when it is first used, which then could not be opened.
_CODECS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "ascii", "cp1252", "mac-roman")


def main() -> None:
    """Serve the socket that is standard input until nobody is at its other end."""
    memory, largest = int(sys.argv[2]), int(sys.argv[3])
    _give_up_all_rights(memory, largest)
    with socket.socket(fileno=0) as line:
        line.sendall(b"".join(packed({})))  # ready
        while True:
            header, numbers, _, _ = socket.recv_fds(line, HEADER.size, 1)
            if not header:
                return
            line.sendall(_served(line, header, numbers[0]))


def _served(line: socket.socket, header: bytes, number: int) -> bytes:
    words, enclosed = lengths(header)
    question = words_in(_received(line, words))
    assert question is not None, "who asks is one of us"
    cover = _received(line, enclosed)
    _allow(question["busy"], question["largest"])
    with os.fdopen(number, "r+b" if question["largest"] else "rb") as file:
        answer = answered(file, question, cover)
    return b"".join(packed(*answer))


def _received(line: socket.socket, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        piece = line.recv(count - len(received))
        if not piece:
            raise EOFError
        received += piece
    return bytes(received)


def _give_up_all_rights(memory: int, largest: int) -> None:
    for codec in _CODECS:
        codecs.lookup(codec)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    largest = _allowed(resource.RLIMIT_FSIZE, largest)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, largest))  # until there is something to write
    lowest = os.dup(0)
    os.close(lowest)
    # One number is left, and the file that is handed over takes it.
    _limit(resource.RLIMIT_NOFILE, lowest + 1)


def _limit(what: int, most: int) -> None:
    most = _allowed(what, most)
    resource.setrlimit(what, (most, most))


def _allow(seconds: int, largest: int) -> None:
    """Let the system end this process when it has been busy for so long from now on.

    A file that it writes may become so large.
    """
    busy = math.ceil(time.process_time()) + seconds
    for what, most in ((resource.RLIMIT_CPU, busy), (resource.RLIMIT_FSIZE, largest)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (_allowed(what, most), hard))


def _allowed(what: int, wanted: int) -> int:
    """Return what may be asked for where the machine allows less."""
    _, hard = resource.getrlimit(what)
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
