from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from sandbox.cdn import Cdn
from sandbox.world import World


def test_a_copy_opens_with_its_key_and_the_offset_in_the_vector() -> None:
    document = World().add_document(size=100_000)
    copy = Cdn().hold(document)

    whole = Cipher(AES(copy.key), CTR(copy.vector[:12] + bytes(4))).decryptor()
    assert document.read(0, 100_000) == whole.update(copy.read(0, 100_000))
    assert copy.read(0, 100_000)[4096:8192] == copy.read(4096, 4096)
    assert document.read(4096, 4096) != copy.read(4096, 4096)


@pytest.mark.parametrize(("unasked", "offered", "is_sent"), [(False, False, False),
    (False, True, True), (True, False, True)])  # fmt: skip
def test_who_offers_to_go_to_the_cdn_is_sent_there(
    unasked: bool, offered: bool, is_sent: bool
) -> None:
    document, cdn = World().add_document(size=1), Cdn()

    assert cdn.copy_for(document, offered=True) is None
    cdn.hold(document, unasked=unasked)
    assert is_sent == (cdn.copy_for(document, offered=offered) is not None)


def test_a_token_is_valid_until_the_copy_is_made_anew_or_dropped() -> None:
    document, cdn = World().add_document(size=1), Cdn()

    old, new = cdn.hold(document), cdn.hold(document)
    assert [None, new] == [cdn.opened(old.token), cdn.opened(new.token)]
    cdn.drop(document)
    assert cdn.opened(new.token) is None
