from __future__ import annotations

from pathlib import Path

import pytest

from bot.verbs.running import AlreadyRunningError, only_one


def test_the_data_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRunningError), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass
