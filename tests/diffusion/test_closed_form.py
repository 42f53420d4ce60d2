"""The closed-form field is the gradient of the log-density of the noised data."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import DIFFERENCES_UP_TO, DISTANCES_AT_ONCE, ClosedFormField
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import Level, cosine_betas, flow, log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit

FAMILIES = {"exploding": log_linear(), "preserving": cosine_betas(), "flow": flow()}


@st.composite
def clouds(draw):
    """A data set (N, D), a batch (B, D) and a noise level of any family."""
    count, dimension = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**20)))
    data = torch.randn(count, dimension, generator=generator, dtype=torch.float64)
    schedule = FAMILIES[draw(st.sampled_from(list(FAMILIES)))]
    level = schedule.at(draw(st.floats(0.01, 1.0)))
    x = level.alpha * data[:1] + level.sigma * torch.randn(
        5, dimension, generator=generator, dtype=torch.float64
    )
    return data, x, level


def log_density(x, data, level):
    """log of the mixture of N Gaussians around alpha·x_i with variance sigma², up to a constant."""
    distances = (x[:, None] - level.alpha * data).square().sum(dim=2)
    return torch.logsumexp(-distances / (2 * level.sigma**2), dim=1).sum()


@given(clouds())
def test_the_score_is_the_gradient_of_the_log_density(cloud) -> None:
    data, x, level = cloud
    x = x.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(log_density(x, data, level), x)
    score = ClosedFormField(data)(x.detach(), level).score(level)
    scale = float(gradient.abs().max()) + 1 / level.sigma
    assert float((score - gradient).abs().max()) < 1e-9 * scale


@given(clouds())
def test_the_estimate_lies_on_a_line_through_x_and_inside_the_data(cloud) -> None:
    data, x, level = cloud
    estimate = ClosedFormField(data)(x, level)
    assert torch.allclose(level.alpha * estimate.x0 + level.sigma * estimate.epsilon, x, rtol=1e-9, atol=1e-9)
    assert bool(
        (estimate.x0 >= data.amin(dim=0) - 1e-9).all() and (estimate.x0 <= data.amax(dim=0) + 1e-9).all()
    )


def test_one_point_is_its_own_estimate_everywhere() -> None:
    point = torch.tensor([[0.3, -2.0]])
    x = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    for level in (log_linear().at(1.0), flow().at(1.0), cosine_betas().at(0.5)):
        assert torch.equal(ClosedFormField(point)(x, level).x0, point.expand(20, 2))


def test_two_points_pull_as_the_logistic_function_says() -> None:
    """Of −1 and +1, x̂0 = tanh(alpha·x/sigma²)."""
    x = torch.linspace(-3, 3, 13, dtype=torch.float64)[:, None]
    field = ClosedFormField(torch.tensor([[-1.0], [1.0]], dtype=torch.float64))
    for schedule in FAMILIES.values():
        level = schedule.at(0.6)
        assert torch.allclose(field(x, level).x0, torch.tanh(level.alpha * x / level.sigma**2), atol=1e-12)


def test_without_signal_the_estimate_is_the_mean_of_the_data() -> None:
    data = torch.randn(7, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    estimate = ClosedFormField(data)(torch.randn(4, 2, dtype=torch.float64), flow().at(1.0))
    assert torch.allclose(estimate.x0, data.mean(dim=0).expand(4, 2), atol=1e-12)


def test_at_little_noise_the_estimate_is_the_nearest_point() -> None:
    data = torch.randn(30, 2, generator=torch.Generator().manual_seed(4))
    x = data + 0.001
    estimate = ClosedFormField(data)(x, Level(1.0, 1e-3, 0.0))
    assert torch.equal(estimate.x0, data)


def test_much_noise_and_far_away_stay_finite() -> None:
    """The softmax is over differences of distances: no weight overflows and none of them all vanish."""
    data = torch.randn(30, 2, generator=torch.Generator().manual_seed(4))
    for x, sigma in ((1e4, 1e-3), (1e4, 1e4), (0.0, 1e-6)):
        estimate = ClosedFormField(data)(torch.full((2, 2), x), Level(1.0, sigma, 0.5))
        assert bool(torch.isfinite(estimate.x0).all())


@settings(max_examples=25)
@given(clouds(), st.integers(1, 3))
def test_a_class_has_the_field_of_its_points_alone(cloud, classes) -> None:
    data, x, level = cloud
    labels = torch.arange(len(data)) % classes
    field = ClosedFormField(data, labels)
    for index in range(min(classes, len(data))):
        alone = ClosedFormField(data[labels == index])(x, level)
        asked = field.given(torch.tensor([index]))(x, level)
        assert torch.allclose(asked.x0, alone.x0, rtol=1e-9, atol=1e-9)


def test_classes_are_shared_out_over_the_batch_and_minus_one_means_any() -> None:
    data = torch.randn(9, 2, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    field, x, level = ClosedFormField(data, torch.arange(9) % 3), data[:6] + 0.4, log_linear().at(0.6)
    got = field.given(torch.tensor([2, -1, 0]))(x, level).x0
    parts = [field.given(torch.tensor([2]))(x[:2], level), field(x[2:4], level)]
    parts.append(field.given(torch.tensor([0]))(x[4:], level))
    assert torch.allclose(got, torch.cat([part.x0 for part in parts]), atol=1e-12)


def test_blocks_do_not_change_the_value() -> None:
    """A data set so large that a batch of 6 is taken in blocks of 4 rows, classes with them."""
    count = DISTANCES_AT_ONCE // 4
    data = torch.randn(count, 2, generator=torch.Generator().manual_seed(6))
    labels = torch.arange(count) % 5
    x, level = 0.5 * data[:6], Level(1.0, 0.05, 0.3)
    field = ClosedFormField(data, labels)
    whole = field.given(torch.arange(6) % 5)(x, level).x0
    parts = [field.given(torch.tensor([i % 5]))(x[i : i + 1], level).x0 for i in range(6)]
    assert torch.allclose(whole, torch.cat(parts), atol=1e-5)
    assert float((whole[:-1] - whole[1:]).norm(dim=1).min()) > 0.01


def test_samples_of_any_shape() -> None:
    data = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(7))
    x = data[:2] + 0.1
    estimate = ClosedFormField(data)(x, Level(1.0, 0.5, 0.5))
    flat = ClosedFormField(data.flatten(1))(x.flatten(1), Level(1.0, 0.5, 0.5))
    assert torch.equal(estimate.x0.flatten(1), flat.x0)


@pytest.mark.parametrize(
    "data", [torch.empty(0, 2), torch.tensor([[math.nan, 0.0]]), torch.tensor([[math.inf]])]
)
def test_data_that_have_no_density_are_refused(data) -> None:
    with pytest.raises(ValueError, match="data set"):
        ClosedFormField(data)


def test_no_noise_an_unknown_class_and_no_classes_are_refused() -> None:
    data = torch.zeros(2, 2)
    with pytest.raises(ValueError, match="sigma = 0"):
        ClosedFormField(data)(data, Level(1.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="has class 2"):
        ClosedFormField(data, torch.tensor([0, 1])).given(torch.tensor([0, 2]))
    with pytest.raises(ValueError, match="no classes"):
        ClosedFormField(data).given(torch.tensor([0]))
    with pytest.raises(ValueError, match="3 classes cannot be shared out over a batch of 4"):
        ClosedFormField(data, torch.tensor([0, 1])).given(torch.tensor([0, 1, 0]))(
            torch.zeros(4, 2), Level(1, 1, 1)
        )


@given(st.integers(0, 1000), st.floats(0.01, 1.0), st.sampled_from(list(FAMILIES)))
def test_the_field_over_pictures_is_the_weighted_mean_of_the_pictures(seed, t, family) -> None:
    """In a space of many dimensions, against the formula in the module's words, in double precision."""
    generator = torch.Generator().manual_seed(seed)
    data = torch.rand(7, 3, 8, 8, generator=generator) * 2 - 1
    level = FAMILIES[family].at(t)
    x = level.alpha * data[:4] + level.sigma * torch.randn(4, 3, 8, 8, generator=generator)
    assert data[0].numel() > DIFFERENCES_UP_TO
    apart = (x.double()[:, None] - level.alpha * data.double()).flatten(2).square().sum(dim=2)
    weights = (-apart / (2 * level.sigma**2)).softmax(dim=1)
    expected = torch.einsum("bn,nchw->bchw", weights, data.double())
    assert torch.allclose(ClosedFormField(data)(x, level).x0.double(), expected, atol=2e-3)


def test_walks_over_pictures_end_at_pictures_of_the_set() -> None:
    generator = torch.Generator().manual_seed(1)
    data = torch.rand(20, 3, 8, 8, generator=generator) * 2 - 1
    schedule = cosine_betas(100)
    steps = plan("ddim", levels_to_visit(schedule, 30))
    end, _ = sample(ClosedFormField(data), torch.randn(9, 3, 8, 8, generator=generator), steps)
    nearest = torch.cdist(end.flatten(1), data.flatten(1)).min(dim=1)
    assert float(nearest.values.max()) < 0.05 * 192**0.5
    assert len(set(nearest.indices.tolist())) > 3
