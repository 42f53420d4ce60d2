"""WAN 2.2 as two single files: each is a model, and Field Switch joins them as diffusers' pipeline does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from scorefield.models import library
from scorefield.models.checkpoints.places import places_in
from scorefield.models.tiny.wan import WAN22

from ...nodes.graphs import Graph
from ..checkpoints.test_single_files import wan_names
from .test_parity import Case, by_pipeline
from .wan_models import folder_of

FILES = {"high_noise": "transformer", "low_noise": "transformer_2"}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A model folder with the two files, and beside each what is too small to be a known one."""
    folder = tmp_path / "models"
    place, whole = folder / "diffusion_models", folder_of(WAN22)
    index = json.loads((whole / "model_index.json").read_text())
    index = {name: value for name, value in index.items() if name not in ("transformer_2", "boundary_ratio")}
    for name, part in FILES.items():
        beside = place / name
        for kept in ("scheduler", "tokenizer", "text_encoder", "vae"):
            shutil.copytree(whole / kept, beside / kept)
        (beside / "transformer").mkdir()
        shutil.copy(whole / part / "config.json", beside / "transformer")
        (beside / "model_index.json").write_text(json.dumps(index))
        tensors = load_file(whole / part / "diffusion_pytorch_model.safetensors")
        save_file(wan_names(tensors, ""), place / f"{name}.safetensors")
    return folder


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_two_files_and_a_switch_are_the_pipeline(models: Path, tmp_path: Path, precision: str) -> None:
    case, graph = Case(WAN22, precision, steps=5), Graph(tmp_path / "output")

    def guided(name: str, scale: float) -> Any:
        loaded = library.load(
            f"{name}.safetensors", mode="matched", precision=precision, places=places_in([models])
        )
        model, clip, vae = (graph.given(each) for each in loaded)
        words = {
            "positive": graph.add("TextEncode", clip=clip, text=case.prompt)["conditioning"],
            "negative": graph.add("NegativeEncode", clip=clip, text=case.negative)["negative"],
        }
        return graph.add("CFGCombine", model=model, guidance_scale=scale, **words)["model"], vae

    (early, vae), (late, _) = guided("high_noise", case.scale), guided("low_noise", case.late_scale)
    field = graph.add("FieldSwitch", early=early, late=late, boundary=WAN22.boundary)["model"]
    size = {"width": case.width, "height": case.height, "frames": case.frames, "batch": 1}
    walk = graph.add(
        "FlowSampler",
        model=field,
        noise=graph.add("NoiseSeed", seed=case.seed, batch=1, draws="one generator")["noise"],
        latent=graph.add("EmptyVideo", vae=vae, **size)["latent"],
        steps=case.steps,
        solver=case.solver,
        shift=case.shift,
    )
    expected, _ = by_pipeline(case)
    assert torch.equal(graph.value(walk)["samples"], expected)
