from __future__ import annotations

import argparse
from itertools import pairwise

import pytest
from telethon.tl import functions, types

from sandbox.faults import Faults, Rule
from sandbox.mtproto.replies import FilePart
from sandbox.trouble import TROUBLES, described, fault_of, played, wrong_hashes

PART = "upload.getFile"


def rules_of(text: str) -> list[Rule]:
    return fault_of(text).rules


def part_of(document: int) -> functions.upload.GetFileRequest:
    location = types.InputDocumentFileLocation(document, 1, b"", "")
    return functions.upload.GetFileRequest(location, 0, 4096)


def struck(rules: list[Rule], calls: int, method: str = PART) -> list[Rule]:
    faults = Faults(rules)
    return [rule for _ in range(calls) if (rule := faults.pick(method))]


def test_a_flood_comes_twice_after_something_has_begun() -> None:
    rules = rules_of("flood=5")

    assert not struck(rules_of("flood=5"), 3)
    assert [(420, "FLOOD_WAIT_5")] * 2 == [rule.error for rule in struck(rules, 20)]


def test_spread_faults_strike_so_often_and_not_in_a_row() -> None:
    faults = Faults(rules_of("drop=3"))
    hits = [faults.pick(PART) is not None for _ in range(50)]

    assert 3 == sum(hits)
    assert not any(one and other for one, other in pairwise(hits))


def test_a_short_part_is_half_of_what_was_asked() -> None:
    [rule] = rules_of("short=1")
    assert rule.reply is not None

    assert FilePart(b"ab") == rule.reply(FilePart(b"abcd"))


def test_a_flipped_part_differs_in_one_byte() -> None:
    [rule] = rules_of("flip=1")
    assert rule.reply is not None

    assert b"ab\x9cd" == bytes(rule.reply(FilePart(b"abcd")).data)


def test_wrong_hashes_are_of_other_bytes() -> None:
    def some() -> list[types.FileHash]:
        return [types.FileHash(0, 4, bytes(range(32)))]

    [rule] = rules_of("hashes=1")
    assert rule.reply is not None
    redirect = types.upload.FileCdnRedirect(203, b"token", b"key", b"vector", some())

    assert "upload.getFileHashes" == rule.method
    assert bytes(range(32)) != rule.reply(some())[0].hash
    assert bytes(range(32)) != wrong_hashes(redirect).file_hashes[0].hash


def test_refused_files_stay_refused_and_others_never_are() -> None:
    faults = Faults(rules_of("refused=2"))
    asked = [7, 8, 9, 7, 9, 8, 7]
    hits = [faults.pick(PART, part_of(document)) for document in asked]

    assert [7, 8, 7, 8, 7] == [one for one, hit in zip(asked, hits, strict=True) if hit]


def test_what_was_played_is_counted_by_name() -> None:
    faults = [fault_of("drop=2"), fault_of("429=1"), fault_of("drop=1"), fault_of("flood=3")]
    rules = Faults([rule for fault in faults for rule in fault.rules])
    for _ in range(4):
        rules.pick("bot.sendMessage")
    for _ in range(5):
        rules.pick(PART)

    assert "drop 1×, 429 2×, flood 1×" == played(faults)


def test_the_bot_side_refuses_messages_and_edits() -> None:
    rules = rules_of("429=7")

    assert {"bot.sendMessage", "bot.editMessageText"} == {rule.method for rule in rules}
    assert {(429, "Too Many Requests: retry after 7")} == {rule.error for rule in rules}


@pytest.mark.parametrize("name", TROUBLES)
def test_every_trouble_makes_rules_and_is_described(name: str) -> None:
    assert rules_of(f"{name}=2")
    assert f"  {name}=" in described()


@pytest.mark.parametrize("text", ["", "flood", "flood=", "flood=0", "flood=-1", "flood=٣", "no=1"])
def test_what_is_not_in_the_table_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        fault_of(text)
