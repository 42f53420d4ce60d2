"""The demos of WAN have the video's settings, and show what their notes say, on a tiny stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
import scorefield
import torch
from scorefield.api import Run
from scorefield.models.library import load
from scorefield.models.wan.prompt import NEGATIVE
from scorefield.workflows import LARGE, small

from . import test_saved as layout
from .conftest import FOLDER, page

NAMES = tuple(LARGE["WAN"])
EVERY = pytest.mark.parametrize("name", NAMES)


def inputs(name: str, kind: str) -> list[dict[str, Any]]:
    """The constants of the nodes of a class, by name."""
    definition = layout.DEFINITIONS[f"Scorefield{kind}"]
    found = []
    for node in page(name)["nodes"]:
        if node["type"] == definition.id:
            places = layout.widget_places(definition, node["widgets_values"])
            found.append({each: node["widgets_values"][place] for each, place in places.items()})
    return found


@EVERY
def test_it_has_the_settings_of_the_video(name: str) -> None:
    [model], [noise], [size] = (inputs(name, kind) for kind in ("ScoreModel", "NoiseSeed", "EmptyVideo"))
    is_later = name == "wan-two-scales"
    assert model["name"] == ("Wan2.2-T2V-A14B-Diffusers" if is_later else "Wan2.1-T2V-14B-Diffusers")
    assert (noise["seed"], noise["batch"]) == (6148191673278419463, 1)
    assert (size["width"], size["height"], size["frames"]) == (1280, 720, 81)
    for sampler in inputs(name, "FlowSampler"):
        assert (sampler["solver"], sampler["steps"], sampler["shift"]) == (
            ("unipc", 40, 12.0) if is_later else ("unipc", 50, 8.0)
        )
    assert all(film["fps"] == 16 for film in inputs(name, "SaveVideo"))
    scales = {each["guidance_scale"] for each in inputs(name, "CFGCombine")}
    assert scales == ({4.0, 3.0} if is_later else {6.0, 1.0} if "negative" in name else {6.0})
    prompts = [each["text"] for each in inputs(name, "TextEncode")]
    assert prompts[0] == "An astronaut riding a horse on the Moon"
    assert [each["text"] for each in inputs(name, "NegativeEncode")] == [""]  # the model's own


@EVERY
def test_its_films_are_as_long_and_as_large_as_was_asked(name: str, tmp_path: Path, stand_ins: Path) -> None:
    scorefield.run(FOLDER / f"{name}.json", small(name), out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    films = sorted((tmp_path / name).glob("*.mp4"))
    assert len(films) == len(inputs(name, "SaveVideo"))
    for path in films:
        with av.open(path) as film:
            frames = [torch.from_numpy(frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]
            assert {"prompt", "workflow"} <= set(film.metadata)
        if not path.name.startswith("denoising"):
            assert (len(frames), *frames[0].shape) == (5, 48, 64, 3)
        assert all(float(frame.float().std()) > 1 for frame in frames)


def latents(done: Run) -> list[torch.Tensor]:
    return [values["latent"]["samples"] for values in done.values.values() if "trajectory" in values]


@pytest.mark.parametrize("name", ["wan-opening-prompt-variants", "wan-negative-prompt"])
def test_what_is_compared_starts_from_one_noise_and_ends_elsewhere(
    name: str, tmp_path: Path, stand_ins: Path
) -> None:
    nodes = [str(node["id"]) for node in page(name)["nodes"] if node["type"] == "ScorefieldFlowSampler"]
    changes = {f"{node}.record": "positions" for node in nodes}
    done = scorefield.run(FOLDER / f"{name}.json", {**small(name), **changes}, want=nodes, out=tmp_path)
    starts = [values["trajectory"].x[0] for values in done.values.values()]
    assert torch.equal(starts[0], starts[1]) and torch.equal(starts[0], starts[2])
    walked = load("tiny-wan")[0].latent_format.process_in(starts[0])
    assert float(walked.std()) == pytest.approx(1, abs=0.05)
    one, two, three = latents(done)
    assert all(not torch.equal(*pair) for pair in ((one, two), (one, three), (two, three)))


def test_the_list_is_what_is_kept_away_from(tmp_path: Path, stand_ins: Path) -> None:
    name = "wan-negative-prompt"
    [node] = [str(each["id"]) for each in page(name)["nodes"] if each["type"] == "ScorefieldNegativeEncode"]
    encoded = [
        scorefield.run(FOLDER / f"{name}.json", {**small(name), **change}, want=[node], out=tmp_path).values[
            node
        ]["negative"][0][0]
        for change in ({}, {f"{node}.text": NEGATIVE}, {f"{node}.text": "a horse"})
    ]
    assert torch.equal(encoded[0], encoded[1]) and not torch.equal(encoded[0], encoded[2])


def test_the_first_transformer_has_most_of_the_steps_at_a_high_shift(tmp_path: Path, stand_ins: Path) -> None:
    """As the note says, and what the walk of the opening is at the recorded settings."""
    name = "wan-two-scales"
    [node] = [str(each["id"]) for each in page(name)["nodes"] if each["type"] == "ScorefieldFlowSampler"]
    done = scorefield.run(
        FOLDER / f"{name}.json", {**small(name), "FlowSampler.steps": 40}, want=[node], out=tmp_path
    )
    levels = done.values[node]["trajectory"].levels[:-1]
    early = sum(level.sigma >= 0.875 for level in levels)
    assert len(levels) == 40 and early > 20
