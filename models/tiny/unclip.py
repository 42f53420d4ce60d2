"""Small unCLIPs that nobody trained: every stage of Karlo and of Stable unCLIP, as diffusers' directories.

Shapes are those of the real ones, but for the sizes. The same seed gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .clip import ClipShape, sight_settings, text_settings, write_preprocessor
from .tokenizers import write_clip_tokenizer
from .unclip_settings import (
    DECODER_SCHEDULER,
    KARLO_PARTS,
    KARLO_SCHEDULERS,
    STABLE_PARTS,
    STABLE_SCHEDULERS,
    index_of,
)
from .weights import drawn, write_encoder, write_network

# The shared space of unCLIP is as wide as the states of its text.
_CLIP = ClipShape(width=24, shared=24)


@dataclass(frozen=True)
class UnclipShape:
    """How large a small unCLIP is.

    Attributes:
        clip: of its CLIP; the text tower's states are as wide as the shared space.
        head_width: of the prior's two heads.
        layers: of the prior.
        small: side of the decoder's pictures, or of Stable unCLIP's latents.
        large: side of the upscaled pictures.
        widths: channels of the UNets, from fine to coarse.
        looked_at: width of what the decoder's attention looks at.
        extra: tokens that a picture's vector becomes for the decoder.
        prediction: of Stable unCLIP's decoder.
    """

    clip: ClipShape = _CLIP
    head_width: int = 8
    layers: int = 1
    small: int = 16
    large: int = 32
    widths: tuple[int, int] = (32, 64)
    looked_at: int = 20
    extra: int = 4
    prediction: str = "v_prediction"


UNCLIP = UnclipShape()


def build_karlo(folder: Path, seed: int) -> None:
    """Write a small Karlo."""
    write_karlo(folder, seed, UNCLIP)


def build_stable_unclip(folder: Path, seed: int) -> None:
    """Write a small Stable unCLIP, with a prior."""
    write_stable_unclip(folder, seed, replace(UNCLIP, small=8))


def write_karlo(folder: Path, seed: int, shape: UnclipShape) -> None:
    """Write a Karlo of a shape: prior, decoder and two networks of super-resolution."""
    from diffusers import UNet2DConditionModel, UNet2DModel
    from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

    _write_clip(folder, seed, shape)
    _write_prior(folder, seed + 2, shape)
    write_network(folder / "decoder", UNet2DConditionModel, seed + 3, **_decoder(shape))
    write_network(
        folder / "text_proj",
        UnCLIPTextProjModel,
        seed + 4,
        clip_extra_context_tokens=shape.extra,
        clip_embeddings_dim=shape.clip.shared,
        time_embed_dim=4 * shape.widths[0],
        cross_attention_dim=shape.looked_at,
    )
    write_network(folder / "super_res_first", UNet2DModel, seed + 5, **_upscaler(shape))
    write_network(folder / "super_res_last", UNet2DModel, seed + 6, **_upscaler(shape))
    for name, config in KARLO_SCHEDULERS.items():
        _write_json(folder / name / "scheduler_config.json", {"_class_name": "UnCLIPScheduler", **config})
    _write_json(folder / "model_index.json", index_of("UnCLIPPipeline", KARLO_PARTS))


def write_stable_unclip(folder: Path, seed: int, shape: UnclipShape) -> None:
    """Write a Stable unCLIP of a shape: prior, and a decoder of latents that is told a noise level too."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    _write_clip(folder, seed, shape, "prior_")
    _write_prior(folder, seed + 2, shape)
    _write_normalizer(folder / "image_normalizer", seed + 3, shape)
    write_network(folder / "unet", UNet2DConditionModel, seed + 4, **_latent_decoder(shape))
    write_network(folder / "vae", AutoencoderKL, seed + 5, **_autoencoder(shape))
    settings = text_settings(replace(shape.clip, width=shape.looked_at))
    write_encoder(folder / "text_encoder", CLIPTextModel, CLIPTextConfig(**settings), seed + 6)
    # Stable Diffusion 2 pads with "!".
    write_clip_tokenizer(folder / "tokenizer", "!")
    schedulers = {
        **STABLE_SCHEDULERS,
        "scheduler": {**DECODER_SCHEDULER, "prediction_type": shape.prediction},
    }
    for name, config in schedulers.items():
        _write_json(folder / name / "scheduler_config.json", config)
    _write_json(folder / "model_index.json", index_of("StableUnCLIPPipeline", STABLE_PARTS))


def _write_clip(folder: Path, seed: int, shape: UnclipShape, prefix: str = "") -> None:
    """Both towers of the CLIP that the model was made with, the one that sees beside the one that reads."""
    from transformers import (
        CLIPTextConfig,
        CLIPTextModelWithProjection,
        CLIPVisionConfig,
        CLIPVisionModelWithProjection,
    )

    reads, sees = text_settings(shape.clip), sight_settings(shape.clip)
    place = folder / f"{prefix}text_encoder"
    write_encoder(place, CLIPTextModelWithProjection, CLIPTextConfig(**reads), seed)
    write_encoder(folder / "image_encoder", CLIPVisionModelWithProjection, CLIPVisionConfig(**sees), seed + 1)
    write_clip_tokenizer(folder / f"{prefix}tokenizer")
    write_preprocessor(folder / "feature_extractor", shape.clip.side)


def _write_prior(folder: Path, seed: int, shape: UnclipShape) -> None:
    from diffusers import PriorTransformer

    settings = {
        "num_attention_heads": 2,
        "attention_head_dim": shape.head_width,
        "num_layers": shape.layers,
        "embedding_dim": shape.clip.shared,
        "num_embeddings": shape.clip.length,
        "additional_embeddings": 4,
    }
    _write_scaled(folder / "prior", PriorTransformer, seed, "clip_std", settings)


def _write_normalizer(folder: Path, seed: int, shape: UnclipShape) -> None:
    from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
        StableUnCLIPImageNormalizer,
    )

    _write_scaled(folder, StableUnCLIPImageNormalizer, seed, "std", {"embedding_dim": shape.clip.shared})


def _write_scaled(folder: Path, kind: Any, seed: int, scale: str, settings: Mapping[str, Any]) -> None:
    """A network one of whose tensors is a scale: above 0, as in a model that was trained."""
    import torch
    from safetensors.torch import save_file

    with torch.device("meta"):
        network = kind(**settings)
    network.save_config(folder)
    tensors = drawn(network, seed)
    tensors[scale] = 0.5 + tensors[scale].abs()
    save_file(tensors, folder / "diffusion_pytorch_model.safetensors", {"format": "pt"})


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(content), indent=2) + "\n", encoding="utf-8")


def _decoder(shape: UnclipShape) -> dict[str, Any]:
    return {
        "sample_size": shape.small,
        "in_channels": 3,
        "out_channels": 6,
        "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        "block_out_channels": shape.widths,
        "layers_per_block": 1,
        "cross_attention_dim": shape.looked_at,
        "attention_head_dim": 8,
        "norm_num_groups": 8,
        "resnet_time_scale_shift": "scale_shift",
        "class_embed_type": "identity",
    }


def _upscaler(shape: UnclipShape) -> dict[str, Any]:
    return {
        "sample_size": shape.large,
        "in_channels": 6,
        "out_channels": 3,
        "layers_per_block": 1,
        "block_out_channels": shape.widths,
        "down_block_types": ("ResnetDownsampleBlock2D",) * 2,
        "up_block_types": ("ResnetUpsampleBlock2D",) * 2,
        "norm_num_groups": 8,
        "resnet_time_scale_shift": "scale_shift",
        "add_attention": False,
    }


def _latent_decoder(shape: UnclipShape) -> dict[str, Any]:
    return {
        "sample_size": shape.small,
        "in_channels": 4,
        "out_channels": 4,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "block_out_channels": shape.widths,
        "layers_per_block": 1,
        "attention_head_dim": (2, 4),
        "cross_attention_dim": shape.looked_at,
        "class_embed_type": "projection",
        "projection_class_embeddings_input_dim": 2 * shape.clip.shared,
        "norm_num_groups": 8,
        "use_linear_projection": True,
    }


def _autoencoder(shape: UnclipShape) -> dict[str, Any]:
    return {
        "block_out_channels": (8, 8, 16, 16),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "norm_num_groups": 4,
        "latent_channels": 4,
        "sample_size": 8 * shape.small,
    }
