"""What a file's header may say of a denoiser's shape."""

from __future__ import annotations

import pytest
from scorefield.models.pocket.denoiser import BOUNDS, Shape


@pytest.mark.parametrize("name", BOUNDS)
def test_a_shape_that_nobody_would_build_is_refused_before_it_is_built(name: str) -> None:
    low, high = BOUNDS[name]
    for wrong in (low - 1, high + 1, 10**9, True, 4.0, "4", None):
        with pytest.raises(ValueError, match=rf"{name} is a whole number from {low} to {high}"):
            Shape(**{name: wrong})
    assert getattr(Shape(**{name: low}), name) == low
