"""Loading a model, and a whole walk of it, draw from no generator of the program around us."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scorefield.models import library
from scorefield.models.checkpoints.places import places_in
from scorefield.models.precision import MODES
from scorefield.models.tiny import BUILDERS
from scorefield.nodes.headless import headless_definitions

from ..nodes.graphs import Graph

STAGES = {"tiny-karlo": ("prior", "decoder", "super-resolution"), "tiny-stable-unclip": ("prior", "decoder")}
MODELS = [
    f"{name}/{stage}" if stage else name
    for name in BUILDERS
    if name != "tiny-clip"
    for stage in STAGES.get(name, ("",))
]


def states() -> dict[str, Any]:
    """Where the generators stand that anybody may draw from, and what torch computes in by itself."""
    kind, words, *rest = np.random.get_state()
    return {
        "random": random.getstate(),
        "numpy": (kind, words.tolist(), *rest),
        "torch": torch.get_rng_state().tolist(),
        "dtype": torch.get_default_dtype(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "gradients": torch.is_grad_enabled(),
    }


@contextmanager
def untouched() -> Iterator[None]:
    before = states()
    yield
    assert states() == before


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_loaded_without_drawing(name: str, mode: str, stand_ins: Path) -> None:
    with untouched():
        library.load(name, mode=mode, places=places_in([stand_ins]))


def test_a_clip_is_loaded_and_asked_without_drawing(stand_ins: Path) -> None:
    with untouched():
        clip = library.load_clip("tiny-clip", places=places_in([stand_ins]))
        clip.embed_texts(["a cat", "a dog"])
        clip.embed_pictures(torch.full((1, 20, 30, 3), 0.5))


@pytest.mark.parametrize(
    ("mode", "draws"), [("matched", "one generator"), ("optimised", "each sample its own")]
)
@pytest.mark.parametrize("name", MODELS)
def test_a_whole_walk_draws_from_its_own_noise(
    name: str, mode: str, draws: str, stand_ins: Path, tmp_path: Path
) -> None:
    """One that adds noise on its way; a flow's adds none."""
    graph = Graph(tmp_path / "output", headless_definitions())
    model = graph.add("ScoreModel", name=name, mode=mode)
    size = {"latent": video(graph)} if "wan" in name else {}
    walk = graph.add(
        "SchedulerSampler",
        model=model["model"],
        noise=graph.add("NoiseSeed", seed=7, batch=2, draws=draws)["noise"],
        steps=3,
        scheduler="model's own" if "wan" in name or "karlo" in name else "DDPM",
        **size,
    )
    # What a prior makes are vectors, and no pictures.
    shown = (
        walk if name.endswith("prior") else graph.add("VAEDecode", latent=walk["latent"], vae=model["vae"])
    )
    with untouched():
        assert graph.run(shown).values[shown.id]


def video(graph: Graph) -> Any:
    """Two small latents of videos."""
    return graph.given({"samples": torch.zeros(2, 16, 2, 4, 4)})
