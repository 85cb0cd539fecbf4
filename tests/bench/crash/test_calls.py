from __future__ import annotations

from pathlib import Path

from bench.crash.calls import Call, Strike, calls_in

FOLDER = Path("/x/7")
LOG = """\
12 openat(AT_FDCWD</y>, "/x/7/data/tad.db", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 9</x/7/data/tad.db>
12 openat(AT_FDCWD</y>, "/etc/hosts", O_RDONLY) = 4</etc/hosts>
12 pwrite64(9</x/7/data/tad.db>, ""..., 4096, 0) = 4096
13 pwrite64(9</x/7/data/tad.db>, ""..., 4096, 0) = 4096
12 write(1</x/7/life.log>, ""..., 3) = 3
12 linkat(AT_FDCWD</y>, "/x/7/music/.tad/5.part", AT_FDCWD</y>, "/x/7/music/a.mp3", 0) = 0
12 pwrite64(9</x/7/data/tad.db-wal>, ""..., 24, 0) = -1 EIO (Input/output error) (INJECTED)
12 fdatasync(9</x/7/data/tad.db-wal>) = ?
12 +++ killed by SIGKILL +++
"""


def test_the_calls_of_the_first_thread_on_the_folders_are_read_in_order() -> None:
    assert [
        Call("openat", 1, "data/tad.db"),
        Call("pwrite64", 1, "data/tad.db"),
        Call("linkat", 1, "music/a.mp3"),
        Call("pwrite64", 2, "data/tad.db-wal"),
        Call("fdatasync", 1, "data/tad.db-wal"),
    ] == calls_in(LOG, FOLDER)


def test_calls_elsewhere_are_counted_too_since_strace_does() -> None:
    log = LOG.replace('"/etc/hosts"', '"/x/7/data/tad.key"').replace("/x/7/data/tad.db", "/z")

    assert Call("openat", 2, "data/tad.key") == calls_in(log, FOLDER)[0]


def test_a_strike_is_told_in_the_words_of_strace() -> None:
    call = Call("pwrite64", 7, "music/.tad/5.part")

    assert ["inject=pwrite64:error=EIO:when=7"] == Strike(call, "error=EIO").options
    assert Strike(call, "signal=KILL").is_deadly
    assert not Strike(call, "error=EIO").is_deadly
    assert "error=EIO at pwrite64 7 (music/.tad/5.part)" == str(Strike(call, "error=EIO"))


def test_a_lasting_strike_names_the_first_call_of_each_name_that_fails() -> None:
    call, other = Call("pwrite64", 7, "music/.tad/5.part"), Call("mkdir", 1, "music/Jazz")
    strike = Strike(call, "error=EIO", (call, other))

    assert ["inject=pwrite64:error=EIO:when=7+", "inject=mkdir:error=EIO:when=1+"] == strike.options
    assert str(strike).endswith("and ever after")
