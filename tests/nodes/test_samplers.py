"""The samplers, on the one data set where every walk is known: a single point p.

There x̂0 = p everywhere, so that a deterministic step multiplies x − p by one number.
"""

from __future__ import annotations

import math

import pytest
import torch

from .graphs import Graph, Node, about

P = torch.tensor([0.5, -1.0])
SAMPLERS = ("DDPMSampler", "DDIMSampler", "FlowSampler")


def point(graph: Graph, **inputs: object) -> Node:
    """The exact field of the point (0.5, −1), from sigma 10 to 0.01."""
    text = graph.add("PointsFromText", text="0.5 -1")
    return graph.add("ClosedFormModel", points=text["points"], levels=64, **inputs)


def noise(graph: Graph, batch: int = 4, **inputs: object) -> list[object]:
    return graph.add("NoiseSeed", batch=batch, **inputs)["noise"]


def unit(graph: Graph, batch: int) -> torch.Tensor:
    """What a noise of that batch draws first."""
    return graph.value(graph.add("NoiseSeed", batch=batch)).generate_noise({"samples": torch.zeros(batch, 2)})


@about("DDIMSampler")
def test_ddim_shrinks_what_is_left_as_sigma_falls(graph: Graph) -> None:
    walk = graph.add("DDIMSampler", model=point(graph)["model"], noise=noise(graph), steps=16)
    done = graph.run(walk).values[walk.id]
    start = 10 * unit(graph, 4)
    assert torch.allclose(done["trajectory"].x[0], start)
    for level, x in zip(done["trajectory"].levels, done["trajectory"].x, strict=True):
        assert torch.allclose(x - P, (start - P) * (level.sigma / 10), atol=1e-5)
    assert torch.equal(done["latent"]["samples"], done["trajectory"].x[-1])


def test_a_step_scale_lengthens_every_step(graph: Graph) -> None:
    sigmas = graph.given(torch.tensor([4.0, 1.0, 0.5]))
    walk = graph.add(
        "DDIMSampler", model=point(graph)["model"], noise=noise(graph), sigmas=sigmas, step_scale=1.2
    )
    x = graph.value(walk, "trajectory").x
    assert torch.allclose(x[1] - P, (x[0] - P) * (1 - 1.2 * 3 / 4), atol=1e-6)
    assert torch.allclose(x[2] - P, (x[1] - P) * (1 - 1.2 * 0.5 / 1), atol=1e-6)


@about("DDPMSampler")
def test_ddpm_without_noise_shrinks_by_the_square(graph: Graph) -> None:
    walk = graph.add("DDPMSampler", model=point(graph)["model"], noise=noise(graph), add_noise=False)
    trajectory = graph.value(walk, "trajectory")
    for i in range(len(trajectory)):
        ratio = trajectory.levels[i + 1].sigma / trajectory.levels[i].sigma
        assert torch.allclose(trajectory.x[i + 1] - P, (trajectory.x[i] - P) * ratio**2, atol=1e-5)
    assert torch.equal(trajectory.x[1:], trajectory.records["mean"])


@pytest.mark.parametrize("variance", ["small", "large"])
def test_ddpm_adds_the_noise_of_its_formula(graph: Graph, variance: str) -> None:
    sigmas = graph.given(torch.tensor([2.0, 1.0, 0.6]))
    walk = graph.add(
        "DDPMSampler",
        model=point(graph)["model"],
        noise=noise(graph, 8000),
        sigmas=sigmas,
        variance=variance,
    )
    trajectory = graph.value(walk, "trajectory")
    fresh = (trajectory.x[1:] - trajectory.records["mean"]).std(dim=(1, 2))
    forward = [math.sqrt(2.0**2 - 1), math.sqrt(1 - 0.6**2)]
    reverse = [forward[0] * 1 / 2, forward[1] * 0.6]
    assert fresh.tolist() == pytest.approx(reverse if variance == "small" else forward, rel=0.02)
    ratio = torch.tensor([1 / 4, 0.36])[:, None, None]
    assert torch.allclose(trajectory.records["mean"] - P, (trajectory.x[:-1] - P) * ratio, atol=1e-5)


def test_eta_1_is_ddpm(graph: Graph) -> None:
    model, start = point(graph)["model"], noise(graph)
    ddim = graph.add("DDIMSampler", model=model, noise=start, eta=1.0)
    ddpm = graph.add("DDPMSampler", model=model, noise=start)
    done = graph.run(ddim, ddpm).values
    assert torch.equal(done[ddim.id]["latent"]["samples"], done[ddpm.id]["latent"]["samples"])


@about("FlowSampler")
@pytest.mark.parametrize("family", ["flow", "variance exploding"])
@pytest.mark.parametrize("solver", ["euler", "heun", "midpoint"])
def test_a_flow_walks_the_straight_line_to_the_data(graph: Graph, family: str, solver: str) -> None:
    walk = graph.add(
        "FlowSampler", model=point(graph, family=family)["model"], noise=noise(graph), steps=5, solver=solver
    )
    trajectory = graph.value(walk, "trajectory")
    x, noisiest = trajectory.x, 1.0 if family == "flow" else 10 / 11
    times = [level.sigma for level in trajectory.levels]
    assert times == pytest.approx([noisiest * (1 - i / 5) for i in range(6)], abs=1e-9)
    assert torch.allclose(x[-1], P.expand(4, 2), atol=1e-5)
    for t, here in zip(times, x, strict=True):
        assert torch.allclose(here, torch.lerp(x[-1], x[0], t / noisiest), atol=1e-5)


def test_shift_crowds_the_times_towards_the_noise(graph: Graph) -> None:
    model, start = point(graph, family="flow")["model"], noise(graph)
    walk = graph.add("FlowSampler", model=model, noise=start, steps=8, shift=3.0)
    times = [level.sigma for level in graph.value(walk, "trajectory").levels]
    even = [1 - i / 8 for i in range(9)]
    assert times == pytest.approx([3 * t / (1 + 2 * t) for t in even], abs=2e-3)


def test_a_stochastic_flow_replaces_all_of_its_noise(graph: Graph) -> None:
    walk = graph.add(
        "FlowSampler",
        model=point(graph, family="flow")["model"],
        noise=noise(graph, 4000),
        sigmas=graph.given(torch.tensor([0.9, 0.5, 0.2])),
        solver="stochastic",
    )
    x = graph.value(walk, "trajectory").x
    assert float((x[1] - 0.5 * P).std()) == pytest.approx(0.5, rel=0.03)
    before, after = x[1] - 0.5 * P, x[2] - 0.8 * P
    assert abs(float((before * after).mean())) < 0.01


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_latent_is_taken_as_it_is(graph: Graph, sampler: str) -> None:
    start = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    extra = {"add_noise": False} if sampler == "DDPMSampler" else {}
    walk = graph.add(
        sampler, model=point(graph)["model"], latent=graph.given({"samples": start}), steps=3, **extra
    )
    assert torch.equal(graph.value(walk, "trajectory").x[0], start)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_latent_is_noised_where_there_is_noise(graph: Graph, sampler: str) -> None:
    data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    walk = graph.add(
        sampler,
        model=point(graph)["model"],
        latent=graph.given({"samples": data}),
        noise=noise(graph, 2),
        steps=3,
    )
    trajectory = graph.value(walk, "trajectory")
    level = trajectory.levels[0]
    assert torch.allclose(trajectory.x[0], level.alpha * data + level.sigma * unit(graph, 2), atol=1e-5)


@pytest.mark.parametrize("family", ["variance preserving", "flow"])
def test_in_the_middle_of_the_levels_a_latent_gets_the_noise_of_that_level(graph: Graph, family: str) -> None:
    data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    model = point(graph, family=family)["model"]
    levels = graph.add("ModelLevels", model=model, steps=3, t_start=0.4)
    latent = graph.given({"samples": data})
    walk = graph.add(
        "DDIMSampler", model=model, latent=latent, noise=noise(graph, 2), sigmas=levels["sigmas"]
    )
    trajectory = graph.value(walk, "trajectory")
    level = trajectory.levels[0]
    assert 0.05 < level.sigma < 0.95
    assert torch.allclose(trajectory.x[0], level.alpha * data + level.sigma * unit(graph, 2), atol=1e-5)


def test_the_latent_that_came_in_is_not_changed(graph: Graph) -> None:
    start = torch.ones(2, 2)
    graph.value(graph.add("DDIMSampler", model=point(graph)["model"], latent=graph.given({"samples": start})))
    assert torch.equal(start, torch.ones(2, 2))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_needs_a_start(graph: Graph, sampler: str) -> None:
    message = graph.failure(graph.add(sampler, model=point(graph)["model"]))
    assert "'noise'" in message and "'latent'" in message


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_latent_of_another_shape_is_refused(graph: Graph, sampler: str) -> None:
    latent = graph.given({"samples": torch.zeros(1, 4, 64, 64)})
    message = graph.failure(graph.add(sampler, model=point(graph)["model"], latent=latent))
    assert "(2,)" in message and "(4, 64, 64)" in message


@pytest.mark.parametrize(("sampler", "inputs"), [("DDPMSampler", {}), ("DDIMSampler", {"eta": 0.5})])
def test_added_noise_must_come_from_somewhere(graph: Graph, sampler: str, inputs: dict[str, float]) -> None:
    latent = graph.given({"samples": torch.zeros(1, 2)})
    message = graph.failure(graph.add(sampler, model=point(graph)["model"], latent=latent, **inputs))
    assert "noise" in message and "source" in message


class CoreNoise:
    """A NOISE as ComfyUI's own nodes make it."""

    seed = 5

    def generate_noise(self, latent: dict[str, torch.Tensor]) -> torch.Tensor:
        shape = latent["samples"].shape
        return torch.randn(shape, generator=torch.Generator().manual_seed(self.seed))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_noise_of_comfyuis_own_starts_a_walk(graph: Graph, sampler: str) -> None:
    latent = {"samples": torch.zeros(3, 2)}
    walk = graph.add(
        sampler,
        model=point(graph)["model"],
        noise=graph.given(CoreNoise()),
        latent=graph.given(latent),
        steps=4,
    )
    trajectory = graph.value(walk, "trajectory")
    start = trajectory.levels[0].sigma * CoreNoise().generate_noise(latent)
    assert torch.allclose(trajectory.x[0], start, atol=1e-5)
    assert bool(torch.isfinite(trajectory.x).all())


def test_without_a_latent_a_noise_of_comfyuis_own_is_one_sample(graph: Graph) -> None:
    walk = graph.add("DDPMSampler", model=point(graph)["model"], noise=graph.given(CoreNoise()), steps=4)
    assert tuple(graph.value(walk)["samples"].shape) == (1, 2)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_sigmas_override_the_steps(graph: Graph, sampler: str) -> None:
    asked = [0.8, 0.4, 0.1]
    walk = graph.add(
        sampler,
        model=point(graph)["model"],
        noise=noise(graph),
        sigmas=graph.given(torch.tensor(asked)),
        steps=60,
    )
    levels = graph.value(walk, "trajectory").levels
    assert [level.sigma for level in levels] == pytest.approx(asked)


@pytest.mark.parametrize("sigmas", [[1.0], [0.5, 1.0], [1.0, float("nan")], [0.5, -0.1]])
def test_sigmas_that_are_no_way_down_are_refused(graph: Graph, sigmas: list[float]) -> None:
    walk = graph.add(
        "DDIMSampler",
        model=point(graph)["model"],
        noise=noise(graph),
        sigmas=graph.given(torch.tensor(sigmas)),
    )
    assert "noise level" in graph.failure(walk)


def test_a_flow_counts_its_sigmas_in_t(graph: Graph) -> None:
    times = graph.add("FlowTimes", steps=4, sigma_max=10.0)
    model = point(graph, family="flow")["model"]
    walk = graph.add("FlowSampler", model=model, noise=noise(graph), sigmas=times["sigmas"])
    assert "10 is not a noise level of a flow" in graph.failure(walk)


def test_a_walk_may_end_without_any_noise(graph: Graph) -> None:
    sigmas = graph.given(torch.tensor([2.0, 1.0, 0.0]))  # as ComfyUI's SIGMAS end
    for sampler in ("DDPMSampler", "DDIMSampler"):
        walk = graph.add(sampler, model=point(graph)["model"], noise=noise(graph), sigmas=sigmas)
        assert torch.allclose(graph.value(walk)["samples"], P.expand(4, 2), atol=1e-6)


@pytest.mark.parametrize("sampler", ["DDPMSampler", "DDIMSampler"])
def test_more_steps_than_levels_are_refused_by_name(graph: Graph, sampler: str) -> None:
    model, start = point(graph)["model"], noise(graph)
    message = graph.failure(graph.add(sampler, model=model, noise=start, steps=65))
    assert "65 steps" in message and "64 levels" in message
    walk = graph.add(sampler, model=model, noise=start, steps=65, spacing="continuous")
    assert bool(torch.isfinite(graph.value(walk)["samples"]).all())


@pytest.mark.parametrize("steps", [0, -1, 10**6])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_steps_out_of_range_are_refused_before_anything_runs(graph: Graph, sampler: str, steps: int) -> None:
    message = graph.refusal(graph.add(sampler, model=point(graph)["model"], noise=noise(graph), steps=steps))
    assert "input steps" in message and "1 to 10000" in message


EVERYTHING = {"mean", "x0", "epsilon"}


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_trajectory_keeps_what_was_asked_for(graph: Graph, sampler: str) -> None:
    model, start = point(graph)["model"], noise(graph)
    kept = {
        record: graph.value(
            graph.add(sampler, model=model, noise=start, steps=6, record=record), "trajectory"
        )
        for record in ("everything", "positions", "nothing")
    }
    assert {len(each) for each in kept.values()} == {6}
    assert tuple(kept["everything"].x.shape) == tuple(kept["positions"].x.shape) == (7, 4, 2)
    assert kept["nothing"].x.numel() == 0
    assert set(kept["everything"].records) == EVERYTHING
    assert kept["positions"].records == kept["nothing"].records == {}


def test_a_guided_walk_also_keeps_its_two_parts(graph: Graph) -> None:
    points = graph.add("Spiral", classes="3")
    model = graph.add("ClosedFormModel", points=points["points"])
    text = graph.add("TextEncode", clip=model["clip"], text="dog")
    guided = graph.add("CFGCombine", model=model["model"], positive=text["conditioning"], guidance_scale=3.0)
    walk = graph.add("DDIMSampler", model=guided["model"], noise=noise(graph), steps=6)
    records = graph.value(walk, "trajectory").records
    assert set(records) == {*EVERYTHING, "conditional", "unconditional"}
    expected = records["unconditional"] + 3 * (records["conditional"] - records["unconditional"])
    assert torch.allclose(records["epsilon"], expected, atol=1e-4)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sample_does_not_depend_on_its_batch(graph: Graph, sampler: str) -> None:
    points = graph.add("Spiral")
    model = graph.add("ClosedFormModel", points=points["points"])["model"]
    small, large = (
        graph.value(graph.add(sampler, model=model, noise=noise(graph, batch), steps=32))["samples"]
        for batch in (3, 40)
    )
    assert torch.allclose(small, large[:3], atol=1e-5)


def test_copies_walk_alike(graph: Graph) -> None:
    model = graph.add("ClosedFormModel", points=graph.add("Spiral")["points"])["model"]
    walk = graph.add("DDPMSampler", model=model, noise=noise(graph, 5, copies=2), steps=32)
    samples = graph.value(walk)["samples"]
    assert torch.allclose(samples[:5], samples[5:], atol=1e-5)


def test_euler_on_a_flow_is_ddim_on_its_times(graph: Graph) -> None:
    model = graph.add("ClosedFormModel", points=graph.add("Spiral")["points"])["model"]
    times = graph.add("FlowTimes", steps=20, sigma_max=10.0)
    flow = graph.add("FlowSampler", model=model, noise=noise(graph, 100), steps=20)
    ddim = graph.add("DDIMSampler", model=model, noise=noise(graph, 100), sigmas=times["sigmas"])
    done = graph.run(flow, ddim).values
    apart = done[flow.id]["latent"]["samples"] - done[ddim.id]["latent"]["samples"]
    assert float(apart.norm(dim=1).max()) < 1e-4


def test_progress_counts_the_steps(graph: Graph) -> None:
    from scorefield.graph.events import NodeProgress

    seen = []
    walk = graph.add("DDIMSampler", model=point(graph)["model"], noise=noise(graph), steps=5)
    graph.run(walk, listener=lambda event: seen.append(event) if isinstance(event, NodeProgress) else None)
    assert [(event.value, event.total) for event in seen] == [(i, 5) for i in range(1, 6)]


@about("VAEDecode")
def test_the_plane_decodes_to_dots_where_the_samples_are(graph: Graph) -> None:
    vae = graph.add("ScoreModel", name="toy-spiral")["vae"]
    latent = graph.given({"samples": torch.tensor([[1.0, 0.5], [5.0, 5.0]])})
    image = graph.value(graph.add("VAEDecode", latent=latent, vae=vae))
    assert tuple(image.shape) == (1, 256, 256, 3)
    assert float(image.min()) >= 0 and float(image.max()) <= 1
    bright = (image[0, ..., 0] > 0.5).nonzero().float().mean(dim=0)  # rows and columns; (5, 5) is not seen
    expected = [255 * (1.5 - 0.5) / 3, 255 * (1.5 + 1.0) / 3]
    assert bright.tolist() == pytest.approx(expected, abs=1)


def test_any_decoder_may_be_connected(graph: Graph) -> None:
    class Decoder:
        def decode(self, samples: torch.Tensor) -> torch.Tensor:
            return samples + 1

    latent = graph.given({"samples": torch.zeros(2, 3)})
    assert torch.equal(
        graph.value(graph.add("VAEDecode", latent=latent, vae=graph.given(Decoder()))), torch.ones(2, 3)
    )
