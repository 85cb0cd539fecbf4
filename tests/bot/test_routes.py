from __future__ import annotations

import pytest

from bot.callbacks import Action, Press, Seal
from bot.routes import PRESSES
from tests.bot.library import put
from tests.bot.rig import Rig


def test_every_button_has_a_handler() -> None:
    assert set(Action) == set(PRESSES)


@pytest.mark.parametrize("action", Action)
async def test_every_button_is_answered_whatever_is_behind_it(rig: Rig, action: Action) -> None:
    async with rig.running(working=False) as product:
        await put(product.store, rig.folder / "music", "Tune.mp3")
        shelf = await rig.ask("/recent")
        seal = Seal(product.store.vault.sign)
        data = seal.pack(rig.owner.dialog.id, Press(action, 10**15, (10**6, 8)))
        answer = await rig.owner.press(shelf, data=data)

        assert "broke" not in answer.text
