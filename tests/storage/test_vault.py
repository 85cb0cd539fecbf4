from __future__ import annotations

import hmac
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import KeyWrongError, SealBrokenError
from storage.vault import Vault

_VAULT = Vault(b"k" * 32, Path("tad.key"))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@given(plain=st.binary(max_size=200), context=st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_is_sealed_opens_again(plain: bytes, context: str) -> None:
    assert _VAULT.decrypt(_VAULT.encrypt(plain, context), context) == plain


def test_the_same_secret_is_never_sealed_the_same_way() -> None:
    seals = {_VAULT.encrypt(b"x", "a") for _ in range(100)}

    assert len(seals) == 100


def test_a_seal_opens_under_its_own_context_only() -> None:
    sealed = _VAULT.encrypt(b"secret", "session 1")

    with pytest.raises(SealBrokenError) as error:
        _VAULT.decrypt(sealed, "session 2")
    assert error.value.context == "session 2"


@given(position=st.integers(9, 42), flip=st.integers(1, 255))
def test_a_changed_seal_does_not_open(position: int, flip: int) -> None:
    sealed = bytearray(_VAULT.encrypt(b"secret", "a"))
    sealed[position] ^= flip

    with pytest.raises(SealBrokenError):
        _VAULT.decrypt(bytes(sealed), "a")


@pytest.mark.parametrize("length", [0, 1, 8, 20, 36, 42])
def test_a_cut_seal_does_not_open(length: int) -> None:
    with pytest.raises(SealBrokenError):
        _VAULT.decrypt(_VAULT.encrypt(b"secret", "a")[:length], "a")


def test_a_seal_of_an_unknown_version_does_not_open() -> None:
    with pytest.raises(SealBrokenError):
        _VAULT.decrypt(b"\x02" + _VAULT.encrypt(b"secret", "a")[1:], "a")


def test_another_key_is_told_from_a_broken_seal() -> None:
    sealed = _VAULT.encrypt(b"secret", "a")
    other = Vault(b"o" * 32, Path("other.key"))

    with pytest.raises(KeyWrongError):
        other.decrypt(sealed, "a")
    with pytest.raises(KeyWrongError):
        other.check(sealed)
    _VAULT.check(sealed)


def test_a_signature_depends_on_data_and_key_and_is_no_raw_hmac_of_the_key() -> None:
    signature = _VAULT.sign(b"data")

    assert signature == _VAULT.sign(b"data")
    assert len(signature) == 32
    assert signature != _VAULT.sign(b"date")
    assert signature != Vault(b"o" * 32, Path("x")).sign(b"data")
    assert signature != hmac.digest(b"k" * 32, b"data", "sha256")


def test_what_old_keys_have_sealed_opens_and_the_key_of_today_seals() -> None:
    old = [b"a" * 32, b"b" * 32]
    vault = Vault(b"k" * 32, Path("tad.key"), old)
    sealed = [Vault(key, Path("x")).encrypt(b"secret", "a") for key in old]

    assert [b"secret"] * 2 == [vault.decrypt(one, "a") for one in sealed]
    assert [False, False] == [vault.is_of_today(one) for one in sealed]
    assert b"secret" == _VAULT.decrypt(vault.encrypt(b"secret", "a"), "a")


def test_old_keys_tell_what_they_would_have_signed() -> None:
    before = Vault(b"o" * 32, Path("x"))
    vault = Vault(b"k" * 32, Path("tad.key"), [b"o" * 32, b"k" * 32])

    assert _VAULT.sign(b"data") == vault.sign(b"data")
    assert [before.sign(b"data")] == vault.signed_before(b"data")
