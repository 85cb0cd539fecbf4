"""All faults of the matrix, by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.matrix.faults import (
    access,
    acts,
    answers,
    damage,
    disk,
    floods,
    library,
    lives,
    places,
    wire,
)
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene


@dataclass(frozen=True, slots=True)
class Fault:
    """`may_join` tells whether it goes together with any other."""

    number: str
    arm: Callable[[Scene], Outlook]
    may_join: bool = True

    @property
    def name(self) -> str:
        return f"{self.number} {self.arm.__name__.replace('_', ' ')}"


_ALONE = (
    Fault("F01", floods.short_flood),
    Fault("F02", floods.long_flood),
    Fault("F03", floods.premium_flood),
    Fault("F04", floods.odd_flood),
    Fault("F05", places.stale_reference),
    Fault("F06", places.reference_to_upgrade),
    Fault("F07", places.migrating_file),
    Fault("F08", places.refused_introduction),
    Fault("F09", damage.cdn_redirect),
    Fault("F10", damage.tampering_cdn),
    Fault("F11", damage.damaged_source),
    Fault("F12", places.deleted_midway),
    Fault("F13", access.shut_out, may_join=False),
    Fault("F14", access.renamed_channel, may_join=False),
    Fault("F16", access.lost_session),
    Fault("F17", access.duplicated_key),
    Fault("F18", access.banned_account),
    Fault("F20", answers.server_trouble),
    Fault("F21", answers.refused_place),
    Fault("F22", answers.unknown_error),
    Fault("F23", answers.muddled_list),
    Fault("F24", wire.reset),
    Fault("F25", wire.silence),
    Fault("F26", wire.drip),
    Fault("F27", answers.short_part),
    Fault("F28", answers.long_part),
    Fault("F29", answers.lying_size),
    Fault("F30", wire.offline),
    Fault("F31", disk.full_disk),
    Fault("F32", disk.full_database),
    Fault("F33", disk.denied_target),
    Fault("F34", disk.gone_mount, may_join=False),
    Fault("F35", disk.broken_disk),
    Fault("F37", disk.many_files),
    Fault("F38", lives.killed),
    Fault("F39", lives.stopped),
    Fault("F41", lives.deadly_file, may_join=False),
    Fault("F43", disk.busy_database),
    Fault("F46", lives.jumping_clock),
    Fault("F49", library.damaged_file, may_join=False),
    Fault("F50", library.taken_name),
    Fault("F60", library.empty_file),
    Fault("F61", library.wanted_by_many),
)

# Those in which it would not be clear what a person wants, or who has stopped the program.
_NOT_ACTED_UPON = {"F13", "F14", "F34", "F38", "F41", "F49"}
FAULTS = (
    *_ALONE,
    Fault(
        "F65",
        acts.beside([fault.arm for fault in _ALONE if fault.number not in _NOT_ACTED_UPON]),
        may_join=False,
    ),
)
