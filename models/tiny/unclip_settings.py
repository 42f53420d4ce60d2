"""What the settings of the published unCLIPs say: their schedulers, and the classes of their parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Of the published models: what their scheduler_config.json say.
KARLO_SCHEDULERS: dict[str, dict[str, Any]] = {
    "prior_scheduler": {
        "num_train_timesteps": 1000,
        "prediction_type": "sample",
        "variance_type": "fixed_small_log",
        "clip_sample": True,
        "clip_sample_range": 5.0,
    },
    "decoder_scheduler": {
        "num_train_timesteps": 1000,
        "prediction_type": "epsilon",
        "variance_type": "learned_range",
        "clip_sample": True,
        "clip_sample_range": 1.0,
    },
    "super_res_scheduler": {
        "num_train_timesteps": 1000,
        "prediction_type": "epsilon",
        "variance_type": "fixed_small_log",
        "clip_sample": True,
        "clip_sample_range": 1.0,
    },
}
STABLE_SCHEDULERS: dict[str, dict[str, Any]] = {
    "prior_scheduler": {
        "_class_name": "DDPMScheduler",
        "num_train_timesteps": 1000,
        "beta_schedule": "squaredcos_cap_v2",
        "prediction_type": "sample",
        "variance_type": "fixed_small_log",
        "clip_sample": True,
        "clip_sample_range": 5.0,
    },
    "image_noising_scheduler": {
        "_class_name": "DDPMScheduler",
        "num_train_timesteps": 1000,
        "beta_schedule": "squaredcos_cap_v2",
    },
}
DECODER_SCHEDULER: dict[str, Any] = {
    "_class_name": "DDIMScheduler",
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}
KARLO_PARTS = {
    **dict.fromkeys(KARLO_SCHEDULERS, ("diffusers", "UnCLIPScheduler")),
    "decoder": ("diffusers", "UNet2DConditionModel"),
    "prior": ("diffusers", "PriorTransformer"),
    "super_res_first": ("diffusers", "UNet2DModel"),
    "super_res_last": ("diffusers", "UNet2DModel"),
    "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
    "text_proj": ("unclip", "UnCLIPTextProjModel"),
    "tokenizer": ("transformers", "CLIPTokenizer"),
}
STABLE_PARTS = {
    **dict.fromkeys(STABLE_SCHEDULERS, ("diffusers", "DDPMScheduler")),
    "image_normalizer": ("stable_diffusion", "StableUnCLIPImageNormalizer"),
    "prior": ("diffusers", "PriorTransformer"),
    "prior_text_encoder": ("transformers", "CLIPTextModelWithProjection"),
    "prior_tokenizer": ("transformers", "CLIPTokenizer"),
    "scheduler": ("diffusers", "DDIMScheduler"),
    "text_encoder": ("transformers", "CLIPTextModel"),
    "tokenizer": ("transformers", "CLIPTokenizer"),
    "unet": ("diffusers", "UNet2DConditionModel"),
    "vae": ("diffusers", "AutoencoderKL"),
}


def index_of(pipeline: str, parts: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The model_index.json of a pipeline of such parts."""
    return {"_class_name": pipeline, **{name: list(part) for name, part in sorted(parts.items())}}
