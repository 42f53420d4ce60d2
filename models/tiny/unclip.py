"""Small unCLIPs that nobody trained: every stage of Karlo and of Stable unCLIP, as diffusers' directories.

Shapes are those of the real ones, but for the sizes. The same seed gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clip import ClipShape, sight_settings, text_settings, tokenizer, write_preprocessor
from .weights import drawn

if TYPE_CHECKING:
    from torch import nn

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


def build_karlo(folder: Path, seed: int = 0) -> None:
    """Write a small Karlo."""
    write_karlo(folder, seed, UNCLIP)


def build_stable_unclip(folder: Path, seed: int = 0) -> None:
    """Write a small Stable unCLIP, with a prior."""
    write_stable_unclip(folder, seed, replace(UNCLIP, small=8))


def write_karlo(folder: Path, seed: int, shape: UnclipShape) -> None:
    """Write a Karlo of a shape: prior, decoder and two networks of super-resolution."""
    from diffusers import UnCLIPScheduler
    from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

    width = shape.clip.shared
    networks: dict[str, Callable[[], nn.Module]] = {
        "prior": lambda: _prior(shape),
        "text_encoder": lambda: _text_encoder(shape.clip),
        "image_encoder": lambda: _image_encoder(shape.clip),
        "decoder": lambda: _decoder(shape),
        "text_proj": lambda: UnCLIPTextProjModel(
            clip_extra_context_tokens=shape.extra,
            clip_embeddings_dim=width,
            time_embed_dim=4 * shape.widths[0],
            cross_attention_dim=shape.looked_at,
        ),
        "super_res_first": lambda: _upscaler(shape),
        "super_res_last": lambda: _upscaler(shape),
    }
    schedulers = {
        "prior_scheduler": UnCLIPScheduler(prediction_type="sample", clip_sample_range=5.0),
        "decoder_scheduler": UnCLIPScheduler(variance_type="learned_range"),
        "super_res_scheduler": UnCLIPScheduler(),
    }
    index = {
        **{name: ["diffusers", "UnCLIPScheduler"] for name in schedulers},
        "decoder": ["diffusers", "UNet2DConditionModel"],
        "prior": ["diffusers", "PriorTransformer"],
        "super_res_first": ["diffusers", "UNet2DModel"],
        "super_res_last": ["diffusers", "UNet2DModel"],
        "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
        "text_proj": ["unclip", "UnCLIPTextProjModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
    }
    _write(folder, seed, networks, schedulers, {"_class_name": "UnCLIPPipeline", **index})
    tokenizer(shape.clip.length).save_pretrained(folder / "tokenizer")
    write_preprocessor(folder / "feature_extractor", shape.clip.side)


def write_stable_unclip(folder: Path, seed: int, shape: UnclipShape) -> None:
    """Write a Stable unCLIP of a shape: prior, and a decoder of latents that is told a noise level too."""
    from diffusers import DDIMScheduler, DDPMScheduler
    from diffusers.pipelines.stable_diffusion import StableUnCLIPImageNormalizer

    networks: dict[str, Callable[[], nn.Module]] = {
        "prior": lambda: _prior(shape),
        "prior_text_encoder": lambda: _text_encoder(shape.clip),
        "image_encoder": lambda: _image_encoder(shape.clip),
        "image_normalizer": lambda: StableUnCLIPImageNormalizer(embedding_dim=shape.clip.shared),
        "text_encoder": lambda: _plain_text_encoder(shape),
        "unet": lambda: _latent_decoder(shape),
        "vae": lambda: _autoencoder(shape),
    }
    schedulers = {
        "prior_scheduler": DDPMScheduler(
            prediction_type="sample",
            variance_type="fixed_small_log",
            clip_sample=True,
            clip_sample_range=5.0,
            beta_schedule="squaredcos_cap_v2",
        ),
        "image_noising_scheduler": DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        "scheduler": DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            prediction_type=shape.prediction,
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
        ),
    }
    index = {
        "image_noising_scheduler": ["diffusers", "DDPMScheduler"],
        "image_normalizer": ["stable_diffusion", "StableUnCLIPImageNormalizer"],
        "prior": ["diffusers", "PriorTransformer"],
        "prior_scheduler": ["diffusers", "DDPMScheduler"],
        "prior_text_encoder": ["transformers", "CLIPTextModelWithProjection"],
        "prior_tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    _write(folder, seed, networks, schedulers, {"_class_name": "StableUnCLIPPipeline", **index})
    tokenizer(shape.clip.length).save_pretrained(folder / "prior_tokenizer")
    # Stable Diffusion 2 pads with "!".
    tokenizer(shape.clip.length, pad="!").save_pretrained(folder / "tokenizer")
    write_preprocessor(folder / "feature_extractor", shape.clip.side)


def _write(
    folder: Path,
    seed: int,
    networks: Mapping[str, Callable[[], nn.Module]],
    schedulers: Mapping[str, Any],
    index: Mapping[str, Any],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in networks.items():
        network: Any = drawn(build, seed, name)
        _as_trained(network)
        network.save_pretrained(folder / name)
    for name, scheduler in schedulers.items():
        scheduler.save_pretrained(folder / name)
    text = json.dumps(dict(index), indent=2, sort_keys=True) + "\n"
    (folder / "model_index.json").write_text(text, encoding="utf-8")


def _as_trained(network: Any) -> None:
    """Scales of vectors are above 0 in a model that was trained."""
    for name, parameter in network.named_parameters():
        if name in ("clip_std", "std"):
            parameter.data = 0.5 + parameter.data.abs()


def _prior(shape: UnclipShape) -> nn.Module:
    from diffusers import PriorTransformer

    return PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=shape.head_width,
        num_layers=shape.layers,
        embedding_dim=shape.clip.shared,
        num_embeddings=shape.clip.length,
        additional_embeddings=4,
    )


def _text_encoder(clip: ClipShape) -> nn.Module:
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    return CLIPTextModelWithProjection(CLIPTextConfig(**text_settings(clip)))


def _plain_text_encoder(shape: UnclipShape) -> nn.Module:
    from transformers import CLIPTextConfig, CLIPTextModel

    settings = text_settings(replace(shape.clip, width=shape.looked_at))
    return CLIPTextModel(CLIPTextConfig(**settings))


def _image_encoder(clip: ClipShape) -> nn.Module:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection(CLIPVisionConfig(**sight_settings(clip)))


def _decoder(shape: UnclipShape) -> nn.Module:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=shape.small,
        in_channels=3,
        out_channels=6,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        block_out_channels=shape.widths,
        layers_per_block=1,
        cross_attention_dim=shape.looked_at,
        attention_head_dim=8,
        resnet_time_scale_shift="scale_shift",
        class_embed_type="identity",
    )


def _upscaler(shape: UnclipShape) -> nn.Module:
    from diffusers import UNet2DModel

    return UNet2DModel(
        sample_size=shape.large,
        in_channels=6,
        out_channels=3,
        layers_per_block=1,
        block_out_channels=shape.widths,
        down_block_types=("ResnetDownsampleBlock2D", "ResnetDownsampleBlock2D"),
        up_block_types=("ResnetUpsampleBlock2D", "ResnetUpsampleBlock2D"),
        resnet_time_scale_shift="scale_shift",
        add_attention=False,
    )


def _latent_decoder(shape: UnclipShape) -> nn.Module:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=shape.small,
        in_channels=4,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        block_out_channels=shape.widths,
        layers_per_block=1,
        attention_head_dim=(2, 4),
        cross_attention_dim=shape.looked_at,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * shape.clip.shared,
        use_linear_projection=True,
    )


def _autoencoder(shape: UnclipShape) -> nn.Module:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        norm_num_groups=4,
        latent_channels=4,
        sample_size=8 * shape.small,
    )
