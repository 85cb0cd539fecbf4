from __future__ import annotations

from typing import Any

import pytest

from bench.library import Findings, examine

WANTED = {"One": "aa", "Two": "bb"}
FOUND = {"Noise/One.mp3": "aa", "Noise/Two.mp3": "bb"}


def track(title: str, digest: str, path: str = "") -> dict[str, Any]:
    return {
        "path": path or f"Noise/{title}.mp3",
        "title": title,
        "sha256_source": digest,
        "sha256": digest,
    }


def item(posting: str, state: str = "saved") -> dict[str, Any]:
    return {"job": 1, "posting": posting, "state": state, "reason": None}


def report(**changes: Any) -> dict[str, Any]:
    whole = {
        "jobs": [{"id": 1, "state": "done", "reason": None}],
        "items": [item("-1/1"), item("-1/2")],
        "files": [track("One", "aa"), track("Two", "bb")],
    }
    return whole | changes


def examined(found: dict[str, str] | None = None, **changes: Any) -> Findings:
    return examine(WANTED, FOUND if found is None else found, report(**changes))


def test_a_library_that_holds_every_document_once_is_sound() -> None:
    assert Findings([], [], [], []) == examined()


def test_a_file_with_other_bytes_is_bad_and_its_document_is_lost() -> None:
    findings = examined(FOUND | {"Noise/One.mp3": "cc"})

    assert ["Noise/One.mp3: not the bytes of One"] == findings.bad
    assert ["One: no file"] == findings.lost


def test_the_bytes_of_another_document_are_bad_though_they_are_all_there() -> None:
    swapped = {"Noise/One.mp3": "bb", "Noise/Two.mp3": "aa"}
    findings = examined(swapped)

    assert 2 == len(findings.bad)
    assert [] == findings.lost


def test_a_catalogue_that_claims_other_bytes_than_the_disk_has_is_bad() -> None:
    findings = examined(files=[track("One", "aa"), track("Two", "cc")])

    assert ["Noise/Two.mp3: not the bytes of Two"] == findings.bad


def test_a_file_that_was_taken_away_is_bad_and_lost() -> None:
    findings = examined({"Noise/One.mp3": "aa"})

    assert ["Noise/Two.mp3: not the bytes of Two"] == findings.bad
    assert ["Two: no file"] == findings.lost


def test_a_track_that_nobody_wanted_is_bad() -> None:
    files = [track("One", "aa"), track("Two", "bb"), track("Three", "dd")]
    findings = examined(FOUND | {"Noise/Three.mp3": "dd"}, files=files)

    assert ["Noise/Three.mp3: not the bytes of Three"] == findings.bad


def test_a_file_without_a_track_is_stray_and_its_track_lost() -> None:
    findings = examined(files=[track("One", "aa")])

    assert ["Noise/Two.mp3"] == findings.stray
    assert ["Two: no track"] == findings.lost


def test_what_is_left_of_an_unfinished_file_is_stray() -> None:
    assert [".tad/7.part"] == examined(FOUND | {".tad/7.part": "ee"}).stray


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"items": [item("-1/1")]}, ["1 postings: not saved"]),
        ({"items": [item("-1/1"), item("-1/2", "failed")]}, ["1 postings: not saved"]),
        ({"jobs": [{"id": 1, "state": "running", "reason": None}]}, ["job 1: running"]),
    ],
)
def test_what_did_not_end_well_is_lost(changes: dict[str, Any], lost: list[str]) -> None:
    assert lost == examined(**changes).lost


def test_nothing_may_be_there_twice() -> None:
    findings = examined(
        FOUND | {"Noise/One (2).mp3": "aa"},
        files=[track("One", "aa"), track("Two", "bb"), track("One", "aa", "Noise/One (2).mp3")],
        items=[item("-1/1"), item("-1/2"), item("-1/2")],
        jobs=[{"id": number, "state": "done", "reason": None} for number in (1, 2)],
    )

    assert ["bytes aa: 2 times", "track One: 2 times", "posting -1/2: 2 times", "job 2"] == (
        findings.double
    )
