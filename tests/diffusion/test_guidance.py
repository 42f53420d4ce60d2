"""Guidance is one affine combination of two fields, whatever the convention it is told in."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.schedule import log_linear

DATA = torch.randn(12, 2, generator=torch.Generator().manual_seed(1))
ANY = ClosedFormField(DATA, torch.arange(12) % 3)
CAT, DOG = ANY.given(torch.tensor([2])), ANY.given(torch.tensor([1]))
X = torch.randn(6, 2, generator=torch.Generator().manual_seed(2))
LEVEL = log_linear().at(0.6)


def refuse(x, level):
    raise AssertionError("this field should not have been asked")


def test_the_formula_of_each_convention() -> None:
    cond, uncond = CAT(X, LEVEL), ANY(X, LEVEL)
    from_uncond = GuidedField(CAT, ANY, 2.5)(X, LEVEL)
    beyond_cond = GuidedField(CAT, ANY, 2.5, "beyond cond")(X, LEVEL)
    for end in (0, 1):  # x̂0 and ε̂
        assert torch.allclose(from_uncond[end], uncond[end] + 2.5 * (cond[end] - uncond[end]), atol=1e-5)
        assert torch.allclose(beyond_cond[end], cond[end] + 2.5 * (cond[end] - uncond[end]), atol=1e-5)


@given(st.integers(-64, 1024).map(lambda n: n / 64))
def test_alpha_is_one_plus_w_to_the_bit(w) -> None:
    alpha = GuidedField(CAT, ANY, 1 + w)(X, LEVEL)
    beyond = GuidedField(CAT, ANY, w, "beyond cond")(X, LEVEL)
    assert torch.equal(alpha.x0, beyond.x0) and torch.equal(alpha.epsilon, beyond.epsilon)


@pytest.mark.parametrize(
    ("convention", "none", "only"), [("from uncond", 1.0, 0.0), ("beyond cond", 0.0, -1.0)]
)
def test_the_two_ends_are_the_two_fields_exactly(convention, none, only) -> None:
    for scale, field in ((none, CAT), (only, ANY)):
        guided = GuidedField(CAT, ANY, scale, convention)(X, LEVEL)
        assert torch.equal(guided.x0, field(X, LEVEL).x0)
        assert torch.equal(guided.epsilon, field(X, LEVEL).epsilon)


@given(st.floats(-5, 20))
def test_the_guided_estimate_stays_on_a_line_through_x(scale) -> None:
    guided = GuidedField(CAT, ANY, scale)(X, LEVEL)
    assert torch.allclose(LEVEL.alpha * guided.x0 + LEVEL.sigma * guided.epsilon, X, atol=1e-4)


@given(st.lists(st.floats(-2, 10), min_size=3, max_size=3))
def test_a_scale_for_each_block_equals_separate_runs(scales) -> None:
    """Three scales over a batch of six: two samples each, in order."""
    together = GuidedField(CAT, ANY, scales)(X, LEVEL)
    alone = [GuidedField(CAT, ANY, scale)(X[2 * i : 2 * i + 2], LEVEL) for i, scale in enumerate(scales)]
    assert torch.allclose(together.x0, torch.cat([part.x0 for part in alone]), atol=1e-5)
    assert torch.allclose(together.epsilon, torch.cat([part.epsilon for part in alone]), atol=1e-5)


@pytest.mark.parametrize("scales", [[], [1.0, 2.0, 3.0, 4.0], [1.0] * 7])
def test_scales_that_cannot_be_shared_out_are_refused(scales) -> None:
    with pytest.raises(
        ValueError, match=f"{len(scales)} guidance scales cannot be shared out over a batch of 6"
    ):
        GuidedField(CAT, ANY, scales)(X, LEVEL)


@given(st.floats(0, 1))
def test_outside_its_interval_only_the_conditional_field_is_asked(t) -> None:
    level = log_linear().at(t)
    inside = 0.25 <= t <= 0.75
    guided = GuidedField(CAT, ANY if inside else refuse, 3.0, interval=(0.25, 0.75))(X, level)
    assert torch.equal(guided.x0, CAT(X, level).x0) != inside or torch.equal(
        CAT(X, level).x0, ANY(X, level).x0
    )
    assert (guided.unconditional is None) != inside


def test_the_interval_includes_its_ends() -> None:
    field = GuidedField(CAT, ANY, 3.0, interval=(0.5, 0.5))
    assert field(X, log_linear().at(0.5)).unconditional is not None
    assert field(X, log_linear().at(0.5001)).unconditional is None


def test_a_negative_prompt_is_another_class_in_the_unconditional_place() -> None:
    guided = GuidedField(CAT, DOG, 2.0)(X, LEVEL)
    assert torch.allclose(guided.epsilon, 2 * CAT(X, LEVEL).epsilon - DOG(X, LEVEL).epsilon, atol=1e-4)
    away = ((guided.x0 - DOG(X, LEVEL).x0) * (CAT(X, LEVEL).x0 - DOG(X, LEVEL).x0)).sum(dim=1)
    assert bool((away > 0).all())


def test_it_says_what_its_parts_were() -> None:
    guided = GuidedField(CAT, ANY, 2.0)(X, LEVEL)
    assert guided.conditional is not None and guided.unconditional is not None
    assert torch.equal(guided.conditional.epsilon, CAT(X, LEVEL).epsilon)
    assert torch.equal(guided.unconditional.epsilon, ANY(X, LEVEL).epsilon)


def test_images_are_guided_like_points() -> None:
    data = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(3))
    any_image = ClosedFormField(data, torch.arange(4) % 2)
    one = any_image.given(torch.tensor([1]))
    x = data[:2] + 0.5
    guided = GuidedField(one, any_image, [0.0, 1.0])(x, LEVEL)
    assert torch.equal(guided.x0[0], any_image(x, LEVEL).x0[0])
    assert torch.equal(guided.x0[1], one(x, LEVEL).x0[1])


def test_an_unknown_convention_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown guidance convention 'imagen'"):
        GuidedField(CAT, ANY, 2.0, "imagen")
