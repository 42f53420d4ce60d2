"""Which family a single file is of, by the names and shapes in its header."""

from __future__ import annotations

from collections.abc import Mapping

from .families import CLIP, SDXL, STABLE_DIFFUSION, STABLE_UNCLIP, WAN, Kind
from .header import Header

Channels = tuple[int, ...]
_UNET = "model.diffusion_model."
_SPECIAL: Mapping[Channels, str] = {(4,): "", (9,): "inpainting", (8,): "picture to picture"}
_WANS: Mapping[Channels, tuple[str, str]] = {
    (16,): ("2.1", ""),
    (48,): ("2.2", ""),
    (36,): ("", "picture to video"),
}


def kind_of_file(header: Header, name: str) -> Kind:
    """What a single file is, from the names and shapes in its header alone.

    Raises:
        ValueError: it is no model of a known family; the text calls it `name` and says what it seems to be.
    """
    shapes = {key.removeprefix(_UNET): entry.shape for key, entry in header.tensors.items()}
    if "input_blocks.0.0.weight" in shapes:
        return _of_unet(header, shapes)
    if "head.modulation" in shapes and "patch_embedding.weight" in shapes:
        return _of_wan(shapes)
    if "text_model.embeddings.token_embedding.weight" in shapes and "visual_projection.weight" in shapes:
        return Kind(CLIP)
    raise ValueError(f"{name} is no model of a known family: {_seems(shapes)}")


def _of_unet(header: Header, shapes: Mapping[str, tuple[int, ...]]) -> Kind:
    channels = shapes["input_blocks.0.0.weight"][1:2]
    variant = _SPECIAL.get(channels, f"of {channels} channels")
    told = header.metadata.get("modelspec.prediction_type", header.metadata.get("modelspec.predict_key", ""))
    prediction = {"epsilon": "epsilon", "v": "v_prediction", "v_prediction": "v_prediction"}.get(told)
    if "v_pred" in shapes:
        prediction = "v_prediction"
    if any(name.startswith("conditioner.embedders.1.") for name in shapes):
        return Kind(SDXL, "", prediction or "epsilon", variant)
    if any(name.startswith("conditioner.embedders.0.model.") for name in shapes):
        return Kind(SDXL, "", prediction or "epsilon", "refiner")
    version = "1" if any(name.startswith("cond_stage_model.transformer.") for name in shapes) else "2"
    if version == "1" and prediction is None:
        prediction = "epsilon"
    family = STABLE_UNCLIP if any(name.startswith("embedder.") for name in shapes) else STABLE_DIFFUSION
    return Kind(family, version, prediction, variant)


def _of_wan(shapes: Mapping[str, tuple[int, ...]]) -> Kind:
    if "img_emb.proj.0.bias" in shapes or "img_emb.proj.1.weight" in shapes:
        return Kind(WAN, "", "flow", "picture to video")
    channels = shapes["patch_embedding.weight"][1:2]
    version, variant = _WANS.get(channels, ("", f"of {channels} channels"))
    return Kind(WAN, version, "flow", variant)


def _seems(shapes: Mapping[str, tuple[int, ...]]) -> str:
    parts = {
        "it holds a LoRA, which changes a model and is none": ("lora_", ".lora_"),
        "it holds a control network, which steers a model and is none": ("control_model", "controlnet_"),
        "it holds quantised weights": ("scaled_fp8", ".weight_scale", ".scale_weight"),
        "it holds a decoder alone": (
            "decoder.conv_in",
            "first_stage_model",
            "decoder.conv1",
            "decoder.middle",
        ),
        "it holds a text encoder alone": ("text_model.", "encoder.block.", "transformer.resblocks"),
        "it is one network of a diffusers directory, which is loaded with its folder": (
            "down_blocks.",
            "blocks.",
        ),
    }
    for what, marks in parts.items():
        if any(mark in name for name in shapes for mark in marks):
            return what
    first = ", ".join(sorted(shapes)[:3])
    return f"its tensors have unknown names, {first} …" if shapes else "it holds no tensors"
