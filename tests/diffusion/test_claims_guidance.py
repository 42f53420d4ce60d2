"""The video's claims about guidance, on the exact field of three classes and the networks that ship.

Each message carries what was measured.
"""

from __future__ import annotations

from functools import cache

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.measures import angle_between, probe_grid, spread
from scorefield.diffusion.quality import class_quality, distance_to_data
from scorefield.diffusion.schedule import log_linear
from scorefield.models import library
from scorefield.models.toy.datasets import spiral

THREE = spiral(100, classes=3)
EXACT = ClosedFormField(THREE.xy, THREE.labels)

# Of the second the fast tests have it by the saved workflows.
EACH = pytest.mark.parametrize(
    "name", ["toy-classes", pytest.param("toy-classes-near", marks=pytest.mark.slow)]
)


@cache
def model(name):
    """The model and what makes its condition of a class's name."""
    if name == "exact":
        return ScoreModel(EXACT, log_linear(256, 0.01, 10.0), (2,), EXACT.given), None
    return library.load(name)[:2]


@cache
def guided(name, alpha, index) -> ScoreModel:
    """The model asked for a class at that α, from the unconditional field."""
    free, text = model(name)
    if text is None:
        condition = torch.tensor([index])
    else:
        condition = text.encode_from_tokens_scheduled(text.tokenize(THREE.names[index]))
    return free.with_field(GuidedField(free.given(condition).field, free.field, alpha))


@pytest.fixture
def clouds(draw):
    """`clouds(name, alpha)`: 1000 samples of each class by DDIM, from the same noise at every α."""

    def of(name, alpha, steps=64, count=1000):
        return [draw(guided(name, alpha, index), "ddim", steps, count, seed=index) for index in range(3)]

    return of


def judged(clouds) -> dict[str, float]:
    return class_quality(torch.cat(clouds), THREE, torch.arange(3).repeat_interleave(len(clouds[0])))


def std_ratio(clouds) -> float:
    """How wide the classes are drawn, of what they are; the mean of the three."""
    return sum(spread(cloud) / spread(THREE.of_class(i).xy) for i, cloud in enumerate(clouds)) / 3


@EACH
def test_conditioning_alone_is_not_enough(clouds, name) -> None:
    """Weakly in the plane: few paths miss their arc unguided. Fewer miss at α = 2, from the same noise."""
    free, pulled, rescued = [], [], []
    for index, (alone, twice) in enumerate(zip(clouds(name, 1.0), clouds(name, 2.0), strict=True)):
        missed, still = (distance_to_data(cloud, THREE.of_class(index)) > 0.05 for cloud in (alone, twice))
        free.append(float(missed.double().mean()))
        pulled.append(float(still.double().mean()))
        rescued.append(float((missed & ~still).sum() / missed.sum()))
    assert 0.005 < sum(free) / 3 < 0.15, f"missed {free}"
    assert all(with_it < without for with_it, without in zip(pulled, free, strict=True)), (
        f"{pulled} against {free}"
    )
    assert sorted(rescued)[1] > 0.5, f"rescued {rescued}"


@EACH
def test_guidance_improves_adherence(clouds, name) -> None:
    alone, twice = judged(clouds(name, 1.0)), judged(clouds(name, 2.0))
    assert twice["on own arc"] >= alone["on own arc"], (alone, twice)
    assert twice["right class"] >= alone["right class"], (alone, twice)


@EACH
def test_too_much_guidance_leaves_the_arc(clouds, name) -> None:
    twice, eleven = judged(clouds(name, 2.0)), judged(clouds(name, 11.0, count=400))
    assert eleven["own arc distance"] > 5 * twice["own arc distance"], (twice, eleven)


def test_with_the_exact_field_guidance_costs_diversity_and_nothing_else(clouds) -> None:
    """Every class is right without it; α narrows the classes and the points stay on their arcs."""
    alphas = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 11.0)
    ratios = [std_ratio(clouds("exact", alpha, count=400)) for alpha in alphas]
    assert ratios == sorted(ratios, reverse=True), dict(zip(alphas, ratios, strict=True))
    assert ratios[0] > 0.95 and ratios[-1] < 0.65, dict(zip(alphas, ratios, strict=True))
    for alpha in (1.0, 2.0, 11.0):
        found = judged(clouds("exact", alpha, count=400))
        assert found["right class"] > 0.995 and found["own arc distance"] < 0.02, (alpha, found)


@pytest.mark.slow
def test_all_classes_guided_land_on_their_own_arcs(clouds) -> None:
    """The video's last 2-D picture: σ from 1, α = 2, 256 steps. The fast tests have it of the workflow."""
    found = judged(clouds("toy-classes-near", 2.0, steps=256, count=128))
    assert found["right class"] >= 0.995 and found["on own arc"] >= 0.99, found


def test_guidance_acts_around_t_04() -> None:
    """There the arrows with and without a class differ most; far out they are the same."""
    schedule, probes = log_linear(256, 0.01, 10.0), probe_grid(2.0, 30)
    cat = EXACT.given(torch.tensor([2]))

    def angle(t):
        level = schedule.at(t)
        return float(angle_between(-cat(probes, level).epsilon, -EXACT(probes, level).epsilon).mean())

    angles = {t: angle(t) for t in (1.0, 0.8, 0.6, 0.4, 0.2)}
    assert max(angles, key=angles.__getitem__) == 0.4, angles
    assert angles[1.0] < 1 < 15 < angles[0.4], angles
