"""A WAN from a checkpoint: its score model, its text encoder and the decoder of its videos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.reference import Reference
from ...diffusion.schedule import Schedule, flow
from ..checkpoints.checkpoint import Checkpoint
from ..network_field import NetworkField
from ..precision import MATCHED, check_mode, dtype_of
from ..walking.schedulers import own_config
from .alignment import align
from .latents import latents_of
from .network import TRAINED_TIMES, NoPrompt, Prompts, WanNetwork
from .offloading import place
from .text import WanText
from .video import WanVideo

USUAL = (832, 480, 81)  # width, height and frames
# What is missed least comes first: the text encoder speaks once, the transformers at every step.
MAY_WAIT = ("text_encoder", "transformer_2", "transformer")


def load_wan(
    opened: Checkpoint, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> tuple[ScoreModel, WanText, WanVideo]:
    """A model that was opened.

    Args:
        opened: a WAN, from a diffusers directory or from files.
        device: where it computes.
        precision: of the transformers and the text encoder (see `precision.dtype_of`). Videos are always
            decoded in single precision.
        mode: "optimised", or "matched", which asks the networks exactly as diffusers' pipeline does.

    Raises:
        ValueError: a WAN that begins with a picture, or weights that are not those that its configurations
            ask for; the text says which.
    """
    check_mode(mode)
    is_matched, dtype = mode == MATCHED, dtype_of(precision, device)
    _check_begins_with_noise(opened)
    opened.check()
    parts = _parts(opened, dtype, is_matched)
    _bring(parts, device)
    config = parts["transformer"].config
    text = WanText(_tokenizer(opened.settings["tokenizer"]), parts["text_encoder"], device)
    video = WanVideo(parts["vae"], device, not is_matched, config.patch_size[1])
    network = _network(parts, opened.index, dtype)
    prompts = Prompts(network, config.text_dim, device)
    scheduler = own_config(opened.settings["scheduler"])
    model = ScoreModel(
        NetworkField(network, "flow", NoPrompt(text, prompts)),
        schedule_of(scheduler),
        video.latent_shape(*USUAL),
        prompts,
        device,
        any_size=True,
        reference=_reference(scheduler, is_matched, network),
        latent_format=latents_of(parts["vae"]),
    )
    return model, text, video


def _parts(opened: Checkpoint, dtype: torch.dtype, is_matched: bool) -> dict[str, Any]:
    """The networks of a model, by the names of their folders; `place` says later where they compute."""
    names = [name for name in ("transformer", "transformer_2") if name in opened.parts]
    return {
        "text_encoder": opened.module("text_encoder", dtype),
        **{name: _transformer(opened, name, dtype, is_matched) for name in names},
        "vae": opened.module("vae"),
    }


def _bring(parts: Mapping[str, Any], device: str) -> None:
    """Bring the networks to where they compute."""
    place(parts, device, MAY_WAIT)
    if torch.device(device).type == "cpu":
        for part in parts.values():
            align(part)


def _network(parts: Mapping[str, Any], index: Mapping[str, Any], dtype: torch.dtype) -> WanNetwork:
    boundary = index.get("boundary_ratio") or 0.0
    return WanNetwork(parts["transformer"], parts.get("transformer_2"), boundary, dtype)


def _reference(scheduler: Mapping[str, Any], is_matched: bool, network: WanNetwork) -> Reference:
    """How diffusers' pipelines walk it."""
    return Reference(
        scheduler,
        is_matched,
        together=False,
        begins_at_first=True,
        from_pictures=network.late is None,  # diffusers' WanVideoToVideoPipeline has one transformer
    )


def schedule_of(scheduler: Mapping[str, Any]) -> Schedule:
    """The noise levels that a scheduler's settings mean: a flow's, shifted."""
    shift = scheduler.get("flow_shift", scheduler.get("shift")) or 1.0
    return flow(TRAINED_TIMES, float(shift))


def _check_begins_with_noise(opened: Checkpoint) -> None:
    if opened.index.get("expand_timesteps"):
        raise ValueError("this is a WAN that begins with a picture (TI2V), which is not known here")
    if opened.index.get("boundary_ratio") is not None and "transformer_2" not in opened.parts:
        raise ValueError("this is no whole WAN: it has a boundary_ratio, and transformer_2 is missing")
    for name in ("transformer", "transformer_2"):
        config = opened.parts[name].config if name in opened.parts else {}
        if config.get("image_dim") or config.get("in_channels", 16) != config.get("out_channels", 16):
            raise ValueError(
                f"its {name} wants a picture to begin with (image to video): take a text-to-video WAN"
            )


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def _transformer(opened: Checkpoint, name: str, dtype: torch.dtype, is_matched: bool) -> Any:
    from .transformer import Prompted

    network = opened.module(name, dtype, kind=None if is_matched else Prompted)
    if isinstance(network, Prompted):
        network.prepare()
    return network
