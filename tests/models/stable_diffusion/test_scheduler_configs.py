"""Whatever a scheduler's config says, optimised mode walks as matched mode does, to five digits."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest
import torch
from torch import Tensor

from ...nodes.graphs import Graph
from .walks import Walk, by_nodes, ddim, ddpm, scheduler

# Every key that diffusers' DDIM, DDPM or Euler goes by, and what it may be.
CHOICES: dict[str, tuple[Any, ...]] = {
    "_class_name": ("DDIMScheduler", "DDPMScheduler", "EulerDiscreteScheduler", "PNDMScheduler"),
    "beta_schedule": ("linear", "scaled_linear", "squaredcos_cap_v2"),
    "prediction_type": ("epsilon", "v_prediction", "sample"),
    "clip_sample": (True, False),
    "clip_sample_range": (0.5, 1.0, 3.0),
    "thresholding": (True, False, False),
    "dynamic_thresholding_ratio": (0.5, 0.9, 0.995),
    "sample_max_value": (0.8, 1.0, 2.5),
    "rescale_betas_zero_snr": (True, False),
    "timestep_spacing": ("leading", "trailing", "linspace"),
    "set_alpha_to_one": (True, False),
    "steps_offset": (0, 1),
}
BETAS = {"num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012}


def config(random: Random) -> dict[str, Any]:
    """A scheduler's config with some of the keys; the others are what the class has by itself."""
    said = {name: random.choice(values) for name, values in CHOICES.items()}
    kept = {name: value for name, value in said.items() if name[0] == "_" or random.random() < 0.7}
    if kept.get("rescale_betas_zero_snr"):
        # Where there is no signal, what predicts the noise says nothing about x0: diffusers gives NaN.
        kept["prediction_type"] = random.choice(("v_prediction", "sample"))
    return {**BETAS, **kept}


def walk_of(random: Random, said: dict[str, Any]) -> Walk:
    """A walk of such a model."""
    kinds = [ddim("drawn", random.choice((0.0, 0.5, 1.0))), ddpm("drawn", random.choice(("small", "large")))]
    if said.get("prediction_type") != "sample":
        kinds.append(scheduler("drawn", "EulerDiscrete"))
    return random.choice(kinds).with_(steps=random.randint(2, 9), scale=random.choice((1.0, 3.0, 7.5)))


def model_of(folder: Path, stand_in: Path, said: dict[str, Any]) -> None:
    """A stand-in with another scheduler."""
    made = folder / "drawn"
    copytree(stand_in, made)
    (made / "scheduler" / "scheduler_config.json").write_text(json.dumps(said))
    index = json.loads((made / "model_index.json").read_text())
    index["scheduler"] = ["diffusers", said["_class_name"]]
    (made / "model_index.json").write_text(json.dumps(index))


def difference(one: Tensor, other: Tensor) -> float:
    """How far two are apart, of their size."""
    return float((one - other).norm() / other.norm())


def moved_by_the_last_bit(graph: Graph, walk: Walk, matched: Tensor) -> float:
    """How far a guided walk in matched mode moves when its scale changes by less than single precision tells
    apart: random networks amplify that at strong guidance."""
    return difference(by_nodes(graph, walk.with_(scale=walk.scale * (1 + 1e-7)))[0], matched)


def check(number: int, graph: Graph, models: Path, tmp_path: Path, patch: pytest.MonkeyPatch) -> None:
    random = Random(number)
    said = config(random)
    model_of(tmp_path, models / random.choice(("tiny-sd", "tiny-sdxl")), said)
    patch.setenv("SCOREFIELD_MODELS", str(tmp_path))
    walk = walk_of(random, said)
    matched, optimised = (by_nodes(graph, walk.with_(mode=mode))[0] for mode in ("matched", "optimised"))
    assert bool(torch.isfinite(matched).all())
    apart = difference(optimised, matched)
    assert apart <= 1e-5 or (walk.scale > 1 and apart <= 2 * moved_by_the_last_bit(graph, walk, matched)), (
        said,
        walk,
    )


@pytest.mark.parametrize("number", range(8))
def test_a_drawn_config(
    number: int, graph: Graph, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(number, graph, models, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(8, 120))
def test_many_drawn_configs(
    number: int, graph: Graph, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(number, graph, models, tmp_path, monkeypatch)
