from __future__ import annotations

import argparse
from itertools import pairwise

import pytest

from sandbox.faults import Faults, Rule
from sandbox.mtproto.replies import FilePart
from sandbox.trouble import TROUBLES, described, rules_of

PART = "upload.getFile"


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
        rules_of(text)
