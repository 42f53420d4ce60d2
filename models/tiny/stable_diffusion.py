"""Tiny Stable Diffusions: 1.x, 2.x with v prediction, and XL, as diffusers writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .tokenizers import END, vocabulary_size, write_clip_tokenizer
from .weights import write_encoder, write_network

# Of the published models: what their scheduler_config.json say.
SD_SCHEDULER = {
    "_class_name": "PNDMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
    "clip_sample": False,
}
SD2_SCHEDULER = {**SD_SCHEDULER, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction"}
SDXL_SCHEDULER = {
    **SD_SCHEDULER,
    "_class_name": "EulerDiscreteScheduler",
    "interpolation_type": "linear",
    "prediction_type": "epsilon",
    "sample_max_value": 1.0,
    "timestep_spacing": "leading",
    "use_karras_sigmas": False,
}


@dataclass(frozen=True)
class Make:
    """How a tiny Stable Diffusion is made.

    Attributes:
        widths: channels of the UNet, one number a resolution; the last has no attention.
        layers: of each resolution.
        heads: of the UNet's attention: how many in SD 1, how wide each in the others, as in their configs;
            one number, or one a resolution.
        states: width of the text encoder.
        text_layers: its depth.
        size: of the usual latent.
        pad: the token that fills prompts up.
        scheduler: its config.
        is_xl: whether there are two text encoders.
    """

    widths: tuple[int, ...] = (32, 64)
    layers: int = 1
    heads: int | tuple[int, ...] = 8
    states: int = 32
    text_layers: int = 2
    size: int = 8
    pad: str = END
    scheduler: dict[str, Any] = field(default_factory=lambda: dict(SD_SCHEDULER))
    is_xl: bool = False


def build_sd(folder: Path, seed: int) -> None:
    """Of the make of SD 1.5: epsilon, eight heads, padded with the end."""
    write(folder, Make(), seed)


def build_sd2_v(folder: Path, seed: int) -> None:
    """Of the make of SD 2.1: v prediction, padded with "!"."""
    write(folder, Make(pad="!", scheduler=dict(SD2_SCHEDULER)), seed)


def build_sdxl(folder: Path, seed: int) -> None:
    """Of the make of SDXL: two text encoders, pooled vectors and sizes."""
    write(folder, Make(is_xl=True, scheduler=dict(SDXL_SCHEDULER)), seed)


def write(folder: Path, make: Make, seed: int) -> None:
    """Write a model into a folder."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    write_network(folder / "unet", UNet2DConditionModel, seed, **_unet(make))
    write_network(folder / "vae", AutoencoderKL, seed + 1, **_autoencoder(make))
    write_encoder(folder / "text_encoder", CLIPTextModel, _encoder(make, "quick_gelu"), seed + 2)
    write_clip_tokenizer(folder / "tokenizer", make.pad)
    if make.is_xl:
        second = _encoder(make, "gelu")
        write_encoder(folder / "text_encoder_2", CLIPTextModelWithProjection, second, seed + 3)
        write_clip_tokenizer(folder / "tokenizer_2", "!")
    _write_json(folder / "scheduler" / "scheduler_config.json", make.scheduler)
    _write_json(folder / "model_index.json", _index(make))


def _unet(make: Make) -> dict[str, Any]:
    count = len(make.widths)
    xl = {
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 6 * 8 + make.states,
    }
    return {
        "sample_size": make.size,
        "block_out_channels": make.widths,
        "layers_per_block": make.layers,
        "down_block_types": ("CrossAttnDownBlock2D",) * (count - 1) + ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * (count - 1),
        "cross_attention_dim": make.states * (2 if make.is_xl else 1),
        "attention_head_dim": make.heads,
        "use_linear_projection": make.is_xl or make.pad == "!",
        "norm_num_groups": 8,
        **(xl if make.is_xl else {}),
    }


def _autoencoder(make: Make) -> dict[str, Any]:
    return {
        "block_out_channels": (8, 8, 16, 16),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "latent_channels": 4,
        "norm_num_groups": 4,
        "sample_size": 8 * make.size,
        "scaling_factor": 0.13025 if make.is_xl else 0.18215,
    }


def _encoder(make: Make, activation: str) -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        vocab_size=vocabulary_size(),
        hidden_size=make.states,
        intermediate_size=2 * make.states,
        projection_dim=make.states,
        num_hidden_layers=make.text_layers,
        num_attention_heads=4,
        hidden_act=activation,
        bos_token_id=vocabulary_size() - 2,
        eos_token_id=vocabulary_size() - 1,
        pad_token_id=0 if make.pad == "!" else vocabulary_size() - 1,
    )


def _index(make: Make) -> dict[str, Any]:
    encoder, tokenizer = ["transformers", "CLIPTextModel"], ["transformers", "CLIPTokenizer"]
    parts: dict[str, Any] = {
        "scheduler": ["diffusers", make.scheduler["_class_name"]],
        "text_encoder": encoder,
        "tokenizer": tokenizer,
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    if make.is_xl:
        second = {"text_encoder_2": ["transformers", "CLIPTextModelWithProjection"], "tokenizer_2": tokenizer}
        return {"_class_name": "StableDiffusionXLPipeline", **parts, **second, **_XL_INDEX}
    return {"_class_name": "StableDiffusionPipeline", **parts, **_SD_INDEX}


_NONE = [None, None]
_SD_INDEX = {
    "feature_extractor": _NONE,
    "image_encoder": _NONE,
    "safety_checker": _NONE,
    "requires_safety_checker": False,
}
_XL_INDEX = {"feature_extractor": _NONE, "image_encoder": _NONE, "force_zeros_for_empty_prompt": True}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
