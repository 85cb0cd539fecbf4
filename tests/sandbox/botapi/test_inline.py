from __future__ import annotations

import pytest

from sandbox.botapi.errors import ApiError
from sandbox.botapi.inline import read_results
from sandbox.world import World


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (1, "Inline query result must be an object"),
        ({"type": "article", "id": "1"}, 'Can\'t find field "input_message_content"'),
        (
            {"type": "article", "id": "1", "input_message_content": {}},
            'Can\'t find field "message_text"',
        ),
        (
            {"type": "article", "id": "1", "input_message_content": []},
            'Can\'t find field "message_text"',
        ),
    ],
)
def test_an_unreadable_result_is_refused(world: World, item: object, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_results(world, [item])

    assert f"Bad Request: can't parse inline query result: {error}" == caught.value.description
