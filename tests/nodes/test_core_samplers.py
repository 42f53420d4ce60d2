"""Our rules as SAMPLER, headless: on score models they walk as our own samplers do."""

from __future__ import annotations

import pytest
import torch
from scorefield.graph.contract import Definition, Output
from scorefield.graph.loading import read_source
from scorefield.graph.run import prepare
from scorefield.nodes import DEFINITIONS

from .graphs import Graph, Node, about

STEPS = 6


def field(graph: Graph, family: str = "variance exploding") -> Node:
    points = graph.add("PointsFromText", text="0.5 -1\n1 1")
    return graph.add("ClosedFormModel", points=points["points"], levels=64, family=family)


def noise(graph: Graph) -> list[object]:
    return graph.add("NoiseSeed", batch=4, seed=7)["noise"]


@about("Sampler", "SamplerWalk")
@pytest.mark.parametrize(
    ("sampler", "rule", "same"),
    [
        ("DDIM", {"rule": "ddim"}, {}),
        ("DDIM", {"rule": "ddim", "eta": 0.5, "step_scale": 1.1}, {"eta": 0.5, "step_scale": 1.1}),
        ("DDPM", {"rule": "ddpm"}, {}),
        ("DDPM", {"rule": "ddpm large"}, {"variance": "large"}),
        ("DDPM", {"rule": "ddpm without noise"}, {"add_noise": False}),
    ],
)
@pytest.mark.parametrize("family", ["variance exploding", "variance preserving", "flow"])
def test_a_rule_walks_as_the_sampler_of_its_name(
    graph: Graph, sampler: str, rule: dict[str, object], same: dict[str, object], family: str
) -> None:
    model, start = field(graph, family), noise(graph)
    levels = graph.add("ModelLevels", model=model["model"], steps=STEPS, t_start=1.0)["sigmas"]
    given = {"model": model["model"], "noise": start, "sigmas": levels}
    one = graph.add("SamplerWalk", sampler=graph.add("Sampler", **rule)["sampler"], **given)
    other = graph.add(f"{sampler}Sampler", **given, **same)
    done = graph.run(one, other).values
    assert torch.equal(done[one.id]["trajectory"].x, done[other.id]["trajectory"].x)
    assert torch.equal(done[one.id]["latent"]["samples"], done[other.id]["latent"]["samples"])


@pytest.mark.parametrize("solver", ["euler", "heun", "midpoint", "stochastic"])
def test_a_flow_rule_takes_levels_in_the_unit_of_the_model(graph: Graph, solver: str) -> None:
    model, start = field(graph), noise(graph)
    times = graph.add("FlowTimes", steps=STEPS, sigma_max=10.0)["sigmas"]
    rule = graph.add("Sampler", rule=f"flow {solver}")["sampler"]
    one = graph.add("SamplerWalk", model=model["model"], sampler=rule, sigmas=times, noise=start)
    other = graph.add("FlowSampler", model=model["model"], noise=start, steps=STEPS, solver=solver)
    done = graph.run(one, other).values
    assert torch.allclose(
        done[one.id]["latent"]["samples"], done[other.id]["latent"]["samples"], atol=1e-5, rtol=1e-4
    )


def test_a_sampler_that_is_not_ours_is_refused(graph: Graph) -> None:
    model = field(graph)
    levels = graph.add("ModelLevels", model=model["model"], steps=STEPS)["sigmas"]
    walk = graph.add(
        "SamplerWalk", model=model["model"], sampler=graph.given("euler"), sigmas=levels, noise=noise(graph)
    )
    assert "not ours" in graph.failure(walk)


@pytest.mark.parametrize("kind", ["DDPMSampler", "DDIMSampler", "FlowSampler", "SchedulerSampler"])
def test_what_is_no_score_model_is_named(graph: Graph, kind: str) -> None:
    walk = graph.add(kind, model=graph.given(7), noise=noise(graph))
    assert "no score model but a int" in graph.failure(walk)


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("CFGCombine", ("MODEL",)),
        ("ModelLevels", ("MODEL", "GUIDER")),
        ("ForwardNoise", ("MODEL",)),
        ("DDPMSampler", ("MODEL", "GUIDER")),
        ("DDIMSampler", ("MODEL", "GUIDER")),
        ("FlowSampler", ("MODEL", "GUIDER")),
        ("SchedulerSampler", ("MODEL", "GUIDER")),
        ("SamplerWalk", ("MODEL", "GUIDER")),
    ],
)
def test_sockets_of_score_models_take_those_of_comfyui(
    graph: Graph, kind: str, types: tuple[str, ...]
) -> None:
    declared = DEFINITIONS[f"Scorefield{kind}"].by_name["model"]
    assert declared.types == {"SCORE_MODEL", *types}


@pytest.mark.parametrize(("given", "fits"), [("MODEL", True), ("GUIDER", True), ("LATENT", False)])
def test_a_graph_with_such_a_link_is_valid(graph: Graph, given: str, fits: bool) -> None:
    loader = Definition("Loader", "", "", "", (), (Output("out", given),), lambda _: (None,))
    graph.definitions["Loader"] = loader
    walk = graph.add("DDIMSampler", model=graph.add_class("Loader")["out"], noise=noise(graph))
    if fits:
        prepare(read_source(graph.nodes, graph.definitions), graph.definitions, want=[walk.id])
    else:
        assert "it takes SCORE_MODEL,MODEL,GUIDER" in graph.refusal(walk)
