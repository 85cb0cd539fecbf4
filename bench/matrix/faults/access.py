"""An account may read no more, or is lost: F13, F14, F16 to F18."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from bench.matrix.life import Life
from bench.matrix.methods import MESSAGES, PART, RESOLVE, SEARCH
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from bot import texts
from sandbox.faults import Rule
from sandbox.world import User
from storage.errors import StorageError
from storage.models import AccountState, Reason

_AGAIN = 10.0  # seconds


def shut_out(scene: Scene) -> Outlook:
    """Take one account's access away; where it was the only one, give it back when asked."""
    error = (400, scene.chance.choice(("CHANNEL_PRIVATE", "CHANNEL_INVALID")))
    account = scene.users[0].id
    rules = [
        scene.tape.add(Rule(method, error=error, account=account, times=None))
        for method in (SEARCH, MESSAGES, "channels.getChannels", "messages.getHistory")
    ]
    at = scene.chance.choice((0, 1, 2))
    rules[0].skip = at
    # Forgotten places make it look the posting up again.
    _forget_places(scene)
    if len(scene.users) > 1:
        return Outlook()

    async def let_in(life: Life) -> bool:
        for rule in rules:
            rule.times = 0
        for job in await scene.store.jobs.every():
            await life.engine.retry(job.id)
        return False

    return Outlook(
        told=frozenset({Reason.NO_ACCESS, Reason.CHAT_PRIVATE}),
        refused=Reason.CHAT_PRIVATE,
        remedies=[let_in, let_in],
    )


def renamed_channel(scene: Scene) -> Outlook:
    """Rename the channel as soon as it was found; or let there be none."""
    if scene.chance.random() < 0.3:
        error = (400, scene.chance.choice(("USERNAME_NOT_OCCUPIED", "USERNAME_INVALID")))
        scene.tape.add(Rule(RESOLVE, error=error, times=None))
        none = frozenset({Reason.CHAT_NOT_FOUND})
        return Outlook(must_tell=none, refused=Reason.CHAT_NOT_FOUND)

    def rename() -> None:
        scene.struck += 1
        scene.chat.username = "jazz_at_night"

    scene.tape.at_call(SEARCH, 1, rename)
    _forget_places(scene)
    return Outlook()


def lost_session(scene: Scene) -> Outlook:
    code, name = scene.chance.choice(
        ((401, "SESSION_REVOKED"), (401, "SESSION_EXPIRED"), (401, "AUTH_KEY_UNREGISTERED"))
    )
    return _lost(scene, (code, name), AccountState.NEEDS_LOGIN)


def duplicated_key(scene: Scene) -> Outlook:
    outlook = _lost(scene, (406, "AUTH_KEY_DUPLICATED"), AccountState.USED_ELSEWHERE)
    outlook.must_say = frozenset({texts.USED_ELSEWHERE})
    return outlook


def banned_account(scene: Scene) -> Outlook:
    name = scene.chance.choice(("USER_DEACTIVATED", "USER_DEACTIVATED_BAN"))
    return _lost(scene, (401, name), AccountState.BANNED)


def _lost(scene: Scene, error: tuple[int, str], state: AccountState) -> Outlook:
    """Let Telegram know one account no more, from some call on."""
    user = scene.users[0]
    rule = Rule("*", error=error, account=user.id, times=None)
    method = scene.chance.choice((PART, PART, SEARCH, RESOLVE))
    number = scene.chance.randint(1, 3 if method == PART else 1)
    scene.tape.at_call(method, number, partial(scene.tape.add, rule))
    ready = AccountState.READY
    outlook = Outlook(
        told=frozenset({Reason.LOGIN}),
        accounts={user.id: frozenset({state, ready})},
        patience=1800.0,
    )
    if len(scene.users) == 1:
        outlook.remedies = [_sign_in_again(user, rule)] * 2
    return outlook


def _sign_in_again(user: User, rule: Rule) -> Callable[[Life], Awaitable[bool]]:
    async def sign_in(life: Life) -> bool:
        rule.times = 0
        life.scene.tape.lost.pop(user.id, None)
        await _signed_in(life.scene, user)
        return True

    return sign_in


async def _signed_in(scene: Scene, user: User) -> None:
    """Sign in, and again where the disk does not take that."""
    while True:
        try:
            await scene.sign_in(user)
        except StorageError:
            await asyncio.sleep(_AGAIN)
        else:
            return


def _forget_places(scene: Scene) -> None:
    """Age every reference as the first part is asked for, so that postings are looked up again."""

    def age() -> None:
        scene.struck += 1
        for document in scene.documents:
            document.epoch += 1

    scene.tape.at_call(PART, 1, age)
