"""Training: it learns the field, the same way every time, and touches nothing else."""

from __future__ import annotations

import copy

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.forward import LastStepNetwork, last_step_share, noised
from scorefield.diffusion.learned import LearnedField
from scorefield.diffusion.prediction import target
from scorefield.diffusion.schedule import cosine_betas, flow, log_linear
from scorefield.models.toy.checkpoint import ToyModel, new_network
from scorefield.models.toy.datasets import spiral
from scorefield.models.toy.network import Shape
from scorefield.training.in_graph import train_copy
from scorefield.training.toy import Examples, Recipe, train

SPIRAL, THREE = spiral(100), spiral(100, classes=3)
SCHEDULE = log_linear(64, 0.01, 10.0)
# The fastest good recipe, cut short.
FAST = Recipe(steps=300, learning_rate=3e-3, decay_steps=100, copies=4)
SHAPE = Shape(hidden=(128, 128, 128, 128), scale_input=True)
SMALL = Shape(hidden=(16, 16))


def error(network, prediction="epsilon", schedule=SCHEDULE) -> float:
    """Mean squared distance of the network's ε̂ from the exact one, over noised data at higher levels."""
    exact, field = ClosedFormField(SPIRAL.xy), LearnedField(network, prediction)
    generator, errors = torch.Generator().manual_seed(9), []
    for t in (0.4, 0.6, 0.8, 0.95):
        level = schedule.at(t)
        x = noised(SPIRAL.xy, torch.randn(100, 2, generator=generator), level)
        errors.append(float((field(x, level).epsilon - exact(x, level).epsilon).square().mean()))
    return sum(errors) / len(errors)


@pytest.mark.parametrize(
    ("prediction", "schedule"),
    [("epsilon", SCHEDULE), ("sample", SCHEDULE), ("v", cosine_betas(64)), ("flow", flow(64))],
    ids=["epsilon", "sample", "v", "flow"],
)
def test_training_comes_nearer_to_the_exact_field(prediction, schedule) -> None:
    network = new_network(
        SHAPE if prediction in ("epsilon", "flow") else Shape((64, 64), scale_input=True), seed=1
    )
    before = error(network, prediction, schedule)
    losses = list(train(network, SPIRAL, schedule, prediction, FAST, seed=1))
    after = error(network, prediction, schedule)
    assert len(losses) == 300
    assert after < 0.5 * before, f"{before:.3f} → {after:.3f}"
    assert sum(losses[-50:]) < sum(losses[:50])


def test_the_same_seed_is_the_same_weights_to_the_bit() -> None:
    def trained(seed):
        network = new_network(SMALL, seed=0)
        return list(train(network, SPIRAL, SCHEDULE, "epsilon", Recipe(steps=20), seed)), network.state_dict()

    (losses, weights), (again, same), (other, different) = trained(1), trained(1), trained(2)
    assert losses == again != other
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    assert not all(torch.equal(weights[name], different[name]) for name in weights)


def test_the_global_random_state_is_neither_used_nor_touched() -> None:
    def losses(global_seed):
        torch.manual_seed(global_seed)
        before = torch.get_rng_state()
        found = list(
            train(new_network(Shape((8,), classes=3), 0), THREE, SCHEDULE, "epsilon", Recipe(steps=5), 0)
        )
        assert torch.equal(torch.get_rng_state(), before)
        return found

    assert losses(1) == losses(2)


@pytest.mark.parametrize("goal", ["total noise", "one step"])
def test_training_in_a_graph_leaves_the_input_as_it_was(goal) -> None:
    model = ToyModel(new_network(SMALL, 0), "epsilon", SCHEDULE).score_model()
    before = copy.deepcopy(model.field.network.state_dict())
    x, level = SPIRAL.xy, SCHEDULE.at(0.5)
    said = model.field(x, level).epsilon
    reported = []
    with torch.inference_mode():  # as hosts run nodes
        trained, losses = train_copy(
            model,
            SPIRAL,
            Recipe(steps=10, target=goal),
            0,
            lambda step, steps: reported.append((step, steps)),
        )
        assert not torch.equal(trained.field(x, level).epsilon, said)
    assert reported == [(step, 10) for step in range(1, 11)] and len(losses) == 10
    assert all(torch.equal(weight, before[name]) for name, weight in model.field.network.state_dict().items())
    assert torch.equal(model.field(x, level).epsilon, said)
    assert isinstance(trained.field.network, LastStepNetwork) == (goal == "one step")


def test_training_in_a_graph_can_be_stopped_and_leaves_nothing_behind() -> None:
    model = ToyModel(new_network(SMALL, 0), "epsilon", SCHEDULE).score_model()
    before = copy.deepcopy(model.field.network.state_dict())

    class Stopped(Exception):  # noqa: N818 - no error: a person pressed stop
        pass

    def stop(step, steps):
        if step == 3:
            raise Stopped

    with pytest.raises(Stopped):
        train_copy(model, SPIRAL, Recipe(steps=100), 0, stop)
    assert all(torch.equal(weight, before[name]) for name, weight in model.field.network.state_dict().items())


def test_only_a_toy_network_can_be_trained() -> None:
    model = ToyModel(new_network(SMALL, 0), "epsilon", SCHEDULE).score_model()
    with pytest.raises(ValueError, match="only a toy network can be trained"):
        train_copy(model.with_field(ClosedFormField(SPIRAL.xy)), SPIRAL, Recipe(steps=1), 0, lambda *_: None)


def many(prediction, goal="total noise", data=SPIRAL, **options):
    recipe = Recipe(copies=400, target=goal, **options)
    return Examples(data, SCHEDULE, prediction, recipe, torch.Generator().manual_seed(0)).draw()


@pytest.mark.parametrize("prediction", ["epsilon", "sample", "v", "flow"])
def test_an_example_is_noised_data_and_its_true_target(prediction) -> None:
    x, alpha, sigma, _, goal = many(prediction)
    x0 = SPIRAL.xy.repeat(400, 1)
    epsilon = (x - alpha[:, None] * x0) / sigma[:, None]
    expected = target(prediction, x0, epsilon, alpha[:, None], sigma[:, None])
    assert torch.allclose(goal, expected, atol=2e-3, rtol=1e-3)
    assert float(epsilon.var()) == pytest.approx(1, abs=0.03)


def test_every_level_of_the_table_is_as_likely_as_another() -> None:
    _, _, sigma, _, _ = many("epsilon")
    counts = torch.bucketize(sigma.double(), SCHEDULE.table * 0.999).bincount(minlength=65)[1:]
    assert int(counts.sum()) == 40_000 and float(counts.double().std()) < 2 * (40_000 / 64) ** 0.5


def test_a_one_step_target_is_unit_noise_that_is_part_of_the_whole() -> None:
    x, _, sigma, _, last = many("epsilon", "one step")
    epsilon = (x - SPIRAL.xy.repeat(400, 1)) / sigma[:, None]
    assert float(last.var()) == pytest.approx(1, abs=0.03)
    high = sigma > 0.0105  # below it the step is the whole noise
    share = last_step_share(SCHEDULE, SCHEDULE.level(32))
    assert float((epsilon * last)[high].mean()) == pytest.approx(share, abs=0.02)


def test_labels_are_dropped_as_often_as_asked() -> None:
    *_, classes, _ = many("epsilon", data=THREE, label_dropout=0.1)
    labels = THREE.labels.repeat(400)
    dropped = classes < 0
    assert float(dropped.double().mean()) == pytest.approx(0.1, abs=0.01)
    assert torch.equal(classes[~dropped], labels[~dropped])
    assert many("epsilon")[3] is None


def test_the_learning_rate_falls_linearly_at_the_end() -> None:
    recipe = Recipe(steps=100, learning_rate=0.1, decay_steps=10)
    rates = [recipe.rate(step) for step in range(100)]
    assert rates[:91] == [0.1] * 91
    assert rates[90:] == pytest.approx([0.1 * left / 10 for left in range(10, 0, -1)])
    assert {Recipe(steps=5).rate(step) for step in range(5)} == {1e-3}


@pytest.mark.parametrize(
    "options", [{"steps": 0}, {"copies": 0}, {"steps": 5, "decay_steps": 6}, {"target": "half"}]
)
def test_a_recipe_that_cannot_be_is_refused(options) -> None:
    with pytest.raises(ValueError, match=r"recipe needs|unknown training target"):
        Recipe(**options)


def test_classes_and_targets_that_do_not_fit_are_refused() -> None:
    def start(shape, data, prediction, goal="total noise"):
        next(train(new_network(shape, 0), data, SCHEDULE, prediction, Recipe(steps=1, target=goal), 0))

    with pytest.raises(ValueError, match="network has 3 classes and the points 0"):
        start(Shape((8,), classes=3), SPIRAL, "epsilon")
    with pytest.raises(ValueError, match="'one step' is a noise"):
        start(SMALL, SPIRAL, "v", "one step")
