"""Walks by diffusers' schedulers: of any model, and what matched mode does not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.reference import Reference
from scorefield.diffusion.sampling import State
from scorefield.models.walking import schedulers
from scorefield.nodes import choices
from scorefield.nodes.scheduler_walks import Asked, scheduler_walk
from torch import Tensor

from .graphs import Graph, Link, Node, about

P = torch.tensor([0.5, -1.0])
DETERMINISTIC = (
    "DDIM",
    "DEISMultistep",
    "DPMSolverMultistep",
    "EulerDiscrete",
    "HeunDiscrete",
    "UniPCMultistep",
)


def point(graph: Graph, family: str = "variance exploding") -> Node:
    """The exact field of one point."""
    text = graph.add("PointsFromText", text="0.5 -1")
    return graph.add("ClosedFormModel", points=text["points"], family=family)


def sampled(graph: Graph, model: Link, draws: dict[str, object] | None = None, **inputs: object) -> Node:
    noise = graph.add("NoiseSeed", **{"batch": 4, **(draws or {})})["noise"]
    return graph.add("SchedulerSampler", model=model, noise=noise, **inputs)


def test_the_names_in_the_widget_are_those_that_walk() -> None:
    assert {choices.OWN, *schedulers.DIFFUSIONS, *schedulers.FLOWS} == set(choices.SCHEDULERS)
    assert len(set(choices.SCHEDULERS)) == len(choices.SCHEDULERS) and schedulers.OWN == choices.OWN


@about("SchedulerSampler")
@pytest.mark.parametrize("name", DETERMINISTIC)
@pytest.mark.parametrize("family", ["variance exploding", "variance preserving"])
def test_the_field_of_a_point_leads_to_it(graph: Graph, family: str, name: str) -> None:
    walk = sampled(graph, point(graph, family)["model"], scheduler=name)
    done = graph.run(walk).values[walk.id]
    samples, trajectory = done["latent"]["samples"], done["trajectory"]
    assert torch.allclose(samples, P.expand(4, 2), atol=0.05 if name != "DDIM" else 0.2)
    assert torch.allclose(trajectory.records["x0"], P.expand_as(trajectory.records["x0"]), atol=1e-3)
    assert len(trajectory) == len(trajectory.levels) - 1 >= 20
    assert torch.equal(trajectory.x[-1], samples) and not torch.allclose(trajectory.x[0], samples)


@pytest.mark.parametrize("name", ["FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "UniPCMultistep"])
def test_flows_have_schedulers_of_their_own(graph: Graph, name: str) -> None:
    walk = sampled(graph, point(graph, "flow")["model"], scheduler=name)
    assert torch.allclose(graph.value(walk)["samples"], P.expand(4, 2), atol=0.02)


@pytest.mark.parametrize("family", ["variance exploding", "variance preserving", "flow"])
def test_x_is_the_point_and_the_noise_of_its_level(graph: Graph, family: str) -> None:
    """At every step x = alpha·x̂0 + sigma·ε̂ with the level that the trajectory tells."""
    for name in ("model's own", "DEISMultistep", *(() if family == "flow" else ("EulerDiscrete",))):
        trajectory = graph.value(sampled(graph, point(graph, family)["model"], scheduler=name), "trajectory")
        for i, level in enumerate(trajectory.levels[:-1]):
            x0, epsilon = (trajectory.records[kind][i] for kind in ("x0", "epsilon"))
            assert torch.allclose(trajectory.x[i], level.alpha * x0 + level.sigma * epsilon, atol=2e-4)


@about("FlowSampler")
def test_unipc_in_a_flow_samplers_coordinates(graph: Graph) -> None:
    for family in ("flow", "variance exploding"):
        walk = graph.add(
            "FlowSampler",
            model=point(graph, family)["model"],
            noise=graph.add("NoiseSeed", batch=4)["noise"],
            steps=10,
            solver="unipc",
            shift=3.0,
        )
        done = graph.run(walk).values[walk.id]
        assert torch.allclose(done["latent"]["samples"], P.expand(4, 2), atol=0.02)
        sigmas = [level.sigma for level in done["trajectory"].levels]
        even = [s / (3 - 2 * s) for s in sigmas[:-1]]
        steps = [before - after for before, after in pairwise(even)]
        assert max(steps) - min(steps) < 1e-3 and sigmas[-1] == 0


@pytest.mark.parametrize("name", ["EulerDiscrete", "DPMSolverMultistep", "UniPCMultistep"])
def test_walks_that_take_turns_do_not_disturb_each_other(graph: Graph, name: str) -> None:
    """diffusers' schedulers remember where they are: each walk has one of its own."""
    model = graph.value(point(graph), "model")

    def begun() -> list[Iterator[State]]:
        walks = [scheduler_walk(model, Asked(6, name)) for _ in range(2)]
        return [walk.states(torch.full((2, 2), x)) for walk, x in zip(walks, (3.0, -5.0), strict=True)]

    alone = [[state.x for state in states] for states in begun()]
    turns = [(one.x, other.x) for one, other in zip(*begun(), strict=True)]
    for walked, together in zip(alone, zip(*turns, strict=True), strict=True):
        assert torch.equal(torch.stack(walked), torch.stack(together))


def test_options_reach_the_scheduler(graph: Graph) -> None:
    model = point(graph)["model"]
    plain = graph.value(sampled(graph, model, scheduler="EulerDiscrete"), "trajectory").levels
    options = "use_karras_sigmas = true\n\ntimestep_spacing = trailing"
    karras = graph.value(
        sampled(graph, model, scheduler="EulerDiscrete", options=options), "trajectory"
    ).levels
    assert [level.sigma for level in plain] != [level.sigma for level in karras]
    cube_roots = [level.sigma ** (1 / 7) for level in karras[:-1]]
    steps = [before - after for before, after in pairwise(cube_roots)]
    assert max(steps) - min(steps) < 1e-4  # Karras et al. 2022, eq. 5


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"options": "use_karras = true"}, "has no option 'use_karras': it has num_train_timesteps"),
        ({"options": "use_karras_sigmas"}, "write name = value"),
        ({"options": "a b = 1"}, "'a b = 1' is no option"),
        (
            {"scheduler": "FlowMatchEulerDiscrete"},
            "does not walk a diffusion model. Did you mean EulerDiscrete",
        ),
        ({"steps": 2000}, "cannot make 2000 steps"),
    ],
)
def test_what_a_scheduler_cannot_do_is_said(graph: Graph, inputs: dict[str, object], message: str) -> None:
    assert message in graph.failure(sampled(graph, point(graph)["model"], **inputs))


def test_stochastic_schedulers_draw_from_the_noise(graph: Graph) -> None:
    model = point(graph)["model"]

    def path(**draws: object) -> Tensor:
        inputs = {"scheduler": "EulerAncestralDiscrete", "draws": draws}
        return graph.value(sampled(graph, model, **inputs), "trajectory").x

    assert torch.equal(path(seed=1), path(seed=1)) and not torch.equal(path(seed=1), path(seed=2))
    assert torch.equal(path(seed=1)[:, :2], path(seed=1, batch=2)[:, :2])
    one = path(seed=1, draws="one generator")
    assert not torch.equal(one[:, :2], path(seed=1, batch=2, draws="one generator")[:, :2])
    copied = path(seed=1, batch=2, copies=2)
    assert torch.equal(copied[:, :2], copied[:, 2:])


def test_one_generator_cannot_draw_the_same_for_copies_on_the_way(graph: Graph) -> None:
    draws = {"batch": 2, "copies": 2, "draws": "one generator"}
    model = point(graph)["model"]
    still = graph.value(sampled(graph, model, scheduler="EulerDiscrete", draws=draws))["samples"]
    assert torch.equal(still[:2], still[2:])
    walk = sampled(graph, model, scheduler="EulerAncestralDiscrete", draws=draws)
    assert "one generator draws other noise for each copy" in graph.failure(walk)


@about("NoiseSeed")
def test_one_generator_is_diffusers_and_comfyuis_noise(graph: Graph) -> None:
    noise = graph.value(graph.add("NoiseSeed", seed=5, batch=3, copies=2, draws="one generator"))
    drawn = torch.randn((3, 4, 8), generator=torch.Generator().manual_seed(5))
    assert torch.equal(noise.generate_noise({"samples": torch.zeros(6, 4, 8)}), drawn.repeat(2, 1, 1))
    graph_of_core = graph.add("NoiseSeed", seed=5, batch=3)
    assert not torch.equal(
        graph.value(graph_of_core).generate_noise({"samples": torch.zeros(3, 4, 8)}), drawn
    )


def matched(graph: Graph, family: str = "variance exploding") -> Link:
    """A model that says that it is to be matched, over a field that no pipeline has."""
    model: ScoreModel = graph.value(point(graph, family))
    config = schedulers.config_of(model)
    return graph.given(replace(model, reference=Reference(config, matched=True)))


@pytest.mark.parametrize(
    ("sampler", "inputs", "message"),
    [
        ("DDIMSampler", {"spacing": "continuous"}, "has no spacing 'continuous'"),
        ("DDIMSampler", {"step_scale": 1.1}, "no step scale"),
        ("DDPMSampler", {}, "has no such field"),
        ("FlowSampler", {}, "this model is no flow"),
        ("SchedulerSampler", {}, "has no such field"),
    ],
)
def test_matched_mode_does_what_a_pipeline_does_and_nothing_else(
    graph: Graph, sampler: str, inputs: dict[str, object], message: str
) -> None:
    noise = graph.add("NoiseSeed", batch=1)["noise"]
    assert message in graph.failure(graph.add(sampler, model=matched(graph), noise=noise, **inputs))


def test_matched_mode_refuses_other_levels_solvers_and_pictures(graph: Graph) -> None:
    noise = graph.add("NoiseSeed", batch=1)["noise"]
    sigmas = graph.given(torch.tensor([1.0, 0.5]))
    walk = graph.add("DDPMSampler", model=matched(graph), noise=noise, sigmas=sigmas)
    assert "disconnect 'sigmas'" in graph.failure(walk)
    flow = graph.add("FlowSampler", model=matched(graph, "flow"), noise=noise, solver="heun")
    assert "no solver 'heun'" in graph.failure(flow)
    full = graph.given({"samples": torch.ones(1, 2)})
    walk = graph.add("DDIMSampler", model=matched(graph), noise=noise, latent=full)
    assert "nothing but noise" in graph.failure(walk)


@about("DDIMSampler", "DDPMSampler")
def test_the_models_own_spacing_is_trailing_where_nothing_else_is_said(graph: Graph) -> None:
    model, noise = point(graph)["model"], graph.add("NoiseSeed", batch=2)["noise"]
    for sampler in ("DDIMSampler", "DDPMSampler"):
        own, trailing, leading = (
            graph.value(graph.add(sampler, model=model, noise=noise, steps=7, **spacing))["samples"]
            for spacing in ({}, {"spacing": "trailing"}, {"spacing": "leading"})
        )
        assert torch.equal(own, trailing) and not torch.equal(own, leading)
