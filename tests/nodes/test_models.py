"""Score models: exact, shipped, untrained and trained."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from scorefield.diffusion.schedule import Level
from scorefield.graph.events import NodeProgress
from scorefield.graph.loading import read_source
from scorefield.graph.run import Surroundings, prepare, run_job
from scorefield.models.library import MODELS
from scorefield.models.pocket.names import NAMES

from .graphs import Graph, Node, about

PROBES = torch.tensor([[0.3, -0.2], [1.0, 0.5], [-0.7, 0.1]])


@about("ClosedFormModel")
@pytest.mark.parametrize("family", ["variance exploding", "variance preserving", "flow"])
def test_the_exact_field_is_the_weighted_mean_of_the_data(graph: Graph, family: str) -> None:
    points = graph.add("Spiral", count=30)
    node = graph.add("ClosedFormModel", points=points["points"], family=family, levels=101)
    done = graph.run(points, node).values
    model, data = done[node.id]["model"], done[points.id]["points"].xy.double()
    level = model.schedule.at(0.4)
    if family == "variance exploding":
        assert (level.alpha, level.sigma) == (1.0, pytest.approx(0.01 * 1000**0.4))
    elif family == "flow":
        sigma = 1 / 101 + 0.4 * (1 - 1 / 101)  # the table goes from 1/levels to 1
        assert (level.alpha, level.sigma) == (pytest.approx(1 - sigma), pytest.approx(sigma))
    else:
        assert level.alpha**2 + level.sigma**2 == pytest.approx(1)
    x = PROBES.double()
    distances = (x[:, None] - level.alpha * data).square().sum(dim=2)
    expected = (-distances / (2 * level.sigma**2)).softmax(dim=1) @ data
    found = model.field(PROBES, level)
    assert torch.allclose(found.x0.double(), expected, atol=1e-5)
    assert torch.allclose(found.epsilon.double(), (x - level.alpha * expected) / level.sigma, atol=1e-4)


def test_a_class_of_the_exact_field_knows_only_its_own_points(graph: Graph) -> None:
    points = graph.add("PointsFromText", text="0 0 low\n0 1 high")
    model = graph.add("ClosedFormModel", points=points["points"])
    done = graph.run(model).values[model.id]
    told = done["model"].given(done["clip"].encode_from_tokens_scheduled(done["clip"].tokenize("high")))
    assert torch.allclose(told.field(PROBES, Level(1, 5, 1)).x0, torch.tensor([0.0, 1.0]).expand(3, 2))


def test_a_flow_that_predicts_epsilon_is_refused(graph: Graph) -> None:
    points = graph.add("Spiral")
    network = graph.add("ToyNetwork", points=points["points"], family="flow", prediction="epsilon")
    assert "predict flow" in graph.failure(network)


@pytest.mark.parametrize("view", ["FieldPlot", "FieldAnimation", "TurnChart", "TargetChart"])
def test_a_flow_is_seen_down_to_its_cleanest_level(graph: Graph, view: str) -> None:
    points = graph.add("Spiral")
    model = graph.add("ClosedFormModel", points=points["points"], family="flow", levels=64)
    last = {"FieldPlot": {"t": 0.0}, "FieldAnimation": {"frames": 2, "hold": 0}}.get(view, {})
    node = graph.add(view, model=model["model"], points=points["points"], **last)
    image = next(iter(graph.run(node).values[node.id].values()))
    assert torch.isfinite(image).all()


@pytest.mark.parametrize(
    "sigmas", [{"sigma_min": 2.0, "sigma_max": 1.0}, {"sigma_min": 1.0, "sigma_max": 1.0}]
)
def test_a_schedule_that_does_not_rise_is_refused(graph: Graph, sigmas: dict[str, float]) -> None:
    points = graph.add("Spiral")
    message = graph.failure(graph.add("ClosedFormModel", points=points["points"], **sigmas))
    assert "sigma_min < sigma_max" in message


@about("ScoreModel")
@pytest.mark.parametrize("name", sorted(set(MODELS.names()) & set(NAMES)))
def test_every_pocket_model_loads_and_is_finite(graph: Graph, name: str) -> None:
    node = graph.add("ScoreModel", name=name)
    values = graph.run(node).values[node.id]
    model, clip = values["model"], values["clip"]
    x = torch.randn(2, *model.shape, generator=torch.Generator().manual_seed(0))
    for t in (0.0, 0.5, 1.0):
        estimate = model.field(x, model.schedule.at(t))
        assert bool(torch.isfinite(estimate.x0).all() and torch.isfinite(estimate.epsilon).all())
    [[states, extras]] = clip.encode_from_tokens_scheduled(clip.tokenize("a tree\nthe desert"))
    assert len(states) == len(extras["pooled_output"]) == 2


@about("ScoreModel")
@pytest.mark.parametrize("name", sorted(set(MODELS.names()) - set(NAMES)))
def test_every_toy_that_ships_loads_and_is_finite(graph: Graph, name: str) -> None:
    node = graph.add("ScoreModel", name=name)
    values = graph.run(node).values[node.id]
    model = values["model"]
    assert model.shape == (2,)
    for t in (0.0, 0.5, 1.0):
        estimate = model.field(PROBES, model.schedule.at(t))
        assert bool(torch.isfinite(estimate.x0).all() and torch.isfinite(estimate.epsilon).all())
    expected = ("person", "dog", "cat") if "classes" in name else ()
    assert values["clip"].names == expected
    assert values["vae"].decode(PROBES).shape[0] == 1


def test_a_model_that_is_not_there_is_refused_before_anything_runs(graph: Graph) -> None:
    message = graph.refusal(graph.add("ScoreModel", name="toy-spirals"))
    assert "name" in message and "Did you mean 'toy-spiral'?" in message


def network(graph: Graph, classes: str = "1", **inputs: object) -> tuple[Node, Node]:
    points = graph.add("Spiral", count=20, classes=classes)
    return points, graph.add("ToyNetwork", points=points["points"], hidden="16", **inputs)


@about("ToyNetwork")
def test_an_untrained_network_is_that_of_its_seed(graph: Graph) -> None:
    nodes = [network(graph, random_seed=seed)[1] for seed in (1, 1, 2)]
    models = [graph.value(node) for node in nodes]
    level = models[0].schedule.at(0.5)
    first, again, other = (model.field(PROBES, level).epsilon for model in models)
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_a_network_without_time_has_one_answer_for_all_levels(graph: Graph) -> None:
    told, untold = (graph.value(network(graph, time_input=told)[1]) for told in (True, False))
    answers = [
        [model.field(PROBES, model.schedule.at(t)).epsilon for t in (0.1, 0.9)] for model in (told, untold)
    ]
    assert not torch.equal(*answers[0])
    assert torch.equal(*answers[1])


def test_a_network_has_the_classes_of_its_points(graph: Graph) -> None:
    with_classes, without = network(graph, "3")[1], network(graph)[1]
    assert graph.value(with_classes, "clip").names == ("person", "dog", "cat")
    assert graph.value(without, "clip").names == ()


@pytest.mark.parametrize("hidden", ["", "0", "16, x", "16,,16", "5000", "1.5"])
def test_widths_that_are_none_are_refused(graph: Graph, hidden: str) -> None:
    points = graph.add("Spiral")
    message = graph.failure(graph.add("ToyNetwork", points=points["points"], hidden=hidden))
    assert "1 to 4096" in message


@about("Train")
def test_training_learns_and_leaves_the_model_as_it_was(graph: Graph) -> None:
    points, untrained = network(graph, scale_input=True)
    train = graph.add(
        "Train", model=untrained["model"], points=points["points"], steps=150, learning_rate=0.01, copies=20
    )
    before = graph.value(untrained).field(PROBES, Level(1, 2, 0.8)).epsilon
    done = graph.run(untrained, points, train).values
    assert torch.equal(done[untrained.id]["model"].field(PROBES, Level(1, 2, 0.8)).epsilon, before)
    assert done[train.id]["loss"].shape[0] == 1

    data = done[points.id]["points"].xy
    noise = torch.randn(len(data), 2, generator=torch.Generator().manual_seed(0))

    def error(model: object) -> float:
        return float((model.field(data + 2 * noise, Level(1, 2, 0.8)).epsilon - noise).square().mean())  # type: ignore[attr-defined]

    assert error(done[train.id]["model"]) < 0.5 * error(done[untrained.id]["model"])


def test_training_is_that_of_its_seed(graph: Graph) -> None:
    points, untrained = network(graph)
    trained = [
        graph.value(
            graph.add("Train", model=untrained["model"], points=points["points"], steps=5, seed=seed)
        ).field(PROBES, Level(1, 1, 0.5))
        for seed in (1, 1, 2)
    ]
    assert torch.equal(trained[0].epsilon, trained[1].epsilon)
    assert not torch.equal(trained[0].epsilon, trained[2].epsilon)


def test_a_trained_network_still_takes_its_classes(graph: Graph) -> None:
    points, untrained = network(graph, "3")
    train = graph.add("Train", model=untrained["model"], points=points["points"], steps=2)
    text = graph.add("TextEncode", clip=untrained["clip"], text="dog")
    guided = graph.add("CFGCombine", model=train["model"], positive=text["conditioning"], guidance_scale=1.0)
    done = graph.run(train, guided).values
    level = Level(1, 1, 0.5)
    asked, free = (done[node.id]["model"].field(PROBES, level).epsilon for node in (guided, train))
    assert not torch.equal(asked, free)


def test_the_one_step_target_is_read_as_the_whole_noise(graph: Graph) -> None:
    points, untrained = network(graph)
    one_step = graph.value(
        graph.add("Train", model=untrained["model"], points=points["points"], steps=1, target="one step")
    )
    # ε̂ = (sigma/Δ)·û: the network's own answer is small against it where steps are small.
    level = one_step.schedule.level(32)
    below = one_step.schedule.level(31)
    share = (1 - (below.sigma / level.sigma) ** 2) ** 0.5
    inner = one_step.field.network.network(PROBES, level, None)
    assert torch.allclose(one_step.field(PROBES, level).epsilon, inner / share, rtol=1e-4)


def test_one_step_needs_a_network_that_predicts_noise(graph: Graph) -> None:
    points, untrained = network(graph, prediction="v")
    message = graph.failure(
        graph.add("Train", model=untrained["model"], points=points["points"], target="one step")
    )
    assert "one step" in message and "epsilon" in message


def test_a_closed_form_model_cannot_be_trained(graph: Graph) -> None:
    points = graph.add("Spiral")
    model = graph.add("ClosedFormModel", points=points["points"])
    message = graph.failure(graph.add("Train", model=model["model"], points=points["points"]))
    assert "Toy Network" in message


def test_classes_that_do_not_fit_are_refused(graph: Graph) -> None:
    plain, _ = network(graph)
    _, with_classes = network(graph, "3")
    message = graph.failure(graph.add("Train", model=with_classes["model"], points=plain["points"]))
    assert "3 classes" in message


def test_an_interrupt_stops_training_within_a_step(graph: Graph, tmp_path: Path) -> None:
    points, untrained = network(graph)
    graph.add("Train", model=untrained["model"], points=points["points"], steps=1_000_000)
    stop, reported = threading.Event(), []

    def listen(event: object) -> None:
        if isinstance(event, NodeProgress):
            reported.append(event.value)
            if event.value == 3:
                stop.set()

    job = prepare(read_source(graph.nodes, graph.definitions), graph.definitions, want=["Train"])
    result = run_job(job, Surroundings(tmp_path / "output", listener=listen, stop=stop))
    assert (result.status, reported) == ("interrupted", [1, 2, 3])
