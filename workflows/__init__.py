"""The saved demos: one file each, in page format, in the order of the video."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent

CHAPTERS: dict[str, tuple[str, ...]] = {
    "CLIP": ("clip-contrastive-matrix", "clip-hat-arithmetic", "clip-zero-shot"),
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
        "flow-matching",
    ),
    "Conditioning and guidance": (
        "cond-class-2d",
        "cfg-2d-one-path",
        "cfg-2d-arrows",
        "cfg-2d-scales",
        "cfg-2d-all-classes",
        "cfg-conventions",
        "guidance-in-numbers",
        "cfg-2d-negative",
    ),
    "Your own": ("train-in-the-graph", "your-own-points", "points-from-a-picture"),
    "With ComfyUI's nodes": ("core-nodes",),
}
QUICK = (
    "random-walk-all-points",
    "field-vs-t-transition",
    "ddpm-2d-many-paths",
    "ddpm-no-noise-collapse",
    "ddim-2d",
    "ddim-step-scale",
    "cfg-2d-arrows",
    "cfg-2d-scales",
    "cfg-2d-all-classes",
)


def every_demo() -> tuple[str, ...]:
    """The names of all demos, in the video's order."""
    return tuple(name for names in CHAPTERS.values() for name in names)


def file_of(name: str) -> Path:
    """The file of a demo."""
    return FOLDER / f"{name}.json"


def note_of(name: str) -> str:
    """The text of the note in a demo, in Markdown."""
    page = json.loads(file_of(name).read_text(encoding="utf-8"))
    notes = [node["widgets_values"][0] for node in page["nodes"] if node["type"] == "MarkdownNote"]
    return str(notes[0]) if notes else ""
