"""Telegram asks for patience: F01 to F04."""

from __future__ import annotations

from bench.matrix.methods import PART, RESOLVE, SEARCH
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from sandbox.faults import Rule
from storage.models import Reason

_FLOOD = frozenset({Reason.FLOOD})
_HOUR, _DAY = 3600, 86_400
# Longer than this a wait is shown in any case; shorter ones are sat out where they are met.
_SHOWN = 60


def short_flood(scene: Scene) -> Outlook:
    return _flood(scene, scene.chance.randint(1, 60))


def long_flood(scene: Scene) -> Outlook:
    """Park with a time, over a restart too."""
    wait = scene.chance.choice((61, 300, 901, _HOUR, 3 * _HOUR, _DAY, 2 * _DAY))
    outlook = _flood(scene, wait)
    if wait >= _HOUR or scene.chance.random() < 0.3:
        # Stop while it waits, and start again shortly before the end.
        rule = scene.tape.rules[-1]
        scene.tape.at_first_hit(rule, lambda: scene.loop.call_later(20.0, scene.interrupt))
        scene.pause = max(0.0, wait - scene.chance.uniform(40, 400))
    return outlook


def _flood(scene: Scene, wait: int) -> Outlook:
    method = scene.chance.choice((PART, PART, SEARCH, RESOLVE))
    asked = 1 if wait >= _HOUR else scene.chance.choice((1, 1, 2))
    skip = scene.chance.randint(0, 2) if method == PART else 0
    scene.tape.add(Rule(method, error=(420, f"FLOOD_WAIT_{wait}"), skip=skip, times=asked))
    alone = len(scene.users) == 1
    return Outlook(
        told=_FLOOD,
        must_tell=_FLOOD if alone and wait > _SHOWN else frozenset(),
        patience=600.0 + asked * (wait + 60.0) * 2,
    )


def premium_flood(scene: Scene) -> Outlook:
    wait = scene.chance.randint(1, 20)
    times = scene.chance.randint(1, 6)
    error = (420, f"FLOOD_PREMIUM_WAIT_{wait}")
    scene.tape.add(Rule(PART, error=error, skip=scene.chance.randint(0, 2), times=times))
    return Outlook(told=_FLOOD, patience=900.0)


def odd_flood(scene: Scene) -> Outlook:
    """Zero, negative, no number: at least a second each time, and no hot loop."""
    name = scene.chance.choice(("FLOOD_WAIT_0", "FLOOD_WAIT_-5", "FLOOD_WAIT", "FLOOD_WAIT_X"))
    method = scene.chance.choice((PART, SEARCH, RESOLVE))
    scene.tape.add(Rule(method, error=(420, name), times=scene.chance.randint(1, 6)))
    return Outlook(told=_FLOOD, patience=2000.0)
