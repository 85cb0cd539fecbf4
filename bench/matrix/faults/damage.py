"""The bytes that come are others than Telegram has: F09 to F11."""

from __future__ import annotations

from typing import Any

from bench.matrix.faults.answers import of_part
from bench.matrix.methods import PART
from bench.matrix.outlook import SAVED, Outlook
from bench.matrix.scene import Scene
from downloader.proof import CheckBytes
from sandbox.faults import Rule
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document
from storage.models import ItemState, Reason

_CDN_PART = "upload.getCdnFile"
_TROUBLE = frozenset({Reason.SERVER_TROUBLE})


def cdn_redirect(scene: Scene) -> Outlook:
    """Send somebody to the CDN who did not offer to go; the CDN may have forgotten it."""
    document = _in_cdn(scene)
    match scene.chance.choice(("there", "forgotten", "forgotten midway", "dropped midway")):
        case "forgotten":
            scene.cluster.cdn.forget(document)
        case "forgotten midway":
            scene.tape.at_call(_CDN_PART, 2, lambda: scene.cluster.cdn.forget(document))
        case "dropped midway":
            scene.tape.at_call(_CDN_PART, 2, lambda: scene.cluster.cdn.drop(document))
    return Outlook(told=_TROUBLE)


def tampering_cdn(scene: Scene) -> Outlook:
    """Let the CDN give other bytes than the master has, now and then or always."""
    document = _in_cdn(scene)

    def is_it(request: Any) -> bool:
        copy = scene.cluster.cdn.opened(request.file_token)
        return copy is not None and copy.document.id == document.id

    alarm = frozenset({"bytes of the CDN have been tampered with"})
    if scene.chance.random() < 0.5:
        skip = scene.chance.randint(0, 1)
        times = scene.chance.randint(1, 2)
        scene.tape.add(Rule(_CDN_PART, reply=_flipped, when=is_it, skip=skip, times=times))
        if times == 1:
            return Outlook(told=_TROUBLE, logged=alarm)
        # Where nothing else is asked for meanwhile, both may strike the same part.
        return Outlook(
            told=_TROUBLE | {Reason.TAMPERED},
            logged=alarm,
            tries=True,
            ends={document.id: SAVED | {(ItemState.FAILED, Reason.TAMPERED)}},
        )
    scene.tape.add(Rule(_CDN_PART, reply=_flipped, when=is_it, times=None))
    tampered = Reason.TAMPERED
    return Outlook(
        must_tell=frozenset({tampered}),
        logged=alarm,
        tries=True,
        ends={document.id: frozenset({(ItemState.FAILED, tampered)})},
    )


def damaged_source(scene: Scene) -> Outlook:
    """Flip a byte of a part: it is fetched again, and after three times the source is damaged."""
    scene.check_bytes = CheckBytes.ALL
    if scene.chance.random() < 0.5:
        times, skip = scene.chance.randint(1, 2), scene.chance.randint(0, 2)
        scene.tape.add(Rule(PART, reply=of_part(_flipped), skip=skip, times=times))
        return Outlook()
    document = scene.chance.choice(scene.documents)

    def is_it(request: Any) -> bool:
        return bool(request.location.id == document.id and request.offset == 0)

    scene.tape.add(Rule(PART, reply=of_part(_flipped), when=is_it, times=None))
    damaged = Reason.DAMAGED_AT_SOURCE
    return Outlook(
        must_tell=frozenset({damaged}),
        tries=True,
        ends={document.id: frozenset({(ItemState.FAILED, damaged)})},
    )


def _in_cdn(scene: Scene) -> Document:
    document = scene.song(size=scene.chance.choice((5000, 300_000, 1_200_000)))
    scene.cluster.cdn.hold(document, unasked=True)
    scene.struck += 1
    return document


def _flipped(part: Any) -> Any:
    return part.flipped() if isinstance(part, FilePart) and part.data else part
