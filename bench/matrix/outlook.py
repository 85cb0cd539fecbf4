"""What a fault may lead to, and so what a run is judged by. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from storage.models import AccountState, ItemState, Reason

if TYPE_CHECKING:
    from bench.matrix.life import Life

End: TypeAlias = tuple[ItemState, Reason | None]
Remedy: TypeAlias = "Callable[[Life], Awaitable[bool]]"

SAVED: frozenset[End] = frozenset({(ItemState.SAVED, None), (ItemState.LINKED, None)})
_MOMENT = 600.0


@dataclass(slots=True)
class Outlook:
    """How it may end; what is not said stays as if nothing had gone wrong.

    Args:
        told: reasons that people may read on the way.
        must_tell: reasons that they must read.
        must_say: what must stand on the board at some time, word for word.
        ends: how the item of a document may end, where not saved.
        refused: how the whole job may end, where nothing can be planned.
        tries: whether it may use up tries.
        accounts: in which state accounts are left.
        patience: seconds of virtual time it may last.
        remedies: what a person does when it stands still, one after the other; each tells whether
            the program is to be started anew.
        logged: errors that the log may hold.
        afterwards: what is done when all has ended.
        meanwhile: what a person does beside, in the first life.
        once: whether each part may be asked for only once, and every job is told of bytes.

    """

    told: frozenset[Reason] = frozenset()
    must_tell: frozenset[Reason] = frozenset()
    must_say: frozenset[str] = frozenset()
    ends: dict[int, frozenset[End]] = field(default_factory=dict)
    refused: Reason | None = None
    tries: bool = False
    accounts: dict[int, frozenset[AccountState]] = field(default_factory=dict)
    patience: float = _MOMENT
    remedies: list[Remedy] = field(default_factory=list)
    logged: frozenset[str] = frozenset()
    afterwards: list[Remedy] = field(default_factory=list)
    meanwhile: list[Callable[[Life], Awaitable[None]]] = field(default_factory=list)
    once: bool = False

    def allowed(self, document: int) -> frozenset[End]:
        return self.ends.get(document, SAVED)


def combined(outlooks: Iterable[Outlook]) -> Outlook:
    """Return what several faults at once may lead to: what they must tell may then be hidden."""
    all_of = list(outlooks)
    if len(all_of) == 1:
        return all_of[0]
    ends: dict[int, frozenset[End]] = {}
    accounts: dict[int, frozenset[AccountState]] = {}
    for one in all_of:
        for document, allowed in one.ends.items():
            ends[document] = ends.get(document, SAVED) | allowed
        for account, states in one.accounts.items():
            accounts[account] = accounts.get(account, frozenset()) | states
    return Outlook(
        told=frozenset().union(*(one.told | one.must_tell for one in all_of)),
        ends=ends,
        refused=next((one.refused for one in all_of if one.refused), None),
        tries=any(one.tries for one in all_of),
        accounts=accounts,
        # Who meets one trouble after another waits long already when the second begins.
        patience=2 * sum(one.patience for one in all_of),
        remedies=[remedy for one in all_of for remedy in one.remedies],
        logged=frozenset().union(*(one.logged for one in all_of)),
        afterwards=[remedy for one in all_of for remedy in one.afterwards],
        meanwhile=[act for one in all_of for act in one.meanwhile],
    )
