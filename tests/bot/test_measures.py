from __future__ import annotations

import re
from datetime import time, timedelta

import pytest

from bot import measures
from downloader.schedule import Schedule
from storage.watch import Rhythm


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("02:00-06:00", time(2), time(6)),
        (" 2:05 – 6:30 ", time(2, 5), time(6, 30)),
        ("22:30-06:00", time(22, 30), time(6)),
        ("22:00-24:00", time(22), time(0)),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, start: time, end: time) -> None:
    assert (start, end) == measures.hours(text)


@pytest.mark.parametrize(
    "text", ["", "2-6", "02:00", "25:00-06:00", "02:60-06:00", "24:01-06:00", "02:00-02:00", "x"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|day"):
        measures.hours(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5MB/s", 5_000_000),
        ("500 kB/s", 500_000),
        ("500KB", 500_000),
        ("1.5MB/s", 1_500_000),
        ("1GB/s", 10**9),
        ("10kB/s", 10_000),
    ],
)
def test_speeds_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert expected == measures.speed(text)


@pytest.mark.parametrize("text", ["", "5", "5M", "5Mb/s", "5mB/s", "-5MB/s", "1e9MB/s", "9kB/s"])
def test_what_is_no_speed_is_refused(text: str) -> None:
    """Bits are no bytes: 5Mb/s is an eighth of what somebody may have meant."""
    with pytest.raises(ValueError, match=r"speed|slow"):
        measures.speed(text)


def test_a_zone_is_known_by_its_name() -> None:
    assert "Europe/Berlin" == measures.zone("Europe/Berlin").key


@pytest.mark.parametrize("name", ["Mars/Phobos", "../UTC", "/etc/localtime", "Europe", "a\0b"])
def test_row45_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        measures.zone(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{artist}/{albun}", "at character 10: there is no field {albun}; is {album} meant?"),
        ("{title:02}", "at character 1: {title:02} is not how this field is written"),
        ("a/[{title}", "at character 3: this [ is never closed"),
        ("{title}: x", "at character 8: : cannot stand in a name on every system"),
        (
            "{title}\x1b",
            "at character 8: a control character cannot stand in a name on every system",
        ),
        ("secret", "at character 1: there is no field in this part"),
    ],
)
def test_what_is_no_template_is_pointed_at(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        measures.template(text)


def test_a_template_is_read_as_it_is_written() -> None:
    assert ("So What",) == measures.template("{title}").filled({"title": "So What"})


def test_machines_are_named_with_commas() -> None:
    assert {"nas", "192.168.1.5", "fd00::1"} == measures.hosts("NAS, 192.168.1.5,fd00::1,")
    assert not measures.hosts("")


@pytest.mark.parametrize("text", ["http://nas", "nas:8080", "nas/hook", "a b", "-x", "*"])
def test_what_is_no_machine_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no name of a machine"):
        measures.hosts(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily 03:00, keep 7", Schedule(Rhythm(daily=time(3)), 7)),
        ("Daily at 23:59 keep 30", Schedule(Rhythm(daily=time(23, 59)), 30)),
        ("every 12h, keep 14", Schedule(Rhythm(every=timedelta(hours=12)), 14)),
        (" every 2 d , keep 1 ", Schedule(Rhythm(every=timedelta(days=2)), 1)),
        ("off", None),
    ],
)
def test_when_backups_are_made_is_read_as_people_write_it(
    text: str, expected: Schedule | None
) -> None:
    assert expected == measures.backups(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not say when"),
        ("daily", "does not say when"),
        ("daily 03:00", "does not say when"),
        ("daily 25:00, keep 7", "no such time of the day"),
        ("daily 03:00, keep 0", "at least one"),
        ("every 0h, keep 7", "some time between"),
        ("every 5m, keep 7", "does not say when"),
        ("never", "does not say when"),
    ],
)
def test_what_says_not_when_backups_are_made_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measures.backups(text)
