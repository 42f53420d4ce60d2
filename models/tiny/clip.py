"""A small CLIP that nobody trained: both towers, a vocabulary, and how it takes pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .tokenizers import END, START, clip_vocabulary, write_clip_tokenizer
from .weights import write_encoder


@dataclass(frozen=True)
class ClipShape:
    """How large a small CLIP is.

    Attributes:
        width: of the text tower's states.
        layers: of each tower.
        heads: of each layer.
        sight: width of the picture tower's states.
        side: of the pictures that it takes.
        patch: side of the squares that they are cut into.
        shared: width of the shared space.
        length: tokens in a text.
    """

    width: int = 32
    layers: int = 2
    heads: int = 4
    sight: int = 48
    side: int = 32
    patch: int = 8
    shared: int = 24
    length: int = 77


CLIP = ClipShape()


def build_clip(folder: Path, seed: int) -> None:
    """Write a small CLIP as transformers writes one."""
    write_clip(folder, seed, CLIP)


def write_clip(folder: Path, seed: int, shape: ClipShape) -> None:
    """Write a CLIP of a shape."""
    from transformers import CLIPConfig, CLIPModel

    config = CLIPConfig(
        text_config=text_settings(shape), vision_config=sight_settings(shape), projection_dim=shape.shared
    )
    write_encoder(folder, CLIPModel, config, seed)
    write_clip_tokenizer(folder)
    write_preprocessor(folder, shape.side)


def write_preprocessor(folder: Path, side: int) -> None:
    """Write how pictures are taken, as OpenAI's own CLIPs say it."""
    settings = {
        "crop_size": side,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
        "size": side,
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
    (folder / "preprocessor_config.json").write_text(text, encoding="utf-8")


def text_settings(shape: ClipShape) -> dict[str, Any]:
    """The text tower's config."""
    tokens, _ = clip_vocabulary()
    return {
        "vocab_size": len(tokens),
        "hidden_size": shape.width,
        "intermediate_size": 2 * shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.length,
        "projection_dim": shape.shared,
        "bos_token_id": tokens[START],
        "eos_token_id": tokens[END],
        "pad_token_id": tokens[END],
    }


def sight_settings(shape: ClipShape) -> dict[str, Any]:
    """The picture tower's config."""
    return {
        "hidden_size": shape.sight,
        "intermediate_size": 2 * shape.sight,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "image_size": shape.side,
        "patch_size": shape.patch,
        "projection_dim": shape.shared,
    }
