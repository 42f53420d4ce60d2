"""Models of several stages, each loaded by itself: what they are called, and what each is read from.

A stage is called by its model and what it does: `karlo-v1-alpha/prior`, `karlo-v1-alpha/decoder`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PRIOR, DECODER, UPSCALER = "prior", "decoder", "super-resolution"
STAGES = (PRIOR, DECODER, UPSCALER)
Stages = Mapping[str, tuple[str, ...]]

OF_KARLO: Stages = {
    PRIOR: ("prior", "prior_scheduler", "text_encoder", "tokenizer"),
    DECODER: ("decoder", "decoder_scheduler", "text_proj", "text_encoder", "tokenizer"),
    UPSCALER: ("super_res_first", "super_res_last", "super_res_scheduler"),
}
OF_STABLE_UNCLIP: Stages = {
    PRIOR: ("prior", "prior_scheduler", "prior_text_encoder", "prior_tokenizer"),
    DECODER: (
        *("unet", "scheduler", "vae", "text_encoder", "tokenizer"),
        *("image_normalizer", "image_noising_scheduler"),
    ),
}
# The picture tower of the CLIP that an unCLIP was made with, by its classes; it may come without.
SIGHT: Mapping[str, str] = {
    "image_encoder": "CLIPVisionModelWithProjection",
    "feature_extractor": "CLIPImageProcessor",
}


def parted_name(name: str) -> tuple[str, str]:
    """A name without its stage, and the stage; that is empty where the name ends in none."""
    whole, _, stage = name.rpartition("/")
    return (whole, stage) if stage in STAGES else (name, "")


def there(folder: Path, stages: Stages) -> tuple[str, ...]:
    """The stages that a model's folder has all parts of, in the order of the way from text to picture."""
    return tuple(stage for stage, parts in stages.items() if all((folder / name).is_dir() for name in parts))
