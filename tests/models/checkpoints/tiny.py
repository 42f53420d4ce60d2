"""Tiny random models, as diffusers and transformers themselves write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch


def unet(cross: int = 32, **more: Any) -> Any:
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        cross_attention_dim=cross,
        attention_head_dim=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        **more,
    )


def vae() -> Any:
    from diffusers import AutoencoderKL

    torch.manual_seed(1)
    return AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=16,
    )


def text_config(width: int = 32, **more: Any) -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        vocab_size=100,
        hidden_size=width,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        bos_token_id=98,
        eos_token_id=99,
        **more,
    )


def text_encoder(width: int = 32) -> Any:
    from transformers import CLIPTextModel

    torch.manual_seed(2)
    return CLIPTextModel(text_config(width))


def transformer() -> Any:
    from diffusers import WanTransformer3DModel

    torch.manual_seed(3)
    return WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        text_dim=16,
        freq_dim=16,
        ffn_dim=24,
        num_layers=2,
        cross_attn_norm=True,
    )


def umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    torch.manual_seed(4)
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=50,
            d_model=16,
            d_kv=4,
            d_ff=24,
            num_layers=2,
            num_heads=4,
            feed_forward_proj="gated-gelu",
        )
    )


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def write_tokenizer(folder: Path) -> None:
    words = {"!": 0, "a</w>": 1, "cat</w>": 2, "c": 3, "a": 4, "t": 5, "t</w>": 6}
    words |= {"<|startoftext|>": 98, "<|endoftext|>": 99}
    write_json(folder / "vocab.json", words)
    (folder / "merges.txt").write_text("#version: 0.2\nc a\nca t</w>\n")
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77})


def stable_diffusion(folder: Path, prediction: str = "epsilon", width: int = 32) -> Path:
    """A Stable Diffusion as a diffusers directory."""
    unet(width).save_pretrained(folder / "unet")
    vae().save_pretrained(folder / "vae")
    text_encoder(width).save_pretrained(folder / "text_encoder")
    write_tokenizer(folder / "tokenizer")
    write_json(
        folder / "scheduler" / "scheduler_config.json",
        {"_class_name": "DDIMScheduler", "prediction_type": prediction, "beta_schedule": "scaled_linear"},
    )
    write_json(
        folder / "model_index.json",
        {
            "_class_name": "StableDiffusionPipeline",
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "scheduler": ["diffusers", "DDIMScheduler"],
            "safety_checker": [None, None],
        },
    )
    return folder
