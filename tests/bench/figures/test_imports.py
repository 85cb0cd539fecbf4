from __future__ import annotations

from bench.figures import imports


def test_the_base_tells_each_library_beside_all_together() -> None:
    (figure,) = imports.measure(quick=True)

    apart = [figure.detail[name] for name in imports.LIBRARIES]
    assert figure.goal is None
    assert all(isinstance(each, float) and each < figure.value for each in apart)
