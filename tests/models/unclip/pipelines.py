"""Small unCLIPs of random shapes in folders, and diffusers' own pipelines of them."""

from __future__ import annotations

import inspect
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from scorefield.models import library
from scorefield.models.checkpoints.places import places_in
from scorefield.models.tiny.clip import ClipShape
from scorefield.models.tiny.unclip import UNCLIP, UnclipShape, write_karlo, write_stable_unclip
from torch.nn import functional

# Whatever the machine's temporary folder is, it is emptied at the end of the tests.
_FOLDERS = TemporaryDirectory(prefix="unclip-models-")
PRECISIONS = ("float32", "bfloat16")
PROMPTS = (
    "a cat on a hat",
    "A lone tree, standing in the desert!",
    "",
    "x" * 100,
    "an astronaut riding a horse",
)


def shape_of(seed: int) -> UnclipShape:
    """A shape that the seed draws; 0 is the usual one."""
    if seed == 0:
        return UNCLIP
    draw = random.Random(seed)
    width = 8 * draw.randint(1, 4)
    clip = ClipShape(
        width=width, shared=width, heads=draw.choice((1, 2, 4)), layers=draw.randint(1, 2), sight=16, side=16
    )
    return replace(
        UNCLIP,
        clip=clip,
        head_width=draw.choice((4, 8)),
        layers=draw.randint(1, 2),
        small=draw.choice((4, 8)),
        large=draw.choice((12, 16)),
        looked_at=4 * draw.randint(2, 8),
        extra=draw.randint(1, 5),
        widths=draw.choice(((8, 16), (16, 32))),
        prediction=draw.choice(("epsilon", "v_prediction")),
    )


@cache
def models(seed: int = 0) -> Path:
    """A folder of models with `tiny-karlo` and `tiny-stable-unclip`."""
    folder = Path(_FOLDERS.name) / str(seed)
    write_karlo(folder / "tiny-karlo", seed, shape_of(seed))
    write_stable_unclip(folder / "tiny-stable-unclip", seed, replace(shape_of(seed), small=8))
    return folder


@cache
def stage(name: str, precision: str, mode: str = "matched", seed: int = 0) -> Any:
    """What the library makes of one stage: model, text encoder and decoder."""
    places = places_in([models(seed)], {})
    return library.load(name, "cpu", mode=mode, precision=precision, places=places)


def part(kind: Any, name: str, precision: str, seed: int) -> Any:
    """One network as diffusers and transformers read it."""
    where = {"torch_dtype": getattr(torch, precision), "local_files_only": True, "low_cpu_mem_usage": False}
    with torch.random.fork_rng(devices=[]):
        return kind.from_pretrained(models(seed) / name, **where)


@cache
def karlo(precision: str, with_prior: bool = True, seed: int = 0) -> Any:
    """diffusers' pipeline from a text or from a picture, put together from its components."""
    from diffusers import PriorTransformer, UnCLIPScheduler, UNet2DConditionModel, UNet2DModel
    from diffusers.pipelines.deprecated import unclip
    from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer
    from transformers import CLIPVisionModelWithProjection as Vision
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    folder = models(seed) / "tiny-karlo"
    kinds = {
        "decoder": UNet2DConditionModel,
        "text_encoder": CLIPTextModelWithProjection,
        "text_proj": UnCLIPTextProjModel,
        "super_res_first": UNet2DModel,
        "super_res_last": UNet2DModel,
    }
    kinds |= {"prior": PriorTransformer} if with_prior else {"image_encoder": Vision}
    schedulers = ["decoder_scheduler", "super_res_scheduler", *(["prior_scheduler"] if with_prior else [])]
    rest: dict[str, Any] = {name: UnCLIPScheduler.from_pretrained(folder / name) for name in schedulers}
    if not with_prior:
        rest["feature_extractor"] = CLIPImageProcessorPil.from_pretrained(folder / "feature_extractor")
    pipeline = unclip.UnCLIPPipeline if with_prior else unclip.UnCLIPImageVariationPipeline
    made = pipeline(
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        **{name: part(kind, f"tiny-karlo/{name}", precision, seed) for name, kind in kinds.items()},
        **rest,
    )
    made.set_progress_bar_config(disable=True)
    return made


@cache
def stable(precision: str, with_prior: bool, seed: int = 0) -> Any:
    """diffusers' pipeline from a text by the prior, or from a picture."""
    import diffusers
    from diffusers.pipelines.stable_diffusion import StableUnCLIPImageNormalizer
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer
    from transformers import CLIPVisionModelWithProjection as Vision
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    folder = models(seed) / "tiny-stable-unclip"
    kinds = {
        "unet": diffusers.UNet2DConditionModel,
        "vae": diffusers.AutoencoderKL,
        "text_encoder": CLIPTextModel,
        "image_normalizer": StableUnCLIPImageNormalizer,
    }
    kinds |= (
        {"prior": diffusers.PriorTransformer, "prior_text_encoder": CLIPTextModelWithProjection}
        if with_prior
        else {"image_encoder": Vision}
    )
    rest: dict[str, Any] = {
        "tokenizer": CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        "scheduler": diffusers.DDIMScheduler.from_pretrained(folder / "scheduler"),
        "image_noising_scheduler": diffusers.DDPMScheduler.from_pretrained(
            folder / "image_noising_scheduler"
        ),
    }
    rest |= (
        {
            "prior_tokenizer": CLIPTokenizer.from_pretrained(folder / "prior_tokenizer"),
            "prior_scheduler": diffusers.DDPMScheduler.from_pretrained(folder / "prior_scheduler"),
        }
        if with_prior
        else {"feature_extractor": CLIPImageProcessorPil.from_pretrained(folder / "feature_extractor")}
    )
    pipeline = diffusers.StableUnCLIPPipeline if with_prior else diffusers.StableUnCLIPImg2ImgPipeline
    networks = {
        name: part(kind, f"tiny-stable-unclip/{name}", precision, seed) for name, kind in kinds.items()
    }
    made = pipeline(**networks, **rest)
    made.set_progress_bar_config(disable=True)
    return made


def enlarge_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch enlarges no half-precision pictures on a CPU, so that Karlo's pipeline stops there: let it do so
    in single precision."""
    from diffusers.pipelines.deprecated.unclip import pipeline_unclip, pipeline_unclip_image_variation

    def interpolate(input: torch.Tensor, antialias: bool = True, **how: Any) -> torch.Tensor:
        return functional.interpolate(input.float(), antialias=antialias, **how).to(input)

    assert "antialias" in inspect.signature(functional.interpolate).parameters
    own = SimpleNamespace(pad=functional.pad, interpolate=interpolate)
    for module in (pipeline_unclip, pipeline_unclip_image_variation):
        monkeypatch.setattr(module, "F", own)
