from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storage.errors import DiskFailure, KeyMissingError, KeyWrongError
from storage.keys import drop_old, known_keys, open_vault, renew
from tests.sources import ROOT


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


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


def test_a_key_is_replaced_and_kept_under_its_id(tmp_path: Path) -> None:
    key_file = tmp_path / "tad.key"
    before = open_vault(key_file)
    sealed = before.encrypt(b"x", "a")
    after = renew(key_file)
    old = tmp_path / f"tad.key.old-{before.key_id.hex()}"

    assert before.key_id != after.key_id == open_vault(key_file).key_id
    assert b"x" == open_vault(key_file).decrypt(sealed, "a")
    assert {key_file, old} == {*tmp_path.iterdir()}
    assert (0o400, 0o400) == (_mode(key_file), _mode(old))
    told = [(one.id, one.is_of_today) for one in known_keys(key_file)]
    assert [(after.key_id.hex(), True), (before.key_id.hex(), False)] == told


def test_an_old_key_that_is_dropped_opens_nothing_any_more(tmp_path: Path) -> None:
    key_file = tmp_path / "tad.key"
    before = open_vault(key_file)
    renew(key_file)
    drop_old(key_file, before.key_id.hex())

    assert [key_file] == list(tmp_path.iterdir())
    with pytest.raises(KeyWrongError):
        open_vault(key_file).decrypt(before.encrypt(b"x", "a"), "a")


def test_there_is_nothing_to_replace_where_there_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError):
        renew(tmp_path / "tad.key")
    assert [] == list(tmp_path.iterdir())


def test_an_old_key_that_cannot_be_read_keeps_nobody_from_starting(tmp_path: Path) -> None:
    key_file = tmp_path / "tad.key"
    open_vault(key_file)
    (tmp_path / "tad.key.old-0000").write_text("no key")
    with capture_logs() as logs:
        open_vault(key_file)

    assert "old key cannot be read" in [entry["event"] for entry in logs]


# Every child dies at another call to the system; forked, so that the imports are done once.
_KILLED = """
import os, signal, sys
from pathlib import Path
from storage.keys import open_vault, renew

CALLS = ("open", "link", "unlink", "rename", "fsync", "fdopen")

def child(path, last):
    seen = 0
    def counted(real):
        def call(*args, **named):
            nonlocal seen
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)
        return call
    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    renew(path)
    os._exit(0)

for number in range(1, 200):
    path = Path(sys.argv[1]) / str(number) / "tad.key"
    print(open_vault(path).encrypt(b"x", "a").hex(), flush=True)
    process = os.fork()
    if not process:
        child(path, number)
    _, status = os.waitpid(process, 0)
    if not status:
        break
"""


def test_f38_a_key_replaced_under_a_kill_leaves_every_key_that_has_sealed(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    replaced = 0
    for number, sealed in enumerate(told, 1):
        key_file = tmp_path / str(number) / "tad.key"
        vault = open_vault(key_file, may_create=False)
        assert b"x" == vault.decrypt(bytes.fromhex(sealed), "a")
        replaced += not vault.is_of_today(bytes.fromhex(sealed))
        assert b"x" == renew(key_file).decrypt(bytes.fromhex(sealed), "a")
        names = {path.name.partition("-")[0] for path in key_file.parent.iterdir()}
        assert {"tad.key", "tad.key.old"} == names

    assert len(told) > 10
    assert 0 < replaced < len(told)
