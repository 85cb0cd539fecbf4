"""How messages about duplicates look: text and buttons."""

from __future__ import annotations

from bot import duplicatetexts as texts
from bot import trashtexts
from bot.callbacks import Action, Press
from bot.faces import Button, Face
from bot.trashfaces import take_back
from storage.duplicates import Group, Groups, Spare
from storage.rulings import Ruling
from storage.store import Store

GROUPS = 3  # on one page


async def first_page(store: Store) -> Face:
    return await page_after(store, 0)


async def page_after(store: Store, after: int) -> Face:
    """Show the page after that track, or the first where nothing is left behind it."""
    groups = await store.duplicates.page(GROUPS, after)
    if after and not groups.shown:
        return await first_page(store)
    return page(groups, await store.duplicates.spare(), after)


def page(groups: Groups, spare: Spare, after: int) -> Face:
    """Show recordings, each with what can be said of it; `after` is where the page begins."""
    if not spare.recordings:
        return Face(texts.NONE)
    lines = [texts.heading(spare), texts.HOW]
    rows: list[tuple[Button, ...]] = []
    for number, group in enumerate(groups.shown, start=1):
        lines += ["", *texts.group(number, group)]
        rows.append(_listening(number, group))
        rows.append(_said_of(number, group.best_id, after))
    return Face("\n".join(lines), (*rows, _below(groups, after)))


def ask_to_merge(spare: Spare) -> Face:
    if not spare.recordings:
        return Face(texts.NONE)
    yes = Button(texts.MERGE, Press(Action.MERGE_ALL, spare.last))
    return Face(texts.ask_to_merge(spare), ((yes, _leave()),))


def merged_all(ruling: Ruling) -> Face:
    return Face(trashtexts.moved(ruling), ((take_back(ruling),),))


def usage() -> Face:
    return Face(texts.USAGE)


def _listening(number: int, group: Group) -> tuple[Button, ...]:
    return tuple(
        Button(texts.listen(number, place), Press(Action.SEND, version.track_id, (1,)))
        for place, version in enumerate(group.versions[: texts.SHOWN])
    )


def _said_of(number: int, best_id: int, after: int) -> tuple[Button, ...]:
    keep = Press(Action.KEEP_BEST, best_id, (after,))
    differ = Press(Action.KEEP_APART, best_id, (after,))
    return (
        Button(texts.KEEP_BEST.format(number=number), keep),
        Button(texts.THEY_DIFFER.format(number=number), differ),
    )


def _below(groups: Groups, after: int) -> tuple[Button, ...]:
    row = [Button(texts.FROM_THE_START, Press(Action.DUPLICATES))] if after else []
    if groups.more:
        row.append(Button(texts.MORE, Press(Action.DUPLICATES, groups.shown[-1].best_id)))
    return (*row, Button(texts.ALL, Press(Action.ASK_TO_MERGE)))


def _leave() -> Button:
    return Button(texts.LEAVE, Press(Action.DUPLICATES))
