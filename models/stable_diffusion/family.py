"""Stable Diffusion from a folder as diffusers writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.reference import Reference
from ..network_field import NetworkField
from ..precision import MATCHED, check_mode, dtype_of
from ..walking.schedulers import fresh, own_config
from .attention import remember_prompts
from .network import POOLED, STATES, StableDiffusionNetwork
from .pictures import StableDiffusionDecoder
from .schedule import prediction_of, schedule_of, spacing_of
from .text import StableDiffusionText, Told

if TYPE_CHECKING:
    from diffusers import UNet2DConditionModel
    from torch import Tensor

PIPELINES = ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
Loaded = tuple[ScoreModel, StableDiffusionText, StableDiffusionDecoder]


def load_stable_diffusion(
    folder: Path, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> Loaded:
    """The model in a folder, with its text encoder and its decoder. Nothing is fetched, nothing unpickled.

    Raises:
        ValueError: a folder that holds no such model, or not all of it; the text says what is missing.
    """
    check_mode(mode)
    dtype = dtype_of(precision, device)
    index = _index(folder)
    text = load_text(folder, device, dtype)
    config = as_the_pipeline_reads_it(own_config(folder / "scheduler"), index)
    unet = _unet(folder, device, dtype, mode)
    network = StableDiffusionNetwork(unet, len(schedule_of(config)))
    field = NetworkField(network, prediction_of(config), _nothing(text, index, device, dtype))
    model = ScoreModel(
        field,
        schedule_of(config),
        _shape(unet),
        Told(field, device, dtype),
        device,
        any_size=True,
        spacing=spacing_of(fresh(config, "DDIM").config),
        reference=Reference(config, mode == MATCHED, dtype, begins_at_first=len(text.encoders) == 2),
    )
    return model, text, StableDiffusionDecoder(_autoencoder(folder, device, dtype))


def load_text(folder: Path, device: str, dtype: torch.dtype) -> StableDiffusionText:
    """The text encoder of a model, or the two of SDXL."""
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    kinds = {"": CLIPTextModel, "_2": CLIPTextModelWithProjection}
    there = {ending: kind for ending, kind in kinds.items() if (folder / f"text_encoder{ending}").is_dir()}
    if "" not in there:
        raise ValueError(f"{folder} has no text_encoder: a model that is told no prompts cannot be asked")
    tokenizers = tuple(
        CLIPTokenizer.from_pretrained(folder / f"tokenizer{ending}", local_files_only=True)
        for ending in there
    )
    encoders = tuple(
        kind.from_pretrained(
            folder / f"text_encoder{ending}", dtype=dtype, local_files_only=True, use_safetensors=True
        ).to(device)
        for ending, kind in there.items()
    )
    return StableDiffusionText(tokenizers, encoders)


def _unet(folder: Path, device: str, dtype: torch.dtype, mode: str) -> UNet2DConditionModel:
    from diffusers import UNet2DConditionModel

    unet = _part(UNet2DConditionModel, folder / "unet", device, dtype)
    if mode != MATCHED:
        remember_prompts(unet)
        if torch.device(device).type == "cuda":
            unet.to(memory_format=torch.channels_last)
    return unet


def _autoencoder(folder: Path, device: str, dtype: torch.dtype) -> Any:
    from diffusers import AutoencoderKL

    autoencoder = _part(AutoencoderKL, folder / "vae", device, dtype)
    # Some overflow in half precision, and say so.
    overflows = dtype == torch.float16 and autoencoder.config.force_upcast
    return autoencoder.float() if overflows else autoencoder


def _part(kind: Any, folder: Path, device: str, dtype: torch.dtype) -> Any:
    """A network of diffusers, as it stands in its folder; the half precision's files where there are no
    others."""
    whole = any(folder.glob("diffusion_pytorch_model*.safetensors"))
    halves = list(folder.glob("*.fp16.safetensors"))
    only_half = bool(halves) and len(halves) == len(list(folder.glob("*.safetensors")))
    if not whole:
        raise ValueError(f"{folder} has no diffusion_pytorch_model.safetensors: the model is not all there")
    return kind.from_pretrained(
        folder,
        dtype=dtype,
        variant="fp16" if only_half else None,
        local_files_only=True,
        use_safetensors=True,
        low_cpu_mem_usage=False,
    ).to(device)


def _index(folder: Path) -> Mapping[str, Any]:
    path = folder / "model_index.json"
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as the index of a diffusers model: {error}") from None
    kind = index.get("_class_name") if isinstance(index, dict) else None
    if kind not in PIPELINES:
        raise ValueError(f"{folder} holds a {kind}, which is no Stable Diffusion: known are {PIPELINES}")
    return dict(index)


def as_the_pipeline_reads_it(config: Mapping[str, Any], index: Mapping[str, Any]) -> Mapping[str, Any]:
    """The config of a scheduler as diffusers' pipeline for SD 1 and 2 corrects those of old models: the first
    step is offset by one, and x̂0 is not clipped."""
    if index["_class_name"] != PIPELINES[0]:
        return config
    offset = {"steps_offset": 1} if config.get("steps_offset", 1) != 1 else {}
    unclipped = {"clip_sample": False} if config.get("clip_sample") is True else {}
    return {**config, **offset, **unclipped}


def _shape(unet: UNet2DConditionModel) -> tuple[int, ...]:
    size = unet.config.sample_size
    height, width = size if isinstance(size, (list, tuple)) else (size, size)
    return (unet.config.in_channels, height, width)


def _nothing(
    text: StableDiffusionText, index: Mapping[str, Any], device: str, dtype: torch.dtype
) -> dict[str, Tensor]:
    """What a model is told where nothing in particular is asked for: an empty prompt; SDXL as its index says
    zeros instead."""
    states, extras = text.encode_from_tokens_scheduled(text.tokenize(""))[0]
    is_xl = len(text.encoders) == 2
    told = {STATES: states, **({POOLED: extras["pooled_output"]} if is_xl else {})}
    is_zero = is_xl and bool(index.get("force_zeros_for_empty_prompt", True))
    return {
        name: (torch.zeros_like(part) if is_zero else part).to(device, dtype) for name, part in told.items()
    }
