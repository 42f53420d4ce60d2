"""The classes of networks that are known. No other is built."""

from __future__ import annotations

DIFFUSERS = (
    *("UNet2DConditionModel", "UNet2DModel", "AutoencoderKL", "PriorTransformer"),
    *("WanTransformer3DModel", "AutoencoderKLWan", "UnCLIPTextProjModel", "StableUnCLIPImageNormalizer"),
)
TRANSFORMERS = (
    *("CLIPTextModel", "CLIPTextModelWithProjection", "CLIPVisionModelWithProjection", "CLIPModel"),
    "UMT5EncoderModel",
)
NETWORKS = (*DIFFUSERS, *TRANSFORMERS)
