"""The arrows as numbers."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.schedule import Schedule
from scorefield.plots.arrows import PARTS, UNIT_SHARE, layers_of, probes, to_draw
from torch.nn.functional import cosine_similarity


def test_far_out_in_time_all_arrows_point_at_the_mean(field: ClosedFormField, schedule: Schedule) -> None:
    x, _ = probes(2.0, 20)
    arrows = layers_of(field, x, schedule.at(1.0), "-epsilon")[""]
    assert float(cosine_similarity(arrows, field.data.mean(dim=0) - x).min()) > 0.99


def test_at_the_end_they_point_at_the_nearest_point(field: ClosedFormField, schedule: Schedule) -> None:
    x, _ = probes(2.0, 20)
    arrows = layers_of(field, x, schedule.at(0.0), "x0 - x")[""]
    nearest = field.data[torch.cdist(x, field.data).argmin(dim=1)]
    # Between two points the exact field takes both.
    assert float((x + arrows - nearest).norm(dim=1).median()) < 1e-2


def test_the_three_kinds_are_one_direction(field: ClosedFormField, schedule: Schedule) -> None:
    x, level = probes(2.0, 8)[0], schedule.at(0.5)
    back, score, whole = (layers_of(field, x, level, kind)[""] for kind in ("-epsilon", "score", "x0 - x"))
    assert torch.allclose(score, back / level.sigma)
    assert torch.allclose(whole, back * level.sigma, atol=1e-6)


def test_probes_stay_half_a_spacing_inside() -> None:
    x, spacing = probes(2.0, 10)
    assert len(x) == 100
    assert float(x.abs().max()) == pytest.approx(2.0 - spacing / 2)


def test_unit_arrows_are_all_as_long_and_zero_stays_zero() -> None:
    drawn = to_draw({"": torch.tensor([[3.0, 0.0], [0.0, -0.1], [0.0, 0.0]])}, 0.5, "unit")[""]
    assert torch.allclose(drawn.along.norm(dim=1), torch.tensor([0.5, 0.5, 0.0]) * UNIT_SHARE)
    assert float(drawn.strength[1]) < float(drawn.strength[0]) == 1.0


def test_true_lengths_share_one_scale() -> None:
    drawn = to_draw({"a": torch.tensor([[4.0, 0.0]]), "b": torch.tensor([[0.0, 1.0]])}, 1.0, "true")
    assert float(drawn["a"].along.norm()) == pytest.approx(4 * float(drawn["b"].along.norm()))


def test_a_guided_field_shows_its_parts(field: ClosedFormField, schedule: Schedule) -> None:
    guided = GuidedField(field.given(torch.tensor([2])), field, 3.0)
    x, level = probes(2.0, 8)[0], schedule.at(0.4)
    parts = layers_of(guided, x, level, "-epsilon", parts=True)
    assert tuple(parts) == PARTS
    unconditional, conditional, result = parts.values()
    assert torch.allclose(result, unconditional + 3 * (conditional - unconditional), atol=1e-5)
    assert tuple(layers_of(guided, x, level, "-epsilon")) == ("",)


def test_unknown_words_are_refused(field: ClosedFormField, schedule: Schedule) -> None:
    with pytest.raises(ValueError, match="unknown kind of arrow 'up'"):
        layers_of(field, torch.zeros(1, 2), schedule.at(0.5), "up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown arrow length 'long'"):
        to_draw({"": torch.ones(1, 2)}, 1.0, "long")  # type: ignore[arg-type]
