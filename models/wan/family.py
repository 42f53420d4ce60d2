"""A WAN from a diffusers directory: its score model, its text encoder and the decoder of its videos."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.schedule import Schedule, flow
from .network import TRAINED_TIMES, NoPrompt, PromptedNetwork, Prompts, WanNetwork
from .offloading import place
from .text import WanText
from .video import WanVideo

PARTS = (
    "model_index.json",
    "tokenizer",
    "text_encoder",
    "transformer",
    "vae",
    "scheduler/scheduler_config.json",
)
USUAL = (480, 832, 81)  # height, width and frames
# What is missed least comes first: the text encoder speaks once, the transformers at every step.
MAY_WAIT = ("text_encoder", "transformer_2", "transformer")
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def load_wan(
    folder: Path, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> tuple[ScoreModel, WanText, WanVideo]:
    """The model in a folder.

    Args:
        folder: a diffusers directory of a `WanPipeline`, with safetensors.
        device: where it computes.
        precision: of the transformers and the text encoder: "float32", "bfloat16", "float16", or "auto",
            which is bfloat16 on a GPU and float32 elsewhere. Videos are always decoded in float32.
        mode: "optimised", or "matched", which asks the networks exactly as diffusers' pipeline does.

    Raises:
        ValueError: a folder that is no such model, or not a whole one; the text says what is missing.
    """
    index = _index(folder)
    dtype = _dtype(precision, device)
    is_prompted = mode == "optimised"
    parts = {"text_encoder": _text_encoder(folder / "text_encoder", dtype)}
    for name in ("transformer", "transformer_2") if _has_two(index) else ("transformer",):
        parts[name] = _transformer(folder / name, dtype, is_prompted)
    parts["vae"] = _autoencoder(folder / "vae")
    place(parts, device, MAY_WAIT)
    text = WanText(_tokenizer(folder / "tokenizer"), parts["text_encoder"], device)
    kind = PromptedNetwork if is_prompted else WanNetwork
    boundary = float(index.get("boundary_ratio") or 0.0)
    network = kind(parts["transformer"], parts.get("transformer_2"), boundary, dtype)
    prompts = Prompts(network, parts["transformer"].config.text_dim, device)
    video = WanVideo(parts["vae"], device, is_prompted, parts["transformer"].config.patch_size[1])
    height, width, frames = USUAL
    model = ScoreModel(
        prompts.field(NoPrompt(text, prompts)),
        schedule_of(_json(folder / "scheduler" / "scheduler_config.json")),
        _latent_shape(video, height, width, frames),
        prompts,
        device,
        any_size=True,
    )
    return model, text, video


def schedule_of(scheduler: dict[str, Any]) -> Schedule:
    """The noise levels that a scheduler's settings mean: a flow's, shifted."""
    shift = scheduler.get("flow_shift", scheduler.get("shift")) or 1.0
    return flow(TRAINED_TIMES, float(shift))


def _latent_shape(video: WanVideo, height: int, width: int, frames: int) -> tuple[int, ...]:
    times, pixels = video.compression
    return video.channels, (frames - 1) // times + 1, height // pixels, width // pixels


def _index(folder: Path) -> dict[str, Any]:
    for part in PARTS:
        if not (folder / part).exists():
            raise ValueError(f"{folder} is no whole WAN: {part} is missing")
    index = _json(folder / "model_index.json")
    if index.get("_class_name") != "WanPipeline":
        raise ValueError(f"{folder} holds a {index.get('_class_name')}: a text-to-video WAN is a WanPipeline")
    if index.get("expand_timesteps"):
        raise ValueError(f"{folder} is a WAN that begins with a picture (TI2V), which is not known here")
    if _has_two(index) and not (folder / "transformer_2").exists():
        raise ValueError(f"{folder} is no whole WAN: transformer_2 is missing")
    return index


def _has_two(index: dict[str, Any]) -> bool:
    return index.get("boundary_ratio") is not None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no settings")
    return cast(dict[str, Any], found)


def _dtype(precision: str, device: str) -> torch.dtype:
    if precision == "auto":
        return torch.bfloat16 if torch.device(device).type == "cuda" else torch.float32
    if precision not in DTYPES:
        raise ValueError(f"unknown precision {precision!r}: choose auto, {', '.join(DTYPES)}")
    return DTYPES[precision]


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def _text_encoder(folder: Path, dtype: torch.dtype) -> Any:
    from transformers import UMT5EncoderModel

    network = UMT5EncoderModel.from_pretrained(
        folder, dtype=dtype, local_files_only=True, use_safetensors=True
    )
    return network.requires_grad_(False)


def _autoencoder(folder: Path) -> Any:
    from diffusers import AutoencoderKLWan

    network = AutoencoderKLWan.from_pretrained(
        folder,
        torch_dtype=torch.float32,
        local_files_only=True,
        use_safetensors=True,
        low_cpu_mem_usage=False,
    )
    return network.requires_grad_(False)


def _transformer(folder: Path, dtype: torch.dtype, is_prompted: bool) -> Any:
    from diffusers import WanTransformer3DModel

    from .transformer import SINGLE, Prompted, built
    from .weights import fill

    config = _json(folder / "config.json")
    if config.get("image_dim") or config.get("in_channels") != config.get("out_channels"):
        raise ValueError(f"{folder} wants a picture to begin with (image to video): take a text-to-video WAN")
    network = fill(built(Prompted if is_prompted else WanTransformer3DModel, config), folder, dtype, SINGLE)
    if isinstance(network, Prompted):
        network.prepare()
    return network
