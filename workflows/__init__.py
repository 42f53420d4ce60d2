"""The saved demos: one file each, in page format, in the order of the video."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent

CHAPTERS: dict[str, tuple[str, ...]] = {
    "Noise becomes a picture": ("noise-to-picture", "prompt-variants", "video-from-noise", "cheap-previews"),
    "CLIP": ("clip-contrastive-matrix", "clip-hat-arithmetic", "clip-zero-shot"),
    "DDPM": ("forward-noise-pictures", "ddpm-pictures"),
    "Learning vector fields": (
        "image-to-point",
        "random-walk-one-point",
        "random-walk-all-points",
        "one-step-vs-total-noise",
        "field-without-time",
        "field-with-time",
        "field-vs-t-transition",
        "ddpm-2d-one-path",
        "ddpm-2d-many-paths",
        "ddpm-no-noise-collapse",
        "ddpm-no-noise-circle",
        "reverse-step-is-a-gaussian",
        "sample-quality-check",
        "diffusion-without-training",
    ),
    "DDIM and flow matching": (
        "ddim-2d",
        "ddim-step-scale",
        "ddim-few-steps",
        "ddpm-ddim-same-distribution",
        "ddim-pictures",
        "flow-matching",
        "three-samplers-pictures",
        "multistep-solvers",
    ),
    "DALL·E 2": ("unclip-variations", "unclip-dalle2"),
    "Conditioning and guidance": (
        "cond-class-2d",
        "conditioning-alone",
        "cfg-2d-one-path",
        "cfg-2d-arrows",
        "cfg-2d-scales",
        "cfg-2d-all-classes",
        "cfg-pictures",
        "guidance-in-numbers",
        "two-prompts",
        "cfg-conventions",
        "cfg-conventions-pictures",
    ),
    "Negative prompts": ("cfg-2d-negative", "negative-prompt-pictures", "video-negative-prompt"),
    "Your own": ("train-in-the-graph", "draw-your-data", "your-own-points", "points-from-a-picture"),
    "With ComfyUI's nodes": ("core-nodes", "rules-and-levels"),
}
_SMALL_PICTURE = {"EmptyLatentImage.width": 64, "EmptyLatentImage.height": 64}
_SMALL_SD = {"ScoreModel.name": "tiny-sd2-v", **_SMALL_PICTURE}
_SMALL_VIDEO = {"EmptyVideo.width": 64, "EmptyVideo.height": 48, "EmptyVideo.frames": 5}
_SMALL_WAN = {"ScoreModel.name": "tiny-wan", **_SMALL_VIDEO}
# Those that need what does not ship, a checkpoint or one's own pictures, in chapters, each with what makes it
# run in a moment on a tiny stand-in.
LARGE: dict[str, dict[str, dict[str, object]]] = {
    "Stable Diffusion": {
        "sd-ddpm-with-noise": {**_SMALL_SD, "DDPMSampler.steps": 4},
        "sd-ddpm-no-noise": {**_SMALL_SD, "DDPMSampler.steps": 4},
        "sd-ddim": {**_SMALL_SD, "DDIMSampler.steps": 4},
        "sd-conditioned-no-guidance": {**_SMALL_SD, "DDIMSampler.steps": 4},
        "sd-cfg-sweep": {**_SMALL_SD, "DDIMSampler.steps": 4},
    },
    "CLIP": {
        "clip-contrastive-matrix-large": {"CLIPModel.name": "tiny-clip"},
        "clip-hat-arithmetic-large": {"CLIPModel.name": "tiny-clip"},
        "clip-zero-shot-cat": {"CLIPModel.name": "tiny-clip"},
    },
    "DALL·E 2": {
        "unclip-variations-large": {
            "ScoreModel.name": "tiny-stable-unclip/decoder",
            "DDIMSampler.steps": 4,
        },
        "unclip-dalle2-large": {
            "Prior.name": "tiny-karlo/prior",
            "Decoder.name": "tiny-karlo/decoder",
            "Super-resolution.name": "tiny-karlo/super-resolution",
        },
    },
    "WAN": {
        "wan-opening-denoise": {**_SMALL_WAN, "FlowSampler.steps": 4},
        "wan-opening-prompt-variants": {**_SMALL_WAN, "7.steps": 4, "12.steps": 4, "17.steps": 4},
        "wan-negative-prompt": {**_SMALL_WAN, "8.steps": 4, "12.steps": 4, "16.steps": 4},
        "wan-two-scales": {**_SMALL_WAN, "ScoreModel.name": "tiny-wan22", "FlowSampler.steps": 4},
    },
    "Your own": {"your-own-pictures": {"DDIMSampler.steps": 4}},
}
QUICK = (
    "noise-to-picture",
    "clip-hat-arithmetic",
    "field-vs-t-transition",
    "ddpm-2d-many-paths",
    "ddpm-no-noise-collapse",
    "ddpm-pictures",
    "ddim-step-scale",
    "unclip-variations",
    "cfg-2d-arrows",
    "cfg-pictures",
    "negative-prompt-pictures",
)


def every_demo() -> tuple[str, ...]:
    """The names of all demos that run on what ships, in the video's order."""
    return tuple(name for names in CHAPTERS.values() for name in names)


def every_large_demo() -> tuple[str, ...]:
    """The names of the demos that need a checkpoint, or pictures of one's own."""
    return tuple(name for names in LARGE.values() for name in names)


def small(name: str) -> dict[str, object]:
    """The overrides with which a demo runs on a stand-in; none for one that runs on what ships."""
    return next((dict(names[name]) for names in LARGE.values() if name in names), {})


def file_of(name: str) -> Path:
    """The file of a demo."""
    return FOLDER / f"{name}.json"


def note_of(name: str) -> str:
    """The text of the note in a demo, in Markdown."""
    page = json.loads(file_of(name).read_text(encoding="utf-8"))
    notes = [node["widgets_values"][0] for node in page["nodes"] if node["type"] == "MarkdownNote"]
    return str(notes[0]) if notes else ""
