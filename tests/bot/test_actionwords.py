from __future__ import annotations

import pytest

from bot.errors import Usage, UsageError
from bot.watchwords import watch
from storage.action import Action, ActionKind

SEND, LIST, CALL = ActionKind


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("to @MyChannel", Action(SEND, "@mychannel")),
        ("to t.me/mychannel", Action(SEND, "@mychannel")),
        ("to -1001234567890", Action(SEND, "-1001234567890")),
        ("to me", Action(SEND, "me")),
        ("TO Me", Action(SEND, "me")),
        ('into "Friday Jazz"', Action(LIST, "Friday Jazz")),
        ("into “Friday  Jazz”", Action(LIST, "Friday Jazz")),
        ("into Jazz", Action(LIST, "Jazz")),
        ("webhook https://example.org/x?a=b", Action(CALL, "https://example.org/x?a=b")),
        ("webhook http://nas/x", Action(CALL, "http://nas/x")),
    ],
)
def test_what_is_done_with_each_track_is_said_in_the_sentence(words: str, action: Action) -> None:
    order = watch(f"@jazz {words} every 6h lossless")

    assert (action,) == order.rules.actions
    assert "lossless" == order.rules.query


def test_several_things_can_be_done_and_the_folder_be_said() -> None:
    words = 'to me folder "{chat}/{year}/{title}" into Jazz webhook https://example.org/x'
    rules = watch(f"@jazz {words}").rules

    assert [SEND, LIST, CALL] == [one.kind for one in rules.actions]
    assert "{chat}/{year}/{title}" == rules.folder


@pytest.mark.parametrize(
    ("words", "usage", "detail"),
    [
        ("to", Usage.BAD_TARGET, ""),
        ("to be", Usage.BAD_TARGET, "be"),
        ("to @club to me", Usage.TWICE, "to"),
        ("into", Usage.BAD_LIST, ""),
        ('into ""', Usage.BAD_LIST, ""),
        ("webhook", Usage.BAD_WEBHOOK, ""),
        ("webhook example.org", Usage.BAD_WEBHOOK, "example.org"),
        ("webhook ftp://example.org", Usage.BAD_WEBHOOK, "ftp://example.org"),
    ],
)
def test_what_cannot_be_meant_is_told(words: str, usage: Usage, detail: str) -> None:
    with pytest.raises(UsageError) as caught:
        watch(f"@jazz {words}")

    assert (usage, detail) == (caught.value.usage, caught.value.detail)


@pytest.mark.parametrize("template", ["{tittle}", "{title", "", "/{title}", "{chat}/x"])
def test_a_template_is_checked_at_once(template: str) -> None:
    with pytest.raises(UsageError) as caught:
        watch(f'@jazz folder "{template}"')

    assert Usage.BAD_FOLDER is caught.value.usage
    assert caught.value.detail.startswith("at character ")
