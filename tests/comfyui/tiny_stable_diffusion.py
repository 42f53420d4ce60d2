#!/usr/bin/env python3
"""A tiny random Stable Diffusion as a diffusers directory, with an autoencoder that ComfyUI loads too.

    python tiny_stable_diffusion.py PACKS FOLDER

Writes FOLDER/tiny-sd, and the weights of its autoencoder once more as FOLDER/tiny-sd-vae.safetensors. PACKS
is the folder that the pack lies in. What ComfyUI takes for that autoencoder has the widths of the real one:
330 MB each.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

WIDTHS = (128, 256, 512, 512)


def main() -> None:
    """Write the files."""
    packs, folder = Path(sys.argv[1]), Path(sys.argv[2])
    sys.path.insert(0, str(packs))
    from diffusers import AutoencoderKL
    from scorefield.models.tiny import build
    from scorefield.models.tiny.weights import write_network

    model = build("tiny-sd", folder)
    shutil.rmtree(model / "vae")
    blocks = len(WIDTHS)
    write_network(
        model / "vae",
        AutoencoderKL,
        1,
        block_out_channels=WIDTHS,
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        layers_per_block=2,
        latent_channels=4,
        sample_size=64,
        scaling_factor=0.18215,
    )
    [weights] = (model / "vae").glob("*.safetensors")
    shutil.copy(weights, folder / "tiny-sd-vae.safetensors")


if __name__ == "__main__":
    main()
