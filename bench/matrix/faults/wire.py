"""The line breaks, falls silent, drips, or is not there: F24 to F26 and F30."""

from __future__ import annotations

from bench.matrix.methods import PART, RESOLVE, SEARCH
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from sandbox.faults import Drop, Rule
from storage.models import Reason

_OFFLINE = frozenset({Reason.OFFLINE})
_ANY = (PART, PART, SEARCH, RESOLVE)


def reset(scene: Scene) -> Outlook:
    """Break the connection before, within or after an answer, or all of them at once."""
    if scene.chance.random() < 0.5:
        drop = scene.chance.choice(tuple(Drop))
        for _ in range(scene.chance.randint(1, 3)):
            skip = scene.chance.randint(0, 2)
            scene.tape.add(Rule(scene.chance.choice(_ANY), drop=drop, skip=skip))
    else:
        scene.tape.at_call(scene.chance.choice(_ANY), 1, scene.break_lines)
    return Outlook(told=_OFFLINE)


def silence(scene: Scene) -> Outlook:
    """Let nothing through any more without telling anybody, or swallow answers."""
    if scene.chance.random() < 0.5:
        times = scene.chance.randint(1, 3)
        scene.tape.add(Rule(scene.chance.choice(_ANY), mute=True, times=times))
    else:
        scene.tape.at_call(scene.chance.choice(_ANY), 1, scene.stall_lines)
    return Outlook(told=_OFFLINE, patience=1800.0)


def drip(scene: Scene) -> Outlook:
    """Bring the bytes of the lines that are there at one or two KiB a second."""
    for document in scene.documents:
        document.size = min(document.size, 300_000)
    rate = scene.chance.choice((1024.0, 2048.0))
    scene.tape.at_call(PART, 1, lambda: scene.slow_lines(rate))
    return Outlook(told=_OFFLINE, patience=3 * 3600.0)


def offline(scene: Scene) -> Outlook:
    """Be without any network for a while, from some call on or from the start."""
    length = scene.chance.choice((5.0, 60.0, 600.0, 6 * 3600.0))

    def begin() -> None:
        scene.struck += 1
        scene.loop.network.is_down = True
        scene.break_lines()
        scene.loop.call_later(length, end)

    def end() -> None:
        scene.loop.network.is_down = False

    if scene.chance.random() < 0.2:
        begin()
    else:
        scene.tape.at_call(scene.chance.choice(_ANY), 1, begin)
    told = _OFFLINE if length >= 600 else frozenset[Reason]()
    return Outlook(told=_OFFLINE, must_tell=told, patience=length + 3600.0)
