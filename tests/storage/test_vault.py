from __future__ import annotations

import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from storage.errors import DiskFailure, KeyMissingError, KeyWrongError, SealBrokenError
from storage.vault import Vault, open_vault

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


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    key_file = tmp_path / "secrets" / "tad.key"

    first = open_vault(key_file)
    text = key_file.read_bytes()
    second = open_vault(key_file)

    assert _mode(key_file) == 0o400
    assert _mode(key_file.parent) == 0o700
    assert key_file.read_bytes() == text
    assert second.decrypt(first.encrypt(b"x", "a"), "a") == b"x"
    assert list(key_file.parent.iterdir()) == [key_file]


def test_a_lost_key_is_not_replaced_when_there_are_secrets(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError) as error:
        open_vault(tmp_path / "tad.key", may_create=False)

    assert error.value.key_file == tmp_path / "tad.key"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", [b"ab", b"not hexadecimal", b"ab" * 33, b"\xff" * 64])
def test_a_file_that_holds_no_key_is_told_and_kept(tmp_path: Path, text: bytes) -> None:
    key_file = tmp_path / "tad.key"
    key_file.write_bytes(text)
    key_file.chmod(0o400)

    with pytest.raises(KeyWrongError):
        open_vault(key_file)
    assert key_file.read_bytes() == text


def test_two_that_make_the_key_at_once_end_up_with_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(open_vault, [tmp_path / "tad.key"] * 8))

    sealed = vaults[0].encrypt(b"x", "a")
    assert {vault.decrypt(sealed, "a") for vault in vaults} == {b"x"}
    assert list(tmp_path.iterdir()) == [tmp_path / "tad.key"]


@pytest.mark.parametrize("has_key", [True, False])
def test_f38_no_secret_is_left_of_a_start_that_was_killed_while_it_made_the_key(
    tmp_path: Path, *, has_key: bool
) -> None:
    key_file = tmp_path / "tad.key"
    if has_key:
        open_vault(key_file)
    (tmp_path / ".tad.key.new").write_bytes(b"ab" * 16)

    open_vault(key_file)

    assert list(tmp_path.iterdir()) == [key_file]


def test_a_key_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    key_file = tmp_path / "tad.key"
    open_vault(key_file)
    key_file.chmod(0o444)

    with capture_logs() as logs:
        open_vault(key_file)

    assert [(entry["event"], entry["mode"]) for entry in logs] == [
        ("key file readable by others", "444")
    ]


def test_a_folder_in_place_of_the_key_is_a_disk_failure(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        open_vault(tmp_path)


def test_a_name_that_only_was_held_for_the_key_when_the_power_went_is_no_key(
    tmp_path: Path,
) -> None:
    key_file = tmp_path / "tad.key"
    key_file.touch(0o600)
    with pytest.raises(KeyMissingError):
        open_vault(key_file, may_create=False)
    sealed = open_vault(key_file).encrypt(b"x", "y")

    assert b"x" == open_vault(key_file, may_create=False).decrypt(sealed, "y")
