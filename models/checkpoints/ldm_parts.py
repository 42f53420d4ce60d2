"""The networks inside a single file, where they are named as those who trained them named them.

Stable Diffusion's are CompVis' and Stability AI's names, WAN's its authors'. diffusers knows both, and what
stands here is which of its converters is for what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

Tensors = dict[str, "Tensor"]
UNET, WAN_PREFIX = "model.diffusion_model.", "model.diffusion_model."
DECODERS = ("first_stage_model.", "vae.")
_FIRST_TEXT = ("cond_stage_model.transformer.", "conditioner.embedders.0.transformer.")
_OPEN_TEXT = ("cond_stage_model.model.", "conditioner.embedders.1.model.")
# Kept by whoever trained it; a text encoder that only encodes has no use for them.
_UNUSED = ("logit_scale", "position_ids", "attn_mask")


def picked(names: Iterable[str], component: str) -> frozenset[str]:
    """The names of the tensors that a component of Stable Diffusion is made of."""
    prefixes = {
        "unet": (UNET,),
        "vae": DECODERS,
        "text_encoder": (*_FIRST_TEXT, _OPEN_TEXT[0]),
        "text_encoder_2": _OPEN_TEXT[1:],
    }[component]
    return frozenset(name for name in names if name.startswith(prefixes) and not name.endswith(_UNUSED))


def rename_unet(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """A UNet's tensors by diffusers' names."""
    return _converted("convert_ldm_unet_checkpoint", dict(tensors), dict(config))


def rename_decoder(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """An autoencoder's tensors by diffusers' names."""
    return _converted("convert_ldm_vae_checkpoint", dict(tensors), dict(config))


def rename_text(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """A text encoder's tensors by transformers' names, and of no more layers than are used: Stable Diffusion
    2 hears what the last layer but one says."""
    found = rename_projected_text(tensors, config)
    unused = f"encoder.layers.{config['num_hidden_layers']}."
    return {
        name: tensor
        for name, tensor in found.items()
        if unused not in name and not name.startswith("text_projection")
    }


def rename_projected_text(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """The same of all layers, with the projection behind them."""
    prefix = next((each for each in _OPEN_TEXT if any(name.startswith(each) for name in tensors)), None)
    if prefix is None:
        return _converted("convert_ldm_clip_checkpoint", dict(tensors))
    network = SimpleNamespace(config=SimpleNamespace(hidden_size=config["hidden_size"]))
    return _converted("convert_open_clip_checkpoint", network, dict(tensors), prefix=prefix)


def rename_wan(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """A WAN transformer's tensors by diffusers' names."""
    return _converted("convert_wan_transformer_to_diffusers", dict(tensors))


def rename_wan_decoder(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """A WAN autoencoder's tensors by diffusers' names."""
    return _converted("convert_wan_vae_to_diffusers", dict(tensors))


def _converted(name: str, *given: Any, **more: Any) -> Tensors:
    from diffusers.loaders import single_file_utils

    return dict(getattr(single_file_utils, name)(*given, **more))


RENAMES: Mapping[str, Callable[[Tensors, Mapping[str, Any]], Tensors]] = {
    "unet": rename_unet,
    "vae": rename_decoder,
    "text_encoder": rename_text,
    "text_encoder_2": rename_projected_text,
}
