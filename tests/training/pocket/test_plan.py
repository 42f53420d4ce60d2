"""How fast a training learns at each step."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.training.catalogue import CATALOGUE, POCKET_ALL, in_order, is_pocket
from scorefield.training.pocket.recipes import POCKETS
from scorefield.training.pocket.smoke import SMOKES
from scorefield.training.pocket.task import Plan
from scorefield.training.recipes import TOYS

plans = st.builds(
    Plan,
    samples=st.integers(1, 100_000),
    batch=st.integers(1, 512),
    warmup=st.integers(1, 300),
    decay=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)


@given(plans, st.floats(0, 1, exclude_max=True))
def test_the_rate_is_never_above_the_plans_nor_nothing(plan, part) -> None:
    rate = plan.rate(int(part * plan.steps))
    assert 0 < rate <= plan.learning_rate


@given(plans)
def test_it_rises_then_holds_then_falls(plan) -> None:
    steps = sorted({int(part / 40 * plan.steps) for part in range(40)})
    after = [plan.rate(step) for step in steps if step >= plan.warmup]
    assert all(one >= other for one, other in pairwise(after))
    held = [step for step in steps if plan.warmup <= step < (1 - plan.decay) * plan.steps]
    assert all(plan.rate(step) == pytest.approx(plan.learning_rate) for step in held)
    before = [plan.rate(step) for step in range(min(plan.warmup, int((1 - plan.decay) * plan.steps)))]
    assert before == sorted(before)


@given(plans)
def test_every_sample_is_seen_and_hardly_more(plan) -> None:
    assert 0 <= plan.steps * plan.batch - plan.samples < plan.batch


def test_the_last_step_is_at_a_fiftieth() -> None:
    plan = Plan(samples=100_000, batch=1, warmup=10)
    assert plan.rate(plan.steps - 1) == pytest.approx(0.02 * plan.learning_rate, rel=0.01)


def test_the_catalogue_names_every_recipe_and_no_other() -> None:
    assert set(CATALOGUE) == set(TOYS) | set(POCKETS)
    assert {name for name in CATALOGUE if is_pocket(name)} == set(POCKETS) == set(SMOKES)


def test_everything_comes_after_what_it_needs() -> None:
    names = list(CATALOGUE)
    for name, weight in CATALOGUE.items():
        assert all(names.index(need) < names.index(name) for need in weight.needs), name
    assert in_order([POCKET_ALL, "pocket", "toy-flow"]) == ["toy-flow", *(n for n in names if is_pocket(n))]
    assert in_order(["pocket-video", "pocket", "pocket"]) == ["pocket", "pocket-video"]
    with pytest.raises(KeyError, match="moon"):
        in_order(["pocket", "moon"])
