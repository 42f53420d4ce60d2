"""Small WANs that nobody trained: every part of the real ones, with random weights of some hundred kilobytes.

They are diffusers directories, written as `save_pretrained` writes them. The same seed gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..wan.prompt import NEGATIVE
from .weights import drawn, write_network

SPACE = "▁"
LETTERS = "etaoinshrdlucmfwypvbgkjqxzETAOINSHRDLUCMFWYPVBGKJQXZ0123456789.,'-!?:"
WORDS = ("the", "a", "of", "on", "in", "An", "astronaut", "riding", "horse", "Moon", "cats", "tree", "desert")


@dataclass(frozen=True)
class WanShape:
    """How large a small WAN is, and what its scheduler says.

    Attributes:
        heads: of the transformers.
        head_width: of each; at least 6, because places have three axes.
        layers: of the transformers.
        feed_forward: their inner width.
        text_width: of the text encoder's states.
        text_layers: of the text encoder.
        frequencies: numbers that the time is told by.
        pixels_width: of the video autoencoder.
        shift: of its scheduler, UniPC.
        boundary: of the time at which the second transformer takes over; None for one transformer.
    """

    heads: int = 2
    head_width: int = 12
    layers: int = 2
    feed_forward: int = 32
    text_width: int = 16
    text_layers: int = 2
    frequencies: int = 16
    pixels_width: int = 3
    shift: float = 3.0
    boundary: float | None = None


WAN = WanShape()
WAN22 = replace(WAN, boundary=0.875)


def build_wan(folder: Path, seed: int) -> None:
    """Write a small WAN 2.1."""
    write_wan(folder, seed, WAN)


def build_wan22(folder: Path, seed: int) -> None:
    """Write a small WAN 2.2, of two transformers."""
    write_wan(folder, seed, WAN22)


def write_wan(folder: Path, seed: int, shape: WanShape) -> None:
    """Write a WAN of a shape."""
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanTransformer3DModel

    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder / "tokenizer")
    write_network(folder / "vae", AutoencoderKLWan, seed, **_autoencoder(shape))
    _write_text_encoder(folder / "text_encoder", shape, len(tokenizer), seed + 1)
    write_network(folder / "transformer", WanTransformer3DModel, seed + 2, **_transformer(shape))
    if shape.boundary is not None:
        write_network(folder / "transformer_2", WanTransformer3DModel, seed + 3, **_transformer(shape))
    kind: Any = UniPCMultistepScheduler
    scheduler = kind(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shape.shift)
    scheduler.save_pretrained(folder / "scheduler")
    _write_index(folder, shape)


def _write_index(folder: Path, shape: WanShape) -> None:
    index = {
        "_class_name": "WanPipeline",
        "boundary_ratio": shape.boundary,
        "expand_timesteps": False,
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": ["diffusers", "WanTransformer3DModel"] if shape.boundary else [None, None],
        "vae": ["diffusers", "AutoencoderKLWan"],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


def _tokenizer() -> Any:
    """T5's, with a vocabulary made by hand: the trainers give another one in every process."""
    from transformers import T5Tokenizer

    letters = dict.fromkeys((*LETTERS, *sorted(set(NEGATIVE))))
    pieces = dict.fromkeys((*(SPACE + word for word in WORDS), SPACE, *letters))
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -100.0)]
    vocabulary += [(piece, -2.0 - place / 100) for place, piece in enumerate(pieces)]
    return T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=512)


def _write_text_encoder(folder: Path, shape: WanShape, words: int, seed: int) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import UMT5Config, UMT5EncoderModel

    config = UMT5Config(
        vocab_size=words,
        d_model=shape.text_width,
        d_kv=shape.text_width // 2,
        d_ff=2 * shape.text_width,
        num_layers=shape.text_layers,
        num_heads=2,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=32,
        pad_token_id=0,
        eos_token_id=1,
        feed_forward_proj="gated-gelu",
        architectures=["UMT5EncoderModel"],
    )
    with torch.device("meta"):
        network = UMT5EncoderModel(config)
    config.save_pretrained(folder)
    weights = drawn(network, seed)
    del weights["encoder.embed_tokens.weight"]  # the same as "shared.weight", and in no file of the real ones
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def _transformer(shape: WanShape) -> dict[str, Any]:
    return {
        "patch_size": (1, 2, 2),
        "num_attention_heads": shape.heads,
        "attention_head_dim": shape.head_width,
        "text_dim": shape.text_width,
        "freq_dim": shape.frequencies,
        "ffn_dim": shape.feed_forward,
        "num_layers": shape.layers,
        "rope_max_seq_len": 64,
    }


def _autoencoder(shape: WanShape) -> dict[str, Any]:
    return {
        "base_dim": shape.pixels_width,
        "dim_mult": [1, 1, 1, 1],
        "num_res_blocks": 1,
        "temperal_downsample": [False, True, True],
    }
