"""One field in another family's coordinates: flow matching with Euler is DDIM on another time grid."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.coordinates import InCoordinates, as_flow
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import cosine_betas, flow, linear_betas, log_linear, shifted
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_from_values, levels_to_visit

DATA = torch.randn(30, 2, generator=torch.Generator().manual_seed(1))
FIELD = ClosedFormField(DATA)
X = torch.randn(50, 2, generator=torch.Generator().manual_seed(2))
OWN = {"exploding": log_linear(), "preserving": linear_betas(), "cosine": cosine_betas(), "flow": flow()}


@given(st.sampled_from(list(OWN)), st.floats(0.02, 0.9))
def test_the_closed_form_is_the_same_field_in_all_coordinates(own, t) -> None:
    """It may be called with any level, so it says what the conversion must give."""
    level = flow().at(t)
    x = (level.alpha * DATA[:20] + level.sigma * X[:20]).double()
    field = ClosedFormField(DATA.double())
    direct, converted = field(x, level), InCoordinates(field, OWN[own])(x, level)
    assert torch.allclose(direct.x0, converted.x0, atol=1e-6)
    assert torch.allclose(direct.epsilon, converted.epsilon, atol=1e-6)


@pytest.mark.parametrize("steps", [5, 20, 64])
def test_euler_over_a_flow_is_ddim_over_exploding_variance(steps) -> None:
    """sigma = (1 − t)/t with the data at t = 1; x of the flow is alpha times x of the other."""
    flow_levels = levels_to_visit(flow(1000), steps, "continuous")[1:]  # t = 1 is no level of the other
    ratios = [level.ratio for level in flow_levels]
    field, x = ClosedFormField(DATA.double()), X.double()
    over_flow, euler = sample(field, x, plan("euler", flow_levels))
    exploding = levels_from_values(log_linear(), ratios)
    over_ratio, ddim = sample(field, x / flow_levels[0].alpha, plan("ddim", exploding))
    alphas = torch.tensor([level.alpha for level in flow_levels], dtype=torch.float64)[:, None, None]
    assert float((euler.x - alphas * ddim.x).abs().max()) < 1e-10
    assert float((over_flow - flow_levels[-1].alpha * over_ratio).abs().max()) < 1e-10


@pytest.mark.parametrize("row", ["ddim", "ddpm", "ddpm without noise"])
@pytest.mark.parametrize("own", ["preserving", "cosine"])
def test_every_row_walks_the_same_way_in_all_coordinates_at_each_ratio(own, row) -> None:
    """In x/alpha, a row over preserved variance is itself over exploding variance at the same sigma/alpha."""
    levels = levels_to_visit(OWN[own], 20)
    z = torch.randn(20, 50, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)

    def again(draws):
        draws = iter(draws)
        return lambda like: next(draws)

    field, x = ClosedFormField(DATA.double()), X.double()
    got, _ = sample(field, x * levels[0].alpha, plan(row, levels), again(z), ())
    ratios = levels_from_values(log_linear(), [level.ratio for level in levels])
    expected, _ = sample(field, x, plan(row, ratios), again(z), ())
    assert torch.allclose(got / levels[-1].alpha, expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("own", ["exploding", "preserving"])
@pytest.mark.parametrize("shift", [1.0, 3.0, 8.0])
def test_a_diffusion_model_on_a_flows_grid_starts_where_it_knows_the_noise(own, shift) -> None:
    """And goes down to no noise at all, where all families agree."""
    table = as_flow(ScoreModel(FIELD, OWN[own], (2,)), levels=100, shift=shift).schedule.table
    noisiest = OWN[own].at(1.0).ratio
    assert float(table[-1]) == pytest.approx(noisiest / (1 + noisiest), rel=1e-12)
    straight = torch.linspace(0, 1, 100, dtype=torch.float64)
    assert torch.allclose(table / table[-1], shifted(straight, shift), atol=1e-12)


def test_a_flow_on_a_flows_grid_keeps_its_field_and_is_shifted_once() -> None:
    model = as_flow(ScoreModel(FIELD, flow(1000, shift=3.0), (2,)), levels=101, shift=3.0)
    assert model.field is FIELD
    assert model.schedule.at(0.5).sigma == pytest.approx(3 * 0.5 / (1 + 2 * 0.5))


def test_sampling_on_a_flows_grid_lands_on_the_data() -> None:
    model = as_flow(ScoreModel(FIELD, log_linear(), (2,)))
    levels = levels_to_visit(model.schedule, 200, "continuous")
    x, _ = sample(model.field, model.schedule.initial_scale(levels[0]) * X, plan("euler", levels), None, ())
    assert float(torch.cdist(x, DATA).amin(dim=1).max()) < 0.02


def test_a_level_without_signal_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha = 0"):
        InCoordinates(FIELD, log_linear())(X, flow().at(1.0))


def test_a_model_takes_a_condition_once() -> None:
    labelled = ClosedFormField(DATA, torch.arange(30) % 2)
    model = ScoreModel(labelled, log_linear(), (2,), labelled.given)
    told = model.given(torch.tensor([1]))
    level = log_linear().at(0.5)
    assert torch.equal(told.field(X, level).x0, labelled.given(torch.tensor([1]))(X, level).x0)
    with pytest.raises(ValueError, match="takes no condition"):
        told.given(torch.tensor([0]))
    with pytest.raises(ValueError, match="takes no condition"):
        model.with_field(FIELD).given(torch.tensor([0]))
