"""What lies in the CDN: sealed copies of documents, and the tokens that open them.

https://core.telegram.org/cdn: the CDN knows neither keys nor people. It forgets copies as it likes,
and the master uploads them again when a client brings the request token that the CDN gave it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from sandbox.world import Document

CDN_DC = 203
_BLOCK = 16


@dataclass(slots=True, eq=False)
class Copy:
    """A document in the CDN. `unasked`: the master also sends those there who did not offer to go.

    While it `is_there` no `request_token` is out.
    """

    document: Document
    unasked: bool
    token: bytes = field(default_factory=lambda: os.urandom(24))
    key: bytes = field(default_factory=lambda: os.urandom(32))
    vector: bytes = field(default_factory=lambda: os.urandom(16))
    request_token: bytes = b""

    @property
    def is_there(self) -> bool:
        return not self.request_token

    def read(self, offset: int, count: int) -> bytes:
        """Return the sealed bytes; `offset` must be a multiple of 16."""
        counter = (offset // _BLOCK).to_bytes(4, "big")
        sealer = Cipher(AES(self.key), CTR(self.vector[:-4] + counter)).encryptor()
        return sealer.update(self.document.read(offset, count))


class Cdn:
    def __init__(self) -> None:
        self._copies: dict[int, Copy] = {}  # by document

    def hold(self, document: Document, *, unasked: bool = False) -> Copy:
        """Put a document into the CDN; older tokens of it are no longer valid."""
        copy = self._copies[document.id] = Copy(document, unasked)
        return copy

    def forget(self, document: Document) -> None:
        """Lose the bytes, as when the CDN needs its memory for others: they are uploaded again."""
        self._copies[document.id].request_token = os.urandom(16)

    def drop(self, document: Document) -> None:
        """Take a document out, so that tokens are no longer valid and nobody is sent there."""
        del self._copies[document.id]

    def copy_for(self, document: Document, *, offered: bool) -> Copy | None:
        """Return the copy that a client is to fetch, None if it gets its bytes from the master."""
        copy = self._copies.get(document.id)
        return copy if copy is not None and (offered or copy.unasked) else None

    def opened(self, token: bytes) -> Copy | None:
        """Return the copy of a file token, None if it is not valid."""
        return next((copy for copy in self._copies.values() if copy.token == token), None)
