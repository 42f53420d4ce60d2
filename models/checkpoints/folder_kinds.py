"""Which family a folder is of: a diffusers directory by its index, a CLIP by its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .config import read_config
from .families import CLIP, CONFIG, FAMILIES, INDEX, KARLO, STABLE_DIFFUSION, WAN, Family, Kind
from .json_text import brief, named


def kind_of_folder(folder: Path) -> Kind:
    """What a diffusers directory is, or a CLIP's folder, from its JSON alone.

    Raises:
        ValueError: it is neither, of no known family, or a file in it is not what it has to be.
    """
    if (folder / INDEX).is_file():
        return _of_pipeline(folder)
    if (folder / CONFIG).is_file():
        config = read_config(folder / CONFIG)
        if config.get("model_type") == "clip":
            return Kind(CLIP)
        said = brief(config.get("model_type") or config.get("_class_name"))
        raise ValueError(
            f"{named(folder / CONFIG)} is of a {said}: a folder that is a model holds {INDEX}, or is a CLIP"
        )
    raise ValueError(f"{folder} holds neither {INDEX} nor {CONFIG}: it is no model folder")


def _of_pipeline(folder: Path) -> Kind:
    index = read_config(folder / INDEX)
    name = index.get("_class_name")
    family = next((each for each in FAMILIES if name in each.pipelines), None)
    if family is None:
        known = ", ".join(name for each in FAMILIES for name in each.pipelines)
        raise ValueError(f"{named(folder / INDEX)}: _class_name is {brief(name)}; known are {known}")
    if family is WAN:
        return Kind(WAN, _wan_version(folder, index), "flow")
    if family is KARLO:
        return Kind(KARLO)
    return Kind(family, _version(folder, family), _prediction(folder), _special(folder))


def _wan_version(folder: Path, index: Mapping[str, object]) -> str:
    has_two = isinstance(index.get("transformer_2"), list) and index["transformer_2"] != [None, None]
    config = folder / "transformer" / CONFIG
    channels = read_config(config).get("in_channels", 16) if config.is_file() else 16
    return "2.2" if has_two or channels == 48 else "2.1"


def _version(folder: Path, family: Family) -> str:
    config = folder / "unet" / CONFIG
    if family is not STABLE_DIFFUSION or not config.is_file():
        return ""
    width = read_config(config).get("cross_attention_dim")
    return {768: "1", 1024: "2"}.get(width, "") if isinstance(width, int) else ""


def _prediction(folder: Path) -> str | None:
    config = folder / "scheduler" / "scheduler_config.json"
    found = read_config(config).get("prediction_type", "epsilon") if config.is_file() else None
    return found if isinstance(found, str) else None


def _special(folder: Path) -> str:
    config = folder / "unet" / CONFIG
    channels = read_config(config).get("in_channels", 4) if config.is_file() else 4
    return {4: "", 9: "inpainting", 8: "picture to picture"}.get(channels, f"of {channels} channels")
