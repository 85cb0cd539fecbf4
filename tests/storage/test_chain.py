from __future__ import annotations

from dataclasses import replace

from storage.chain import ROOT, Chain, Key, Line, mark, sealed
from storage.record import Head, Wrong

KEY, OTHER = b"k" * 32, b"o" * 32


def line(number: int, before: str, about: bytes = b"{}", key: bytes = KEY) -> Line:
    return sealed(Line(number, b"5", b"7", b"banned", about, before.encode()), key)


def two() -> tuple[Line, Line]:
    first = line(1, ROOT)
    return first, line(2, first.digest.decode())


def test_lines_in_their_order_hold_together() -> None:
    chain = Chain([Key(1, KEY)])
    first, second = two()

    assert [None, None] == [chain.take(first), chain.take(second)]
    assert Head(2, second.digest.decode()) == chain.head


def test_no_two_lines_read_the_same() -> None:
    """What ends one column cannot begin the next."""
    one = sealed(Line(1, b"5", b"71", b"x", b"{}", b""), KEY)
    other = sealed(Line(1, b"57", b"1", b"x", b"{}", b""), KEY)

    assert one.digest != other.digest


def test_a_changed_line_is_named() -> None:
    chain = Chain([Key(1, KEY)])

    assert (1, Wrong.CHANGED) == chain.take(replace(two()[0], about=b"{ }"))


def test_a_missing_line_is_named_by_its_own_number() -> None:
    chain = Chain([Key(1, KEY)])

    assert (1, Wrong.MISSING) == chain.take(two()[1])


def test_a_genuine_line_that_follows_another_one_is_out_of_order() -> None:
    chain = Chain([Key(1, KEY)])
    chain.take(line(1, ROOT, b"{ }"))

    assert (2, Wrong.ORDER) == chain.take(two()[1])


def test_a_line_under_another_number_is_known_to_have_stood_elsewhere() -> None:
    chain = Chain([Key(1, KEY)])
    moved = replace(two()[1], number=1)

    assert chain.stood_elsewhere(moved, 2)
    assert not chain.stood_elsewhere(moved, 1)


def test_a_line_whose_key_does_not_open_cannot_be_read() -> None:
    chain = Chain([Key(1, None)])

    assert (1, Wrong.UNREADABLE) == chain.take(two()[0])


def test_the_key_of_a_line_is_the_last_that_has_begun() -> None:
    chain = Chain([Key(1, KEY), Key(2, OTHER)])
    first = two()[0]

    assert chain.take(first) is None
    assert chain.take(line(2, first.digest.decode(), key=OTHER)) is None


def test_the_mark_of_an_end_is_no_digest_and_needs_the_key() -> None:
    head = chain_end = Head(1, two()[0].digest.decode())

    assert mark(head, KEY) not in {chain_end.digest, mark(head, OTHER), mark(Head(2, ROOT), KEY)}
