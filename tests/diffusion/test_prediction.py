"""Four things a network may predict, one estimate."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.prediction import PREDICTIONS, target, to_estimate
from scorefield.diffusion.schedule import Level, flow, linear_betas, log_linear

FAMILIES = {"exploding": log_linear(), "preserving": linear_betas(), "flow": flow()}
GENERATOR = torch.Generator().manual_seed(1)
X0, EPSILON = torch.randn(2, 8, 3, generator=GENERATOR, dtype=torch.float64)

levels = st.builds(
    lambda name, t: FAMILIES[name].at(t), st.sampled_from(list(FAMILIES)), st.floats(0.001, 0.999)
)


@given(st.sampled_from(PREDICTIONS), levels)
def test_a_perfect_network_of_any_kind_gives_the_truth(prediction, level) -> None:
    output = target(prediction, X0, EPSILON, level.alpha, level.sigma)
    x = level.alpha * X0 + level.sigma * EPSILON
    estimate = to_estimate(prediction, output, x, level)
    assert torch.allclose(estimate.x0, X0, rtol=1e-9, atol=1e-9)
    assert torch.allclose(estimate.epsilon, EPSILON, rtol=1e-9, atol=1e-9)


@given(st.sampled_from(PREDICTIONS), levels)
def test_both_ends_of_any_estimate_lie_on_a_line_through_x(prediction, level) -> None:
    """Also of a network that is wrong: alpha·x̂0 + sigma·ε̂ = x."""
    x, output = X0, EPSILON
    estimate = to_estimate(prediction, output, x, level)
    assert torch.allclose(level.alpha * estimate.x0 + level.sigma * estimate.epsilon, x, rtol=1e-9, atol=1e-9)


@given(levels)
def test_the_kinds_are_what_their_papers_say(level) -> None:
    alpha, sigma, _ = level
    assert torch.equal(target("epsilon", X0, EPSILON, alpha, sigma), EPSILON)
    assert torch.equal(target("sample", X0, EPSILON, alpha, sigma), X0)
    assert torch.allclose(target("v", X0, EPSILON, alpha, sigma), alpha * EPSILON - sigma * X0)
    assert torch.allclose(target("flow", X0, EPSILON, alpha, sigma), EPSILON - X0)


@given(levels)
def test_the_score_points_against_the_noise(level) -> None:
    estimate = to_estimate("epsilon", EPSILON, X0, level)
    assert torch.allclose(estimate.score(level) * level.sigma, -EPSILON)


def test_each_sample_may_have_its_own_level() -> None:
    alpha, sigma = torch.rand(2, 8, 1, dtype=torch.float64)
    assert torch.equal(target("v", X0, EPSILON, alpha, sigma)[3], alpha[3] * EPSILON[3] - sigma[3] * X0[3])


def test_epsilon_without_signal_is_refused_and_the_others_are_not() -> None:
    """Zero terminal SNR: x is all noise, and ε̂ says nothing of x0 (elsewhere it gives NaN)."""
    nothing = Level(0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="epsilon prediction says nothing about x0 where alpha = 0"):
        to_estimate("epsilon", EPSILON, X0, nothing)
    for prediction in set(PREDICTIONS) - {"epsilon"}:
        estimate = to_estimate(prediction, EPSILON, X0, nothing)
        assert bool(torch.isfinite(estimate.x0).all() and torch.isfinite(estimate.epsilon).all())


def test_sample_without_noise_is_refused_and_the_others_are_not() -> None:
    everything = Level(1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="sample prediction says nothing about the noise where sigma = 0"):
        to_estimate("sample", EPSILON, X0, everything)
    for prediction in set(PREDICTIONS) - {"sample"}:
        assert torch.equal(to_estimate(prediction, EPSILON, X0, everything).x0, X0)


def test_an_unknown_prediction_is_refused_by_name() -> None:
    for call in (
        lambda: target("noise", X0, EPSILON, 1.0, 1.0),
        lambda: to_estimate("noise", X0, EPSILON, Level(1.0, 1.0, 0.5)),
    ):
        with pytest.raises(ValueError, match=r"unknown prediction 'noise'.*epsilon, v, sample, flow"):
            call()
