"""Stable Diffusion from a checkpoint, a diffusers directory or a single file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.reference import Reference
from ..checkpoints.checkpoint import Checkpoint
from ..network_field import NetworkField
from ..precision import MATCHED, check_mode, dtype_of
from ..walking.levels import schedule_of
from ..walking.schedulers import fresh, own_config
from .attention import remember_prompts
from .latents import latents_of
from .network import POOLED, STATES, StableDiffusionNetwork, shape_of
from .pictures import StableDiffusionDecoder
from .schedule import prediction_of, spacing_of
from .text import StableDiffusionText, Told

if TYPE_CHECKING:
    from torch import Tensor

OLDER = "StableDiffusionPipeline"
Loaded = tuple[ScoreModel, StableDiffusionText, StableDiffusionDecoder]


def load_stable_diffusion(
    opened: Checkpoint, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> Loaded:
    """A model that was opened, with its text encoder and its decoder. Nothing is fetched, nothing unpickled.

    Raises:
        ValueError: its weights are not those that its configurations ask for; the text says which.
    """
    check_mode(mode)
    dtype = dtype_of(precision, device)
    opened.check()
    text = load_text(opened, device, dtype)
    config = as_the_pipeline_reads_it(own_config(opened.settings["scheduler"]), opened.index)
    unet, autoencoder = _unet(opened, device, dtype, mode), _autoencoder(opened, device, dtype)
    ddim = fresh(config, "DDIM")
    schedule = schedule_of(ddim)
    network = StableDiffusionNetwork(unet, len(schedule))
    field = NetworkField(network, prediction_of(config), _nothing(text, opened.index, device, dtype))
    model = ScoreModel(
        field,
        schedule,
        _shape(unet),
        Told(field, device, dtype),
        device,
        any_size=True,
        spacing=spacing_of(ddim.config),
        reference=Reference(
            config,
            mode == MATCHED,
            dtype,
            begins_at_first=len(text.encoders) == 2,
            from_pictures=True,
            takes_levels=True,
        ),
        latent_format=latents_of(autoencoder, mode == MATCHED),
    )
    return model, text, StableDiffusionDecoder(autoencoder)


def load_text(opened: Checkpoint, device: str, dtype: torch.dtype) -> StableDiffusionText:
    """The text encoder of a model, or the two of SDXL."""
    from transformers import CLIPTokenizer

    there = [ending for ending in ("", "_2") if f"text_encoder{ending}" in opened.parts]
    tokenizers = tuple(
        CLIPTokenizer.from_pretrained(str(opened.settings[f"tokenizer{ending}"]), local_files_only=True)
        for ending in there
    )
    encoders = tuple(opened.module(f"text_encoder{ending}", dtype, device) for ending in there)
    return StableDiffusionText(tokenizers, encoders)


def _unet(opened: Checkpoint, device: str, dtype: torch.dtype, mode: str) -> Any:
    unet: Any = opened.module("unet", dtype, device)
    if mode != MATCHED:
        remember_prompts(unet)
        if torch.device(device).type == "cuda":
            unet.to(memory_format=torch.channels_last)
    return unet


def _autoencoder(opened: Checkpoint, device: str, dtype: torch.dtype) -> Any:
    autoencoder = opened.module("vae", dtype, device)
    # Some overflow in half precision, and say so.
    overflows = dtype == torch.float16 and autoencoder.config.force_upcast
    return autoencoder.float() if overflows else autoencoder


def as_the_pipeline_reads_it(config: Mapping[str, Any], index: Mapping[str, Any]) -> Mapping[str, Any]:
    """The config of a scheduler as diffusers' pipeline for SD 1 and 2 corrects those of old models: the first
    step is offset by one, and x̂0 is not clipped."""
    if index["_class_name"] != OLDER:
        return config
    offset = {"steps_offset": 1} if config.get("steps_offset", 1) != 1 else {}
    unclipped = {"clip_sample": False} if config.get("clip_sample") is True else {}
    return {**config, **offset, **unclipped}


def _shape(unet: Any) -> tuple[int, ...]:
    channels = unet.config.in_channels
    if channels != unet.config.out_channels:
        raise ValueError(
            f"its UNet takes {channels} channels and makes {unet.config.out_channels}: it is one that fills "
            "gaps of given pictures, or enlarges them. Load it in ComfyUI, and connect the MODEL"
        )
    return shape_of(unet)


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
