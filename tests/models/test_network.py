"""The toy network: what it is told, and what it must not depend on."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.diffusion.schedule import Level, log_linear
from scorefield.models.toy.checkpoint import new_network
from scorefield.models.toy.datasets import spiral
from scorefield.models.toy.network import Shape
from scorefield.models.toy.untrained import untrained, widths

X = torch.randn(6, 2, generator=torch.Generator().manual_seed(1))
LEVEL, OTHER = log_linear().at(0.7), log_linear().at(0.3)


def test_the_videos_network_has_the_videos_size() -> None:
    """(x, y, sin, cos) → 16 → 128 four times → 16 → 2."""
    shapes = [
        tuple(weight.shape) for name, weight in new_network(Shape(), 0).named_parameters() if "weight" in name
    ]
    assert shapes == [(16, 4), (128, 16), (128, 128), (128, 128), (128, 128), (16, 128), (2, 16)]


def test_a_seed_is_a_network_and_leaves_the_global_state_alone() -> None:
    before = torch.get_rng_state()
    one, again, other = (new_network(Shape(classes=3), seed)(X, LEVEL, None) for seed in (0, 0, 1))
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_its_first_weights_follow_torchs_own_law() -> None:
    """Uniform in ±1/√fan_in."""
    weight = new_network(Shape(), 0).state_dict()["layers.4.weight"]
    bound = 1 / math.sqrt(128)
    assert float(weight.abs().max()) <= bound
    assert float(weight.std()) == pytest.approx(bound / math.sqrt(3), rel=0.03)


def test_each_sample_is_on_its_own() -> None:
    network = new_network(Shape(), 0)
    assert torch.allclose(network(X, LEVEL, None)[2:3], network(X[2:3], LEVEL, None), atol=1e-6)


def test_it_hears_the_time_only_where_it_is_told() -> None:
    told, untold = new_network(Shape(), 0), new_network(Shape(time_input=False), 0)
    assert not torch.allclose(told(X, LEVEL, None), told(X, OTHER, None))
    assert torch.equal(untold(X, LEVEL, None), untold(X, OTHER, None))


def test_the_time_is_the_ratio_whatever_the_family() -> None:
    """sin and cos of ½·ln(sigma/alpha): the same x at the same ratio is the same question."""
    network = new_network(Shape(), 0)
    halved = Level(0.5 * LEVEL.alpha, 0.5 * LEVEL.sigma, LEVEL.t)
    assert torch.allclose(network(X, LEVEL, None), network(X, halved, None), atol=1e-6)


def test_scaled_input_has_size_one_at_every_level() -> None:
    """With it x may be scaled with its level: the network sees the same point."""
    network = new_network(Shape(scale_input=True), 0)
    tenfold = Level(10 * LEVEL.alpha, 10 * LEVEL.sigma, LEVEL.t)
    assert torch.allclose(network(X, LEVEL, None), network(10 * X, tenfold, None), atol=1e-5)


@pytest.mark.parametrize("level", [Level(1.0, 0.0, 0.0), Level(0.0, 1.0, 1.0)])
def test_the_ends_of_a_flow_are_finite(level) -> None:
    assert bool(torch.isfinite(new_network(Shape(), 0)(X, level, None)).all())


def test_classes_are_shared_out_over_the_batch() -> None:
    network = new_network(Shape(classes=3), 0)
    together = network(X, LEVEL, torch.tensor([2, 0]))
    alone = [network(X[:3], LEVEL, torch.tensor([2])), network(X[3:], LEVEL, torch.tensor([0]))]
    assert torch.allclose(together, torch.cat(alone), atol=1e-6)
    assert not torch.allclose(together[:3], network(X[:3], LEVEL, torch.tensor([0])))


def test_no_class_is_the_class_any() -> None:
    network = new_network(Shape(classes=3), 0)
    assert torch.equal(network(X, LEVEL, None), network(X, LEVEL, torch.tensor([-1])))
    assert torch.equal(network(X, LEVEL, None), network(X, LEVEL, torch.tensor([3])))


def test_training_and_sampling_ask_the_same_network() -> None:
    """One level for all, or each its own: the same numbers."""
    network = new_network(Shape(), 0)
    alpha, sigma = torch.full((6,), LEVEL.alpha), torch.full((6,), LEVEL.sigma)
    assert torch.allclose(network(X, LEVEL, None), network.forward(X, alpha, sigma), atol=1e-6)


def test_an_untrained_model_has_a_class_for_each_name() -> None:
    points = spiral(100, classes=3)
    model, text = untrained(points, "8, 8", True, False, "epsilon", "variance exploding", 64, 0.01, 10.0, 0)
    cat = model.given(text.encode_from_tokens_scheduled(text.tokenize("cat")))
    assert text.names == ("person", "dog", "cat")
    assert not torch.equal(cat.field(X, LEVEL).epsilon, model.field(X, LEVEL).epsilon)


@pytest.mark.parametrize("text", ["", "16,,8", "16; 8", "-4", "0", "4097", "16.5", "many"])
def test_widths_that_are_none_are_refused(text) -> None:
    with pytest.raises(ValueError, match="whole numbers from 1 to 4096"):
        widths(text)


def test_widths_are_read_as_typed() -> None:
    assert widths("16, 128,16 ") == (16, 128, 16)
