from __future__ import annotations

from dataclasses import replace

from storage.models import Account, AccountState, Chat, ChatKind
from storage.store import Store
from tests.storage.values import JAZZ


async def test_a_chat_is_found_by_id_and_by_username_whatever_its_case(store: Store) -> None:
    await store.chats.save(JAZZ)

    assert await store.chats.get(JAZZ.id) == JAZZ
    assert await store.chats.by_username("JaZZ") == JAZZ
    assert await store.chats.by_username("@jazz") == JAZZ
    assert await store.chats.named("@jazz") == JAZZ == await store.chats.named("-1001")
    assert await store.chats.get(1) is None
    assert await store.chats.by_username("rock") is None


async def test_f14_a_renamed_chat_keeps_its_id(store: Store) -> None:
    await store.chats.save(JAZZ)
    renamed = replace(JAZZ, title="Blues", username="blues")

    await store.chats.save(renamed)

    assert await store.chats.get(JAZZ.id) == renamed
    assert await store.chats.by_username("jazz") is None


async def test_f14_a_username_belongs_to_whoever_has_it_now(store: Store) -> None:
    heir = Chat(-1002, "Other", "JAZZ", ChatKind.GROUP)
    await store.chats.save(JAZZ)

    await store.chats.save(heir)

    assert await store.chats.by_username("jazz") == heir
    assert await store.chats.get(JAZZ.id) == replace(JAZZ, username=None)


async def test_chats_without_a_username_do_not_meet(store: Store) -> None:
    private = [Chat(number, str(number), None, ChatKind.PRIVATE) for number in (1, 2)]
    for chat in private:
        await store.chats.save(chat)

    assert [await store.chats.get(number) for number in (1, 2)] == private


async def test_an_access_hash_is_kept_for_each_account(store: Store) -> None:
    await store.chats.grant(1, JAZZ.id, 2**63 - 1)
    await store.chats.grant(1, -5, -(2**63))
    await store.chats.grant(2, JAZZ.id, 3)
    await store.chats.grant(2, JAZZ.id, 4)

    assert await store.chats.access(1) == {JAZZ.id: 2**63 - 1, -5: -(2**63)}
    assert await store.chats.access(2) == {JAZZ.id: 4}
    assert await store.chats.access(3) == {}


async def test_the_readers_of_a_chat_are_stored_accounts(store: Store) -> None:
    """One that was removed while the bot ran may have been granted something after that."""
    for number in (1, 2):
        await store.accounts.save(Account(number, "A", AccountState.NEEDS_LOGIN), b"")
        await store.chats.grant(number, JAZZ.id, 1)
    await store.accounts.remove(2)
    await store.chats.grant(2, JAZZ.id, 1)

    assert await store.chats.readers(JAZZ.id) == {1}


async def test_access_can_be_lost(store: Store) -> None:
    await store.chats.grant(1, JAZZ.id, 1)
    await store.chats.grant(2, JAZZ.id, 2)

    await store.chats.revoke(1, JAZZ.id)
    await store.chats.revoke(1, JAZZ.id)

    assert await store.chats.access(1) == {}
    assert await store.chats.access(2) == {JAZZ.id: 2}
