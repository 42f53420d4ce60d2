#!/usr/bin/env python3
"""Tiny random models in ComfyUI's own single-file formats.

    python tiny_checkpoint.py TREE FOLDER

Run it with the tree's own python. Writes a Stable Diffusion 1 (tiny.safetensors), its inpainting sibling,
which brings no text encoder and no VAE, a ControlNet and a LoRA. What ComfyUI takes for Stable Diffusion 1
must have 320 channels, cross-attention of width 768 and the whole text encoder of CLIP L; everything else
is as small as it goes: one level with one block on the way down and two on the way up, and a TAESD for a
VAE. 285 MB, of which the text encoder is 246.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

UNET = {
    "image_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "model_channels": 320,
    "num_res_blocks": [1],
    "channel_mult": [1],
    "transformer_depth": [1],
    "transformer_depth_output": [1, 0],
    "transformer_depth_middle": -2,
    "context_dim": 768,
    "num_heads": 8,
    "use_spatial_transformer": True,
    "use_linear_in_transformer": False,
    "legacy": False,
}
CONTROL = sorted(UNET.keys() - {"out_channels", "transformer_depth_output"})
SEED = 20
ONES = ("in_layers.0.weight", "out_layers.0.weight", "out.0.weight", "vae_scale")  # scales that bear no name
LORA_TO = "input_blocks_1_1_transformer_blocks_0_attn2_to_k"


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    _become_comfyui(options.tree)
    import torch
    from comfy import sd1_clip
    from comfy.cldm.cldm import ControlNet
    from comfy.ldm.modules.diffusionmodules.openaimodel import UNetModel
    from comfy.taesd.taesd import TAESD

    with torch.device("meta"):
        network = UNetModel(**UNET)
        inpainting = UNetModel(**{**UNET, "in_channels": 9})
        control = ControlNet(hint_channels=3, **{name: UNET[name] for name in CONTROL})
        text = sd1_clip.SD1ClipModel().clip_l
        decoder = TAESD()
    network_prefix = "model.diffusion_model."
    _write(
        options.folder / "tiny.safetensors",
        {network_prefix: network, "cond_stage_model.": text, "first_stage_model.": decoder},
    )
    _write(options.folder / "tiny-inpainting.safetensors", {network_prefix: inpainting})
    _write(options.folder / "tiny-control.safetensors", {"control_model.": control})
    _write_lora(options.folder / "tiny-lora.safetensors")


def _become_comfyui(tree: Path) -> None:
    """Make the tree's modules importable, told that there is no GPU."""
    sys.argv = [sys.argv[0], "--cpu"]
    sys.path.insert(0, str(tree))
    import comfy.options

    comfy.options.enable_args_parsing()


def _write(path: Path, modules: dict[str, Any]) -> None:
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(SEED)
    weights = {
        prefix + name: _filled(name, tuple(empty.shape), generator).half()
        for prefix, module in modules.items()
        for name, empty in module.state_dict().items()
    }
    save_file(weights, path)


def _filled(name: str, shape: tuple[int, ...], generator: Any) -> Any:
    """Random weights that neither explode nor vanish: variance 1 in, variance 1 out."""
    import torch

    if len(shape) < 2:
        is_scale = ("norm" in name and name.endswith("weight")) or name.endswith(ONES)
        return torch.full(shape, float(is_scale))
    fan_in = 2500 if "embedding" in name else math.prod(shape[1:])
    return torch.randn(shape, generator=generator) / math.sqrt(fan_in)


def _write_lora(path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(SEED)
    up, down = (torch.randn(shape, generator=generator) / 4 for shape in ((320, 2), (2, 768)))
    save_file(
        {f"lora_unet_{LORA_TO}.lora_up.weight": up, f"lora_unet_{LORA_TO}.lora_down.weight": down}, path
    )


if __name__ == "__main__":
    main()
