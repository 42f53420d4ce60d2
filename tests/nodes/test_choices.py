"""What widgets offer is what the rooms below understand."""

from __future__ import annotations

import pytest
from scorefield.diffusion import guidance, prediction, schedule, spacing
from scorefield.models import embedding
from scorefield.nodes import choices
from scorefield.plots import arrows, film_file
from scorefield.training import toy


@pytest.mark.parametrize(
    ("offered", "understood"),
    [
        (choices.FAMILIES, tuple(family.replace("_", " ") for family in schedule.FAMILIES)),
        (choices.PREDICTIONS, prediction.PREDICTIONS),
        (choices.SPACINGS, spacing.SPACINGS),
        (choices.CONVENTIONS, guidance.CONVENTIONS),
        (choices.TARGETS, toy.TARGETS),
        (choices.ARROW_KINDS, arrows.ARROW_KINDS),
        (choices.ARROW_LENGTHS, arrows.ARROW_LENGTHS),
        (choices.FILMS, film_file.KINDS),
        (choices.EMBEDDING_OPERATIONS, tuple(embedding.OPERATIONS)),
    ],
)
def test_nothing_else_is_offered_and_nothing_is_missing(
    offered: tuple[str, ...], understood: tuple[str, ...]
) -> None:
    assert offered == understood
