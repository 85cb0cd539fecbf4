from __future__ import annotations

import pytest

from bot.errors import WrongSettingError
from tests.bot.rig import Rig
from tests.bot.test_settings import made

WRONG = [
    'folder "../../{artist}"',
    'folder "/etc/{title}"',
    'folder "{0.__class__}"',
    'folder "' + "x" * 3000 + '"',
    'folder "{albun}/{title}"',
    'cron "* * * * * *"',
    'cron "@reboot"',
    'cron "61 * * * *"',
    "every 0h",
    "every -1h",
    "max 0",
    "max -5GB/day",
    "keep 0",
    "daily 25:00",
    "webhook http://127.0.0.1:1/x",
]


@pytest.mark.parametrize("rule", WRONG)
async def test_row42_row43_row45_row46_row70_a_rule_that_cannot_be_is_refused_with_a_reason(
    rig: Rig, rule: str
) -> None:
    async with rig.running(working=False) as product:
        told = await rig.ask(f"/watch @jazz {rule}")

        assert "Follow Jazz" not in told.text
        assert "broke" not in told.text
        assert len(told.text) < 1000
        assert not told.buttons
        assert [] == await product.store.watches.every()


@pytest.mark.parametrize("command", ["/search", "/random", "/download @jazz"])
async def test_row44_an_expression_that_never_ends_is_text_like_any_other(
    rig: Rig, command: str
) -> None:
    async with rig.running(working=False):
        told = await rig.ask(f"{command} (a+)+$ title:{'a' * 60}!")

        assert "broke" not in told.text


async def test_row43_an_unknown_field_says_what_is_meant(rig: Rig) -> None:
    async with rig.running(working=False):
        told = await rig.ask('/watch @jazz folder "{albun}/{title}"')

        assert "{album}" in told.text


@pytest.mark.parametrize(
    "template", ["../../{artist}", "/etc/{title}", "{0.__class__}", "{title}/" * 1250, "{albun}"]
)
def test_row42_row43_a_template_of_the_library_that_leads_out_of_it_is_refused(
    template: str,
) -> None:
    with pytest.raises(WrongSettingError) as caught:
        made(library_template=template)

    [line] = caught.value.lines
    assert line.startswith("LIBRARY_TEMPLATE: ")
    assert len(line) < 500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("bandwidth_limit", value) for value in ("0", "0MB/s", "-5MB/s")),
        *(("time_zone", value) for value in ("Mars/X", "../UTC")),
        *(("backups", value) for value in ("cron * * * * * *", "@reboot", "every 0h, keep 7")),
    ],
)
def test_row45_row46_a_setting_that_cannot_be_is_told_in_one_line(name: str, value: str) -> None:
    with pytest.raises(WrongSettingError) as caught:
        made(**{name: value})

    [line] = caught.value.lines
    assert line.startswith(f"{name.upper()}: ")
