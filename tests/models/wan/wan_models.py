"""Small WANs in folders, and diffusers' own pipelines of them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from scorefield.models.checkpoints.checkpoint import open_folder
from scorefield.models.precision import dtype_of
from scorefield.models.tiny.wan import WAN, WanShape, write_wan
from scorefield.models.wan.family import load_wan

SEED = 5
# Whatever the machine's temporary folder is, it is emptied at the end of the tests.
_FOLDERS = TemporaryDirectory(prefix="wan-models-")


@cache
def folder_of(shape: WanShape) -> Path:
    """The folder of a model of that shape."""
    folder = Path(_FOLDERS.name) / str(len(list(Path(_FOLDERS.name).iterdir())))
    write_wan(folder, SEED, shape)
    return folder


@cache
def loaded(shape: WanShape = WAN, precision: str = "float32", mode: str = "optimised") -> Any:
    """The score model, the text encoder and the decoder."""
    return load_wan(open_folder(folder_of(shape)), "cpu", precision, mode)


@cache
def pipeline(shape: WanShape = WAN, precision: str = "float32") -> Any:
    """diffusers' pipeline of the same folder, as its documentation loads it: the VAE in single precision."""
    from diffusers import AutoencoderKLWan, WanPipeline
    from transformers import AutoTokenizer, UMT5EncoderModel

    folder, dtype = folder_of(shape), dtype_of(precision, "cpu")
    local = {"local_files_only": True, "use_safetensors": True}
    index = json.loads((folder / "model_index.json").read_text())
    two = shape.boundary is not None
    made = WanPipeline(
        tokenizer=AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True),
        text_encoder=UMT5EncoderModel.from_pretrained(folder / "text_encoder", dtype=dtype, **local),
        vae=AutoencoderKLWan.from_pretrained(folder / "vae", **local),
        scheduler=None,
        transformer=transformer(folder / "transformer", dtype),
        transformer_2=transformer(folder / "transformer_2", dtype) if two else None,
        boundary_ratio=index["boundary_ratio"],
    )
    made.set_progress_bar_config(disable=True)
    return made


def transformer(folder: Path, dtype: torch.dtype) -> Any:
    """As diffusers' own loader makes it, which wants a library more."""
    from diffusers import WanTransformer3DModel
    from safetensors.torch import load_file

    made = WanTransformer3DModel.from_config(WanTransformer3DModel.load_config(folder))
    made.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    kept = set(WanTransformer3DModel._keep_in_fp32_modules)
    for name, parameter in made.named_parameters():
        if not kept & set(name.split(".")):
            parameter.data = parameter.data.to(dtype)
    return made.eval()


def scheduler(solver: str, shift: float) -> Any:
    """What walks in the pipeline."""
    from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler

    if solver == "euler":
        return FlowMatchEulerDiscreteScheduler(shift=shift)
    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift)


WIDER = replace(WAN, heads=3, head_width=18, layers=1, text_width=24, feed_forward=40)
WIDER22 = replace(WIDER, boundary=0.9)
