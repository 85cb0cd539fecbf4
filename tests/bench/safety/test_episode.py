from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.safety.crowd import Crowd
from bench.safety.episode import Course, played
from bench.safety.mangling import Json
from bench.safety.poisoned import lay_down
from bench.safety.updates import drawn
from sandbox.botapi.shapes import chat_object, user_object
from sandbox.world import User


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("fuzz") / "library"
    asyncio.run(lay_down(folder))
    yield folder
    shutil.rmtree(folder)


def message(number: int, sender: User, text: str, **more: Any) -> Json:
    said = {"message_id": 0, "date": 1, "from": user_object(sender), "text": text}
    return {"update_id": number, "message": {"chat": chat_object(sender), **said, **more}}


async def play(library: Path, tmp_path: Path, *texts: str, stranger: bool = False) -> Course:
    def draw(crowd: Crowd) -> Iterator[Json]:
        sender = crowd.strangers[0] if stranger else crowd.owner
        yield from (message(number, sender, text) for number, text in enumerate(texts, start=1))

    return await played(library, tmp_path / "episode", draw)


async def test_what_anybody_may_send_harms_nobody(library: Path, tmp_path: Path) -> None:
    course = await played(library, tmp_path / "episode", drawn(7, 250))

    assert [] == course.findings.every()
    assert 250 == len(course.updates)
    assert course.minutes.calls["sendMessage"] > 30
    assert not (tmp_path / "episode").exists()


async def test_strangers_hear_one_sentence_once(library: Path, tmp_path: Path) -> None:
    course = await play(library, tmp_path, "/start", "/start", "/help", stranger=True)

    assert [] == course.findings.every()
    assert 1 == course.minutes.calls["sendMessage"]


async def test_what_goes_wrong_is_found_with_the_update_on_which_it_did(
    library: Path, tmp_path: Path
) -> None:
    def draw(crowd: Crowd) -> Iterator[Json]:
        assert crowd.group.group is not None
        crowd.group.group.topics.clear()  # and so there is nowhere to answer
        topic = {"message_thread_id": 7, "is_topic_message": True}
        group = chat_object(crowd.group.peer)
        yield message(1, crowd.owner, "/status")
        yield message(2, crowd.owner, "/help@loader_bot", chat=group, **topic)

    course = await played(library, tmp_path / "episode", draw)

    assert {2} == {number for number, _ in course.findings.every()}
    assert ["update failed: TelegramBadRequest"] == [
        words.partition("(")[0] for _, words in course.findings.unhandled
    ]
    assert all("message thread not found" in words for _, words in course.findings.refused)
