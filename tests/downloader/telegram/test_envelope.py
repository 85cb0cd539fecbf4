from __future__ import annotations

import logging
import struct
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telethon.crypto import AuthKey
from telethon.errors import SecurityError
from telethon.tl.functions import PingRequest

from downloader.telegram.envelope import Envelope, Secret
from sandbox.mtproto.cipher import HEADER, open_packet, seal_packet
from sandbox.mtproto.clock import Kind, MessageClock
from sandbox.mtproto.messages import CONTAINER, parse, unpack

KEY = b"\x01" + bytes(range(255))
LOGGERS: defaultdict[str, logging.Logger] = defaultdict(lambda: logging.getLogger("telethon"))
PING = bytes(PingRequest(7))
bodies = st.integers(1, 60).flatmap(lambda words: st.binary(min_size=4 * words, max_size=4 * words))


@dataclass
class Pair:
    """Our envelope, and Telegram's end of it."""

    secret: Secret = field(default_factory=lambda: Secret(AuthKey(KEY), salt=5))
    clock: MessageClock = field(default_factory=MessageClock)

    def __post_init__(self) -> None:
        self.envelope = Envelope(self.secret, LOGGERS)

    def sealed(self, body: bytes, **head: int) -> memoryview:
        """Seal a message as the server does; `head` changes what stands before the body."""
        fields = {
            "salt": 5,
            "session": self.envelope._state.id,
            "number": self.clock.issue(Kind.ANSWER),
            "sequence": 1,
            "length": len(body),
        } | head
        return memoryview(
            b"".join(seal_packet(KEY, [struct.pack("<qqqii", *fields.values()), body]))
        )

    def opened(self, body: bytes, **head: int) -> list[bytes]:
        return [bytes(inner) for *_, inner in self.envelope.open(self.sealed(body, **head))]


def contained(*messages: bytes, count: int | None = None) -> bytes:
    number = len(messages) if count is None else count
    parts = [struct.pack("<qii", 4 * at + 1, 0, len(one)) + one for at, one in enumerate(messages)]
    return struct.pack("<II", CONTAINER, number) + b"".join(parts)


def heard(packet: bytes) -> tuple[int, int, list[tuple[int, int, bytes]]]:
    """Open a packet as the server does: its salt, its message id, and what is in it."""
    plain = open_packet(KEY, packet)
    salt, _, number, sequence, length = struct.unpack_from("<qqqii", plain)
    messages = unpack(number, sequence, plain[HEADER : HEADER + length], Counter())
    return salt, number, [(one.id, one.sequence, bytes(one.request)) for one in messages]


def test_a_request_arrives_with_the_salt_of_now() -> None:
    pair = Pair()
    pair.secret.salt = 77
    packet, message_id, packet_id = pair.envelope.seal(PING, [])

    assert heard(packet) == (77, message_id, [(message_id, 1, PING)])
    assert packet_id == message_id


def test_receipts_go_along_with_a_request() -> None:
    pair = Pair()
    packet, message_id, packet_id = pair.envelope.seal(PING, [9, 11])

    assert heard(packet) == (5, packet_id, [(message_id, 1, PING)])
    assert packet_id > message_id
    seen: Counter[str] = Counter()
    plain = open_packet(KEY, packet)
    list(unpack(0, 0, plain[HEADER : HEADER + struct.unpack_from("<i", plain, 28)[0]], seen))
    assert seen == {"containers": 1, "acks": 1}


def test_receipts_can_go_alone_and_do_not_count_as_questions() -> None:
    pair = Pair()
    plain = open_packet(KEY, pair.envelope.receipt([9, 11]))
    *_, sequence, length = struct.unpack_from("<qqqii", plain)
    _, _, messages = heard(pair.envelope.seal(PING, [])[0])

    assert sequence == 0
    assert parse(plain[HEADER : HEADER + length]).msg_ids == [9, 11]
    assert [one[1] for one in messages] == [1]


def test_ids_and_sequence_numbers_of_questions_rise() -> None:
    pair = Pair()
    messages = [heard(pair.envelope.seal(PING, [1] * (at % 2))[0])[2][0] for at in range(40)]

    assert [one[0] for one in messages] == sorted({one[0] for one in messages})
    assert [one[1] for one in messages] == list(range(1, 80, 2))


@given(body=bodies)
def test_what_the_server_seals_is_opened(body: bytes) -> None:
    pair = Pair()

    assert pair.opened(body) == [body] or body[:4] == struct.pack("<I", CONTAINER)


@given(messages=st.lists(bodies, max_size=6))
def test_a_container_holds_messages_in_their_order(messages: list[bytes]) -> None:
    assert Pair().opened(contained(*messages)) == messages


@given(body=bodies, place=st.integers(min_value=0))
def test_any_flipped_bit_is_refused(body: bytes, place: int) -> None:
    pair = Pair()
    packet = bytearray(pair.sealed(body))
    place %= len(packet) * 8
    packet[place // 8] ^= 1 << place % 8

    with pytest.raises(SecurityError):
        pair.envelope.open(memoryview(packet))


@given(body=bodies, place=st.integers(min_value=1))
def test_any_shorter_or_longer_packet_is_refused(body: bytes, place: int) -> None:
    pair = Pair()
    packet = bytes(pair.sealed(body))

    for wrong in (packet[: place % len(packet)], packet + bytes(1 + place % 40)):
        with pytest.raises(SecurityError):
            pair.envelope.open(memoryview(wrong))


@given(noise=st.binary(max_size=200), keyed=st.booleans())
def test_noise_is_refused(noise: bytes, *, keyed: bool) -> None:
    pair = Pair()
    start = struct.pack("<Q", pair.secret.key.key_id) if keyed else b""
    with pytest.raises(SecurityError):
        pair.envelope.open(memoryview(start + noise))


@pytest.mark.parametrize(
    "head",
    [
        {"session": 1},
        {"number": 1 << 40},
        {"length": -4},
        {"length": -1 << 31},
        {"length": 6},
        {"length": 8 + 16},  # leaves less than 12 bytes of padding
        {"length": 1 << 20},
    ],
)
def test_a_head_that_cannot_be_is_refused(head: dict[str, int]) -> None:
    with pytest.raises(SecurityError):
        Pair().opened(b"12345678", **head)


def test_too_much_padding_is_refused() -> None:
    with pytest.raises(SecurityError):
        Pair().opened(b"1234" + bytes(1040), length=4)


BROKEN = [
    struct.pack("<I", CONTAINER),
    contained(count=1),
    contained(PING, count=2),
    contained(PING, count=1 << 31),
    contained(*[b""] * 1025),
    contained(PING)[:-4],
    struct.pack("<IIqii", CONTAINER, 1 << 30, 1, 0, -16),  # this one would go round for ever
    struct.pack("<IIqii", CONTAINER, 1, 1, 0, 3) + b"odd!",
    contained(PING, contained(PING)),
]


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_container_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(SecurityError):
        Pair().opened(body)


@given(noise=st.binary(max_size=200))
def test_a_container_of_noise_is_messages_or_refused(noise: bytes) -> None:
    pair = Pair()
    body = struct.pack("<I", CONTAINER) + noise + bytes(-len(noise) % 4)
    try:
        found = pair.opened(body)
    except SecurityError:
        return
    assert sum(map(len, found)) <= len(noise)


def test_a_packet_that_comes_twice_is_opened_once() -> None:
    pair = Pair()
    first, second = pair.sealed(PING), pair.sealed(PING)

    found = [len(pair.envelope.open(one)) for one in (second, first, second, first)]
    assert found == [1, 1, 0, 0]


def test_a_packet_older_than_all_that_is_remembered_is_ignored() -> None:
    pair = Pair()
    old = pair.sealed(PING)
    found = [len(pair.envelope.open(pair.sealed(PING))) for _ in range(600)]

    assert found == [1] * 600
    assert len(pair.envelope.open(old)) == 0
    assert len(pair.envelope._recent) == 500


@pytest.mark.parametrize("ahead", [timedelta(hours=1), -timedelta(hours=1)])
def test_after_the_clock_was_set_the_ids_are_right_on_every_lane(ahead: timedelta) -> None:
    pair = Pair()
    pair.clock.skew = ahead
    other = Envelope(pair.secret, LOGGERS)
    both = (pair.envelope, other)
    wrong = [one.seal(PING, [])[1] for one in both]
    pair.envelope.set_clock(pair.clock.issue(Kind.NOTICE))
    other.seal(PING, [])  # knows better already, but goes on from its last id
    other.set_clock(pair.clock.issue(Kind.NOTICE))
    right = [one.seal(PING, [])[1] for one in both]

    assert None not in {pair.clock.judge(one) for one in wrong}
    assert {pair.clock.judge(one) for one in right} == {None}


def test_ids_carry_the_time_of_the_server() -> None:
    pair = Pair()
    pair.secret.time_offset = 3600
    number = pair.envelope.seal(PING, [])[1]

    assert abs((number >> 32) - (time.time() + 3600)) < 60
    assert number % 4 == 0
