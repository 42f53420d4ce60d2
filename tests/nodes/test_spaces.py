"""The nodes of the plane, met by models of pictures, of videos and of vectors."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from .graphs import Graph, about
from .pocket_models import FRAMES, guided, pocket, walked

SHAPES = {
    "pocket": (4, 16, 16),
    "pocket-flow": (4, 16, 16),
    "pocket-video": (4, FRAMES, 16, 16),
    "pocket-prior": (128,),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("sampler", ["DDPM", "DDIM", "Flow"])
def test_every_sampler_walks_in_every_space(graph: Graph, name: str, sampler: str) -> None:
    model = guided(graph, pocket(graph, name), guidance_scale=3.0)["model"]
    done = graph.run(walk := walked(graph, model, sampler)).values[walk.id]
    samples, trajectory = done["latent"]["samples"], done["trajectory"]
    assert samples.shape == (2, *SHAPES[name]) and bool(samples.isfinite().all())
    assert trajectory.x.shape == (4, 2, *SHAPES[name]) and torch.equal(trajectory.x[-1], samples)
    assert all(record.shape == (3, 2, *SHAPES[name]) for record in trajectory.records.values())
    assert set(trajectory.records) == {"mean", "x0", "epsilon", "conditional", "unconditional"}


@pytest.mark.parametrize("name", SHAPES)
def test_a_sample_is_the_same_in_every_batch(graph: Graph, name: str) -> None:
    model = guided(graph, pocket(graph, name))["model"]
    few, many = (graph.value(walked(graph, model, batch=batch))["samples"] for batch in (1, 3))
    assert torch.allclose(few[0], many[0], atol=1e-4)


def test_scales_share_out_one_batch_with_the_same_noise(graph: Graph) -> None:
    scales = [0.0, 1.0, 2.0, 4.0, 8.0]
    model = pocket(graph)
    together = guided(graph, model, scales=", ".join(map(str, scales)))["model"]
    batch = graph.value(walked(graph, together, batch=2, copies=5))["samples"]
    assert batch.shape[0] == 10
    for place, scale in enumerate(scales):
        alone = guided(graph, model, guidance_scale=scale)["model"]
        samples = graph.value(walked(graph, alone, batch=2))["samples"]
        assert torch.allclose(batch[2 * place : 2 * place + 2], samples, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(batch[:2], batch[-2:], atol=1e-2)


def test_prompts_one_a_line_share_out_one_batch(graph: Graph) -> None:
    model = pocket(graph)
    both = guided(graph, model, text="a tree\nthe desert")["model"]
    batch = graph.value(walked(graph, both, batch=2, copies=2))["samples"]
    for place, text in enumerate(["a tree", "the desert"]):
        samples = graph.value(walked(graph, guided(graph, model, text=text)["model"], batch=2))["samples"]
        assert torch.allclose(batch[2 * place : 2 * place + 2], samples, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(batch[:2], batch[2:], atol=1e-2)


@about("ModelLevels")
def test_a_walk_can_start_from_a_picture(graph: Graph) -> None:
    """Image to image: the less of the way is walked again, the nearer the result is to the picture."""
    model = pocket(graph)
    latent = graph.given({"samples": torch.randn(2, *SHAPES["pocket"])})
    clean = graph.value(graph.add_class("TestCounted", value=latent))["samples"]
    apart = []
    for t in (1.0, 0.5, 0.1):
        sigmas = graph.add("ModelLevels", model=model.model, t_start=t, steps=3)["sigmas"]
        walk = walked(graph, model.model, latent=latent, sigmas=sigmas)
        apart.append(float((graph.value(walk)["samples"] - clean).norm()))
    assert apart[0] > apart[1] > apart[2] > 0


@pytest.mark.parametrize("name", ["pocket", "pocket-flow"])
def test_levels_lie_on_the_models_own_schedule(graph: Graph, name: str) -> None:
    model = pocket(graph, name)
    levels = graph.add("ModelLevels", model=model.model, t_start=0.8, t_end=0.2, steps=4)
    sigmas = graph.value(levels).tolist()
    walk = walked(graph, model.model, sigmas=levels["sigmas"])
    visited = graph.value(walk, "trajectory").levels
    assert sigmas == sorted(sigmas, reverse=True) and len(visited) == 5
    assert [round(level.t, 6) for level in visited] == [0.8, 0.65, 0.5, 0.35, 0.2]


def test_levels_must_fall(graph: Graph) -> None:
    levels = graph.add("ModelLevels", model=pocket(graph).model, t_start=0.2, t_end=0.2)
    assert "t_start 0.2 must lie above t_end 0.2" in graph.failure(levels)


@pytest.mark.parametrize("name", ["pocket", "pocket-video", "pocket-prior"])
def test_data_of_any_shape_are_noised(graph: Graph, name: str) -> None:
    model = pocket(graph, name)
    clean = torch.ones(2, *SHAPES[name])
    noise = graph.add("NoiseSeed", batch=2)["noise"]
    noised = graph.add(
        "ForwardNoise", samples=graph.given({"samples": clean}), model=model.model, noise=noise, t=0.0
    )
    assert torch.allclose(graph.value(noised)["samples"], clean, atol=0.1)


def test_data_of_another_space_are_not(graph: Graph) -> None:
    noise = graph.add("NoiseSeed", batch=2)["noise"]
    wrong = graph.given({"samples": torch.ones(2, 3, 64, 64)})
    message = graph.failure(graph.add("ForwardNoise", samples=wrong, model=pocket(graph).model, noise=noise))
    assert "(4, 16, 16)" in message and "(3, 64, 64)" in message and "VAE Encode" in message


@pytest.mark.parametrize(("name", "pictures"), [("pocket", 3), ("pocket-video", 3 * FRAMES)])
def test_a_decoder_gives_pictures_and_frames(graph: Graph, name: str, pictures: int) -> None:
    model = pocket(graph, name)
    latent = graph.given({"samples": torch.randn(3, *SHAPES[name])})
    image = graph.value(graph.add("VAEDecode", latent=latent, vae=model.vae))
    assert image.shape == (pictures, 64, 64, 3)
    assert 0 <= float(image.min()) < float(image.max()) <= 1


@pytest.mark.parametrize("shape", [(2,), (3, 64, 64), (128,)])
def test_a_decoder_refuses_what_another_model_made(graph: Graph, shape: tuple[int, ...]) -> None:
    latent = graph.given({"samples": torch.zeros(2, *shape)})
    message = graph.failure(graph.add("VAEDecode", latent=latent, vae=pocket(graph).vae))
    assert "the VAE of the model that made them" in message and str(shape) in message


def test_the_decoder_of_the_plane_refuses_pictures(graph: Graph) -> None:
    vae = graph.add("ScoreModel", name="toy-spiral")["vae"]
    latent = graph.given({"samples": torch.zeros(2, 4, 16, 16)})
    message = graph.failure(graph.add("VAEDecode", latent=latent, vae=vae))
    assert "points of the plane" in message and "(4, 16, 16)" in message


@pytest.mark.parametrize(
    ("view", "instead"),
    [
        ("TrajectoryPlot", "Film Strip"),
        ("TrajectoryAnimation", "Trajectory Frames"),
        ("SpreadChart", "Film Strip"),
        ("CloudPlot", "Picture Grid"),
        ("Measures", "Picture Measures"),
        ("FieldPlot", "Film Strip"),
        ("FieldAnimation", "Film Strip"),
        ("AngleChart", "Guidance Chart"),
        ("TurnChart", "no such chart"),
        ("TargetChart", "no such chart"),
    ],
)
def test_what_is_for_the_plane_says_so(graph: Graph, view: str, instead: str) -> None:
    model = pocket(graph)
    walk, points = walked(graph, model.model), graph.add("Spiral")["points"]
    values = {
        "trajectory": walk["trajectory"],
        "samples": walk["latent"],
        "latent": walk["latent"],
        "model": model.model,
        "points": points,
    }
    needed = {each.name for each in graph.definitions[f"Scorefield{view}"].inputs if each.is_required}
    inputs: dict[str, Any] = {name: value for name, value in values.items() if name in needed}
    message = graph.failure(graph.add(view, **inputs))
    assert "points of the plane" in message and "4×16×16" in message and instead in message


def test_samples_of_any_shape_are_compared(graph: Graph) -> None:
    one, other = (graph.given({"samples": torch.full((3, 4, 2, 2), value)}) for value in (0.0, 0.5))
    text = graph.value(graph.add("CompareSamples", first=one, second=other))
    numbers = dict(line.rsplit(maxsplit=1) for line in text.splitlines())
    assert float(numbers["median difference"]) == pytest.approx(0.5 * 4)
