"""A file lies elsewhere, has another reference, or is there no more: F05 to F08 and F12."""

from __future__ import annotations

import itertools

from bench.matrix.methods import PART
from bench.matrix.outlook import End, Outlook
from bench.matrix.scene import AWAY, HOME, Scene
from sandbox.faults import Rule
from storage.models import ItemState, Reason

_TROUBLE = frozenset({Reason.SERVER_TROUBLE})


def stale_reference(scene: Scene) -> Outlook:
    if scene.chance.random() < 0.5:
        document = scene.chance.choice(scene.documents)

        def age() -> None:
            scene.struck += 1
            document.epoch += 1

        scene.tape.at_call(PART, scene.chance.randint(1, 4), age)
        return Outlook()
    name = scene.chance.choice(
        ("FILE_REFERENCE_EXPIRED", "FILE_REFERENCE_INVALID", "FILE_REFERENCE_EMPTY",
         "FILE_REFERENCE_0_EXPIRED")
    )  # fmt: skip
    times = scene.chance.randint(1, 3)
    scene.tape.add(Rule(PART, error=(400, name), skip=scene.chance.randint(0, 2), times=times))
    return Outlook()


def reference_to_upgrade(scene: Scene) -> Outlook:
    error = (406, "FILEREF_UPGRADE_NEEDED")
    scene.tape.add(Rule(PART, error=error, skip=scene.chance.randint(0, 2)))
    return Outlook()


def migrating_file(scene: Scene) -> Outlook:
    document = scene.chance.choice(scene.documents)
    if scene.chance.random() < 0.5:

        def move() -> None:
            scene.struck += 1
            document.dc = AWAY if document.dc == HOME else HOME

        scene.tape.at_call(PART, scene.chance.randint(1, 4), move)
        return Outlook(told=_TROUBLE)
    ring = itertools.cycle((AWAY, HOME))
    for _ in range(scene.chance.randint(2, 14)):
        scene.tape.add(Rule(PART, error=(303, f"FILE_MIGRATE_{next(ring)}")))
    return Outlook(told=_TROUBLE, patience=900.0)


def refused_introduction(scene: Scene) -> Outlook:
    """Let a data centre not believe whom the home one sends."""
    scene.song(dc=AWAY)
    method = scene.chance.choice(("auth.importAuthorization", "auth.exportAuthorization"))
    error = (400, "AUTH_BYTES_INVALID") if "import" in method else (400, "DC_ID_INVALID")
    scene.cluster.forget_keys(AWAY)
    for_good = len(scene.users) > 1 and scene.chance.random() < 0.3
    account = scene.users[0].id if for_good else None
    times = None if for_good else scene.chance.randint(1, 4)
    scene.tape.add(Rule(method, error=error, times=times, account=account))
    return Outlook(told=_TROUBLE, patience=1800.0)


def deleted_midway(scene: Scene) -> Outlook:
    """Delete or replace a posting; sometimes its reference ends with it."""
    post = scene.chance.choice(scene.posts)
    document = post.document
    assert document is not None
    document.size = max(document.size, 2_000_000)
    replaced, aged = scene.chance.random() < 0.5, scene.chance.random() < 0.5
    other = scene.world.add_document(size=5000, name="other.mp3", title="Other")

    def vanish() -> None:
        scene.struck += 1
        if replaced:
            scene.world.edit(scene.chat, post, document=other, quiet=True)
        else:
            scene.world.delete(scene.chat, post, quiet=True)
        document.epoch += aged

    at = scene.chance.choice((1, 2, 3))
    scene.tape.at_call(PART, at, vanish)
    reason = Reason.REPLACED if replaced else Reason.DELETED
    gone: frozenset[End] = frozenset({(ItemState.FAILED, reason), (ItemState.SAVED, None)})
    return Outlook(told=frozenset({reason}), ends={document.id: gone})
