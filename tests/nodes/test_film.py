"""Walks through spaces of pictures and videos, drawn: that what is shown is what was walked."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import cosine_betas
from scorefield.plots.denoising_film import _words
from scorefield.plots.grid import GAP
from scorefield.plots.style import STYLE
from torch import Tensor

from .graphs import Graph, Node, about
from .pocket_models import FRAMES, guided, pocket, walked
from .test_views import holds

STEPS = 4


class Plain:
    """A VAE whose latents are grey values: one number a picture, so that every picture can be recognised."""

    def __init__(self) -> None:
        self.decoded = 0

    def decode(self, samples: Tensor) -> Tensor:
        frames = samples.transpose(1, 2).flatten(0, 1) if samples.ndim == 5 else samples
        self.decoded += len(frames)
        return frames.movedim(1, -1).expand(-1, -1, -1, 3)


def trajectory(samples: int = 3, frames: int = 0, **records: Tensor) -> Trajectory:
    """A walk whose x of step s, sample b (and frame f) has one value of its own, and whose x0 has another."""
    levels = [cosine_betas(100).at(1 - step / STEPS) for step in range(STEPS + 1)]
    x = torch.stack([torch.stack([picture(s, b, frames) for b in range(samples)]) for s in range(STEPS + 1)])
    return Trajectory(levels, x, {"x0": x[:-1] + ESTIMATE, **records})


ESTIMATE = 0.5


def value(step: int, sample: int, frame: int = 0) -> float:
    """One of 120 values, apart by more than a byte's last digit."""
    return (step * 24 + sample * 8 + frame) / 256


def picture(step: int, sample: int, frames: int) -> Tensor:
    values = torch.tensor([value(step, sample, frame) for frame in range(max(1, frames))])
    grey = values.view(1, -1, 1, 1).expand(1, -1, 8, 8)
    return grey if frames else grey[:, 0]


def shows(image: Tensor, grey: float) -> bool:
    """Whether an area of 8×8 pixels has this value."""
    same = (image - grey).abs().amax(dim=-1) < 1e-4
    return bool(torch.nn.functional.avg_pool2d(same.float()[:, None], 8, 1).eq(1).any())


def strip(graph: Graph, walk: Trajectory, vae: Any = None, **inputs: Any) -> Node:
    given = {"trajectory": graph.given(walk), "vae": graph.given(vae or Plain())}
    return graph.add("FilmStrip", **given, **{"scale": 1, **inputs})


def film(graph: Graph, walk: Trajectory, vae: Any = None, **inputs: Any) -> Node:
    given = {"trajectory": graph.given(walk), "vae": graph.given(vae or Plain())}
    return graph.add("TrajectoryFrames", **given, **{"scale": 1, **inputs})


@about("FilmStrip")
@pytest.mark.parametrize("shown", ["x", "x0", "both"])
def test_a_strip_has_the_samples_and_steps_that_were_asked_for(graph: Graph, shown: str) -> None:
    vae = Plain()
    image = graph.value(strip(graph, trajectory(), vae, shown=shown, samples=2, steps=3))
    assert image.shape[0] == 1 and 0 <= float(image.min()) <= float(image.max()) <= 1
    for step in range(STEPS + 1):
        for sample in range(3):
            wanted = step in (0, 2, STEPS) and sample < 2
            assert shows(image, value(step, sample)) == (wanted and shown != "x0")
            estimated = step in (0, 2, STEPS - 1) and sample < 2  # the last estimate stays
            if step < STEPS:
                assert shows(image, value(step, sample) + ESTIMATE) == (estimated and shown != "x")
    assert vae.decoded == 2 * 3 * (2 if shown == "both" else 1)


def test_a_strip_runs_from_left_to_right(graph: Graph) -> None:
    image = graph.value(strip(graph, trajectory(samples=1), shown="x", scale=4))[0]
    middle = image[image.shape[0] - 8 - 16]
    places = [
        float(((middle - value(step, 0)).abs().amax(-1) < 1e-4).nonzero().float().mean()) for step in range(5)
    ]
    assert places == sorted(places)


def test_more_steps_than_there_are_show_each_once(graph: Graph) -> None:
    vae = Plain()
    graph.value(strip(graph, trajectory(samples=1), vae, shown="x", steps=50))
    assert vae.decoded == STEPS + 1


@pytest.mark.parametrize("scale", [1, 5])
def test_a_pixel_becomes_a_square(graph: Graph, scale: int) -> None:
    narrow, wide = (
        graph.value(strip(graph, trajectory(samples=1), shown="x", scale=each)).shape
        for each in (1, 1 + scale)
    )
    assert wide[2] - narrow[2] == (STEPS + 1) * 8 * scale


def test_a_strip_of_a_video_has_a_row_for_each_step_and_a_column_for_each_frame(graph: Graph) -> None:
    image = graph.value(strip(graph, trajectory(samples=2, frames=3), shown="both", steps=3))
    for step in (0, 2, 4):
        assert all(shows(image, value(step, 0, frame)) for frame in range(3))
        assert all(shows(image, value(min(step, 3), 0, frame) + ESTIMATE) for frame in range(3))
        assert not shows(image, value(step, 1, 0))
    assert not shows(image, value(1, 0, 0))


@pytest.mark.parametrize(
    "change", [{"labels": "α 0\nα 1\nα 8"}, {"title": "A tree"}, {"steps": 3}, {"samples": 1}]
)
def test_every_setting_of_a_strip_is_seen(graph: Graph, change: dict[str, Any]) -> None:
    plain, changed = (graph.value(strip(graph, trajectory(), **inputs)) for inputs in ({}, change))
    assert plain.shape != changed.shape or not torch.equal(plain, changed)


def test_labels_must_reach_for_the_samples(graph: Graph) -> None:
    message = graph.failure(strip(graph, trajectory(), labels="one\ntwo"))
    assert "2 labels" in message and "3 samples" in message


@about("TrajectoryFrames")
def test_a_film_has_every_step_and_holds_the_last(graph: Graph) -> None:
    frames = graph.value(film(graph, trajectory(), shown="x", hold=2))
    assert len(frames) == STEPS + 1 + 2
    for step in range(STEPS + 1):
        seen = [shows(frames[step : step + 1], value(each, 1)) for each in range(STEPS + 1)]
        assert seen == [each == step for each in range(STEPS + 1)]
    assert torch.equal(frames[-1], frames[-2]) and torch.equal(frames[-2], frames[-3])


def test_a_film_shows_the_sample_and_the_estimate_side_by_side(graph: Graph) -> None:
    [*_, frame, _] = graph.value(film(graph, trajectory(samples=1), shown="both", hold=0))
    grey, wide = value(3, 0), frame.shape[1]
    columns = [
        float(((frame - each).abs().amax(-1) < 1e-4).nonzero()[:, 1].float().mean()) / wide
        for each in (grey, grey + ESTIMATE)
    ]
    assert columns[0] < 0.5 < columns[1]


def test_a_film_of_fewer_frames_keeps_both_ends(graph: Graph) -> None:
    frames = graph.value(film(graph, trajectory(), shown="x", frames=2, hold=0))
    assert len(frames) == 2
    assert shows(frames[:1], value(0, 0)) and shows(frames[1:], value(STEPS, 0))


def test_a_video_plays_while_it_is_denoised(graph: Graph) -> None:
    frames = graph.value(film(graph, trajectory(frames=3), shown="x", hold=3))
    assert len(frames) == STEPS + 1 + 3
    for place in range(len(frames)):
        assert shows(frames[place : place + 1], value(min(place, STEPS), 0, place % 3))


@pytest.mark.parametrize("make", [strip, film])
def test_walks_that_cannot_be_shown_say_why(graph: Graph, make: Any) -> None:
    model = pocket(graph)
    noise, points = graph.add("NoiseSeed", batch=2)["noise"], graph.add("Spiral")["points"]
    for record, kept in (("positions", "no x0"), ("nothing", "no x")):
        walk = graph.value(walked(graph, model.model, record=record), "trajectory")
        message = graph.failure(make(graph, walk))
        assert kept in message and "everything" in message
    plane = graph.add("ClosedFormModel", points=points)["model"]
    walk = graph.value(graph.add("DDIMSampler", model=plane, noise=noise, steps=3), "trajectory")
    message = graph.failure(make(graph, walk))
    assert "(2,)" in message and "Trajectory Plot" in message


@pytest.mark.parametrize(("name", "last"), [("pocket", 1), ("pocket-video", FRAMES - 1)])
def test_a_real_walk_is_drawn_to_its_end(graph: Graph, name: str, last: int) -> None:
    """In the lower right corner: the end of the last sample, or the last frame of the first video."""
    model = pocket(graph, name)
    walk = walked(graph, guided(graph, model)["model"])
    drawn = graph.add("FilmStrip", trajectory=walk["trajectory"], vae=model.vae, scale=1, shown="x")
    image = graph.value(drawn)[0]
    end = graph.value(graph.add("VAEDecode", latent=walk["latent"], vae=model.vae))
    assert torch.allclose(image[-GAP - 64 : -GAP, -GAP - 64 : -GAP], end[last], atol=1e-4)


@about("GuidanceChart")
def test_a_guided_walk_in_numbers(graph: Graph) -> None:
    """Two predictions at right angles, of sizes 1 and 2: every number is known."""
    one, two = torch.zeros(STEPS, 5, 4, 2, 2), torch.zeros(STEPS, 5, 4, 2, 2)
    one[:, :, :2], two[:, :, 2:] = 2**0.5, 2 * 2**0.5
    walk = trajectory(epsilon=2 * one - two, conditional=one, unconditional=two)
    chart = graph.add("GuidanceChart", trajectory=graph.given(walk))
    numbers = dict(line.rsplit(maxsplit=1) for line in graph.value(chart, "text").splitlines()[1:])
    found = {name.strip(): float(number) for name, number in numbers.items()}
    assert found["conditional, mean size"] == pytest.approx(1, rel=1e-3)
    assert found["unconditional, mean size"] == pytest.approx(2, rel=1e-3)
    assert found["guided, mean size"] == pytest.approx(8**0.5, rel=1e-3)
    assert found["difference, mean size"] == pytest.approx(5**0.5, rel=1e-3)
    assert found["angle at first"] == found["largest angle"] == found["angle at last"] == pytest.approx(90)
    image = graph.value(chart)
    assert image.shape[0] == 1 and all(
        holds(image, colour)
        for colour in (STYLE.conditional, STYLE.unconditional, STYLE.guided, STYLE.accent)
    )


@pytest.mark.parametrize("record", ["everything", "positions and estimates", "numbers"])
def test_the_numbers_of_guidance_need_no_tensors(graph: Graph, record: str) -> None:
    """As they are computed on the way, so they are of what was kept."""
    model = guided(graph, pocket(graph), start=0.7)["model"]
    walk = graph.value(walked(graph, model, record=record, steps=5), "trajectory")
    whole = graph.value(walked(graph, model, record="everything", steps=5), "trajectory")
    assert ("conditional" in walk.records) == (record == "everything") and len(walk.numbers["t"]) == 5
    bare = Trajectory(whole.levels, whole.x, whole.records)
    texts = [
        graph.value(graph.add("GuidanceChart", trajectory=graph.given(each)), "text") for each in (walk, bare)
    ]
    assert texts[0] == texts[1]


def test_a_walk_that_does_not_fit_in_memory_is_thinned_and_says_so(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = pocket(graph)
    sampler = walked(graph, model.model, record="positions", steps=9, batch=1)
    monkeypatch.setattr("scorefield.diffusion.recording.LIMIT", 2 * 6 * 4 * 4 * 16 * 16)
    done = graph.run(sampler)
    walk = done.values[sampler.id]["trajectory"]
    assert walk.every == 2 and len(walk) == 5 and len(walk.x) == 6
    assert torch.equal(walk.x[-1], done.values[sampler.id]["latent"]["samples"])
    [said] = done.ui[sampler.id]["text"]
    assert "9 steps" in said and "one in 2" in said
    images = graph.value(
        graph.add("TrajectoryFrames", trajectory=graph.given(walk), vae=model.vae, shown="x", hold=0)
    )
    assert len(images) == 6
    assert "step 8 of 9" in _words(walk, 4, 1000) and "step 9 of 9" in _words(walk, 5, 1000)


def test_guidance_counts_only_where_it_acts(graph: Graph) -> None:
    model = guided(graph, pocket(graph), start=0.7)["model"]
    text = graph.value(graph.add("GuidanceChart", trajectory=walked(graph, model)["trajectory"]), "text")
    assert "nan" not in text
    never = guided(graph, pocket(graph), start=0.0, end=0.5)["model"]
    chart = graph.add("GuidanceChart", trajectory=walked(graph, never)["trajectory"])
    assert "off at every step" in graph.failure(chart)


def test_a_walk_without_guidance_has_no_guidance_chart(graph: Graph) -> None:
    model = pocket(graph)
    chart = graph.add("GuidanceChart", trajectory=walked(graph, model.model)["trajectory"])
    assert "CFG Combine" in graph.failure(chart)
    bare = walked(graph, guided(graph, model)["model"], record="positions")
    assert "everything" in graph.failure(graph.add("GuidanceChart", trajectory=bare["trajectory"]))


@about("LatentPreview")
def test_a_preview_shows_a_walk_without_its_decoder(graph: Graph) -> None:
    """Of latents that a linear decoder made four times as large, the preview is the picture itself."""
    mix = torch.tensor([[0.2, 0.0, 0.1], [0.0, 0.3, 0.0], [0.1, -0.1, 0.05], [-0.2, 0.0, 0.1]])

    class Linear:
        def decode(self, samples: Tensor) -> Tensor:
            colours = (samples.movedim(1, -1) @ mix + 0.5).clamp(0, 1)
            return colours.repeat_interleave(4, 1).repeat_interleave(4, 2)

    latents = 0.3 * torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    preview = graph.add("LatentPreview", latent=graph.given({"samples": latents}), vae=graph.given(Linear()))
    shown = graph.value(graph.add("VAEDecode", latent=graph.given({"samples": latents}), vae=preview["vae"]))
    assert shown.shape == (2, 8, 8, 3)
    assert torch.allclose(shown, Linear().decode(latents)[:, ::4, ::4], atol=0.05)
