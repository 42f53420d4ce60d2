"""A WAN from a diffusers directory: its score model, its text encoder and the decoder of its videos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.reference import Reference
from ...diffusion.schedule import Schedule, flow
from ..network_field import NetworkField
from ..precision import MATCHED, check_mode, dtype_of
from ..walking.schedulers import own_config
from .network import TRAINED_TIMES, NoPrompt, Prompts, WanNetwork
from .offloading import place
from .text import WanText
from .video import WanVideo
from .weights import align, fill

PARTS = (
    "model_index.json",
    "tokenizer",
    "text_encoder",
    "transformer",
    "vae",
    "scheduler/scheduler_config.json",
)
USUAL = (832, 480, 81)  # width, height and frames
# What is missed least comes first: the text encoder speaks once, the transformers at every step.
MAY_WAIT = ("text_encoder", "transformer_2", "transformer")


def load_wan(
    folder: Path, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> tuple[ScoreModel, WanText, WanVideo]:
    """The model in a folder.

    Args:
        folder: a diffusers directory of a `WanPipeline`, with safetensors.
        device: where it computes.
        precision: of the transformers and the text encoder (see `precision.dtype_of`). Videos are always
            decoded in single precision.
        mode: "optimised", or "matched", which asks the networks exactly as diffusers' pipeline does.

    Raises:
        ValueError: a folder that is no such model, or not a whole one; the text says what is missing.
    """
    check_mode(mode)
    is_matched, dtype = mode == MATCHED, dtype_of(precision, device)
    index = _index(folder)
    parts = _parts(folder, index, dtype, is_matched)
    place(parts, device, MAY_WAIT)
    if torch.device(device).type == "cpu":
        for part in parts.values():
            align(part)
    text = WanText(_tokenizer(folder / "tokenizer"), parts["text_encoder"], device)
    config = parts["transformer"].config
    video = WanVideo(parts["vae"], device, not is_matched, config.patch_size[1])
    network = WanNetwork(
        parts["transformer"], parts.get("transformer_2"), index.get("boundary_ratio") or 0.0, dtype
    )
    prompts = Prompts(network, config.text_dim, device)
    scheduler = own_config(folder / "scheduler")
    model = ScoreModel(
        NetworkField(network, "flow", NoPrompt(text, prompts)),
        schedule_of(scheduler),
        video.latent_shape(*USUAL),
        prompts,
        device,
        any_size=True,
        reference=Reference(scheduler, is_matched, together=False, begins_at_first=True),
    )
    return model, text, video


def _parts(folder: Path, index: Mapping[str, Any], dtype: torch.dtype, is_matched: bool) -> dict[str, Any]:
    """The networks of a model, by the names of their folders."""
    names = ("transformer", "transformer_2") if _has_two(index) else ("transformer",)
    return {
        "text_encoder": _text_encoder(folder / "text_encoder", dtype),
        **{name: _transformer(folder / name, dtype, is_matched) for name in names},
        "vae": _autoencoder(folder / "vae"),
    }


def schedule_of(scheduler: Mapping[str, Any]) -> Schedule:
    """The noise levels that a scheduler's settings mean: a flow's, shifted."""
    shift = scheduler.get("flow_shift", scheduler.get("shift")) or 1.0
    return flow(TRAINED_TIMES, float(shift))


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


def _has_two(index: Mapping[str, Any]) -> bool:
    return index.get("boundary_ratio") is not None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no settings")
    return cast(dict[str, Any], found)


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

    kind: Any = AutoencoderKLWan
    network = kind.from_pretrained(
        folder,
        torch_dtype=torch.float32,
        local_files_only=True,
        use_safetensors=True,
        low_cpu_mem_usage=False,
    )
    return network.requires_grad_(False)


def _transformer(folder: Path, dtype: torch.dtype, is_matched: bool) -> Any:
    from diffusers import WanTransformer3DModel

    from .transformer import SINGLE, Prompted, built

    config = _json(folder / "config.json")
    if config.get("image_dim") or config.get("in_channels") != config.get("out_channels"):
        raise ValueError(f"{folder} wants a picture to begin with (image to video): take a text-to-video WAN")
    kind = WanTransformer3DModel if is_matched else Prompted
    network = fill(built(kind, config), folder, dtype, SINGLE)
    if isinstance(network, Prompted):
        network.prepare()
    return network
