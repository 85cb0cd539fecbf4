from __future__ import annotations

from storage.models import Board
from storage.store import Store


async def test_a_chat_has_one_board(store: Store) -> None:
    await store.boards.save(Board(70, 1, 1))
    await store.boards.save(Board(70, 2, 5))

    assert await store.boards.get(70) == Board(70, 2, 5)
    assert await store.boards.get(71) is None


async def test_a_board_can_be_forgotten(store: Store) -> None:
    await store.boards.save(Board(70, 1, 1))

    await store.boards.forget(70)
    await store.boards.forget(70)

    assert await store.boards.get(70) is None
