"""The quick look at samples while they are made: what can be shown at once, and what cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.schedule import flow
from scorefield.models.glance import Glance


def model(*shape: int) -> ScoreModel:
    return ScoreModel(ClosedFormField(torch.zeros(1, *shape)), flow(10), shape)


def test_points_are_dots_where_they_are() -> None:
    picture = Glance(model(2))(torch.tensor([[0.75, 0.75]]))
    assert picture is not None and picture.ndim == 3
    down, across = divmod(int(picture.sum(dim=2).argmax()), picture.shape[1])
    assert across / picture.shape[1] == pytest.approx(0.75, abs=0.01)
    assert down / picture.shape[0] == pytest.approx(0.25, abs=0.01)


def test_pixels_stand_side_by_side_and_crisp() -> None:
    samples = torch.linspace(-1, 1, 4).view(4, 1, 1, 1).expand(4, 3, 8, 8)
    picture = Glance(model(3, 8, 8))(samples)
    assert picture is not None
    assert picture.shape == (400, 400, 3)
    assert [round(float(v), 3) for v in picture.unique()] == [0.0, 0.333, 0.667, 1.0]
    assert torch.equal(picture[:200, :200], torch.zeros(200, 200, 3))


@pytest.mark.parametrize("shape", [(4, 16, 16), (4, 8, 16, 16)])
def test_pocket_latents_are_decoded(shape: tuple[int, ...]) -> None:
    picture = Glance(model(*shape))(torch.randn(6, *shape, generator=torch.Generator().manual_seed(0)))
    assert picture is not None and picture.shape[2] == 3 and min(picture.shape[:2]) >= 128
    assert float(picture.std()) > 0.05


def test_what_would_take_long_is_not_shown() -> None:
    latents = torch.zeros(1, 4, 64, 64)
    assert Glance(model(4, 64, 64))(latents) is None
    assert Glance(replace(model(4, 16, 16), any_size=True))(torch.zeros(1, 4, 16, 16)) is None
    assert Glance(model(512))(torch.zeros(1, 512)) is None
