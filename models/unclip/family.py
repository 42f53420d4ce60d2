"""The stages of unCLIP from a folder as diffusers writes it, each with its text encoder and its decoder.

Karlo's pipeline cannot be loaded whole (its own index names a class that diffusers does not find), so that
every part is read by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.own_spacing import OwnSpacing
from ...diffusion.prediction import Prediction
from ..clip.loading import read_network
from ..network_field import NetworkField, Told
from ..precision import MATCHED, check_mode, dtype_of
from ..walking.schedulers import fresh, own_config
from .names import DECODER, PRIOR, Stage
from .network import KarloDecoder, PriorNetwork, Upscaler
from .results import DiffusedPixels, VectorDecoder
from .seeing import Seeing
from .text import read_sight, read_text
from .told import Condition, DecoderReading, SmallPicture, TextReading
from .walks import reference_of, schedule_of

Loaded = tuple[ScoreModel, Any, Any]
_PREDICTIONS: dict[str, Prediction] = {"epsilon": "epsilon", "v_prediction": "v", "sample": "sample"}
# Karlo's scheduler goes from the top of its table to the bottom in even strides, and then to no noise at all.
_KARLO_SPACING = OwnSpacing("linspace", end="zero", ddim_end="zero")


class Place(NamedTuple):
    """Where a stage lies, and how it is to compute.

    Attributes:
        folder: of the whole model.
        device: where.
        dtype: in which type.
        matched: whether walks repeat the pipeline's.
    """

    folder: Path
    device: str
    dtype: torch.dtype
    matched: bool

    def network(self, kind: Any, name: str, what: str) -> Any:
        """One network of it."""
        return read_network(kind, self.folder / name, what, self.dtype, self.device)

    def config(self, name: str) -> Mapping[str, Any]:
        """The config of one of its schedulers."""
        return own_config(self.folder / name)


def load_unclip(
    stage: Stage, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> Loaded:
    """A stage, its text encoder and its decoder. Nothing is fetched, nothing unpickled.

    Raises:
        ValueError: a part that is missing or not whole; the text names it.
    """
    check_mode(mode)
    place = Place(stage.folder, device, dtype_of(precision, device), mode == MATCHED)
    if stage.stage == PRIOR:
        return _prior(place, "" if stage.is_karlo else "prior_")
    if stage.stage == DECODER:
        return _karlo_decoder(place) if stage.is_karlo else _latent_decoder(place)
    return _upscaler(place)


def _prior(place: Place, prefix: str) -> Loaded:
    from diffusers import PriorTransformer

    prior = place.network(PriorTransformer, "prior", "prior")
    text = read_text(place.folder, place.dtype, place.device, prefix)
    reading = TextReading(prior.config.embedding_dim, place.dtype, place.device)
    config = place.config("prior_scheduler")
    network = PriorNetwork(prior, int(config["num_train_timesteps"]))
    model = _model(place, config, network, reading(_empty(text)), reading, (prior.config.embedding_dim,))
    return model, text, VectorDecoder(prior.clip_mean.detach().cpu(), prior.clip_std.detach().cpu())


def _karlo_decoder(place: Place) -> Loaded:
    from diffusers import UNet2DConditionModel
    from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

    unet = place.network(UNet2DConditionModel, "decoder", "decoder")
    text_proj = place.network(UnCLIPTextProjModel, "text_proj", "projection of texts")
    text = read_text(place.folder, place.dtype, place.device)
    reading = TextReading(text_proj.config.clip_embeddings_dim, place.dtype, place.device)
    config = place.config("decoder_scheduler")
    no_picture = text_proj.learned_classifier_free_guidance_embeddings.detach().unsqueeze(0)
    nothing = {**reading(_empty(text)), "picture": no_picture}
    told = DecoderReading(reading, reading(_empty(text)), no_picture)
    network = KarloDecoder(unet, text_proj, int(config["num_train_timesteps"]))
    model = _model(place, config, network, nothing, told, _pixels(unet))
    return model, text, DiffusedPixels(place.dtype)


def _upscaler(place: Place) -> Loaded:
    from diffusers import UNet2DModel

    first, last = (
        place.network(UNet2DModel, f"super_res_{name}", "network of super-resolution")
        for name in ("first", "last")
    )
    config = place.config("super_res_scheduler")
    shape = (3, *_pixels(first)[1:])
    network = Upscaler(first, last, int(config["num_train_timesteps"]))
    nothing = {"small": torch.zeros(1, *shape, device=place.device, dtype=place.dtype)}
    model = _model(place, config, network, nothing, SmallPicture(place.dtype, place.device), shape)
    return model, Seeing(), DiffusedPixels(place.dtype)


def _latent_decoder(place: Place) -> Loaded:
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import (
        StableUnCLIPImageNormalizer,
    )

    from ..stable_diffusion.family import load_text
    from ..stable_diffusion.pictures import StableDiffusionDecoder
    from .latents import LatentDecoder, LatentReading, NoisedVectors

    unet = place.network(UNet2DConditionModel, "unet", "UNet of Stable unCLIP")
    normalizer = place.network(StableUnCLIPImageNormalizer, "image_normalizer", "normalizer of vectors")
    autoencoder = place.network(AutoencoderKL, "vae", "autoencoder")
    text = load_text(place.folder, place.device, place.dtype)
    noised = NoisedVectors(normalizer, fresh(place.config("image_noising_scheduler")))
    reading = LatentReading(noised, _empty(text)[0][0].to(place.device, place.dtype))
    config = place.config("scheduler")
    network = LatentDecoder(unet, int(config["num_train_timesteps"]))
    model = _model(place, config, network, reading.nothing(), reading, _pixels(unet), any_size=True)
    seeing = Seeing(text, read_sight(place.folder, place.dtype, place.device))
    return model, seeing, StableDiffusionDecoder(autoencoder)


def _model(
    place: Place,
    config: Mapping[str, Any],
    network: Any,
    nothing: Told,
    reading: Any,
    shape: tuple[int, ...],
    any_size: bool = False,
) -> ScoreModel:
    prediction = _PREDICTIONS[str(config.get("prediction_type", "epsilon"))]
    field = NetworkField(network, prediction, nothing)
    return ScoreModel(
        field,
        schedule_of(fresh(config)),
        shape,
        Condition(field, reading),
        place.device,
        any_size,
        spacing=_spacing(config),
        reference=reference_of(config, place.matched, place.dtype),
        bound=float(config.get("clip_sample_range", 1.0)) if config.get("clip_sample") else None,
    )


def _spacing(config: Mapping[str, Any]) -> OwnSpacing:
    if config["_class_name"] == "UnCLIPScheduler":
        return _KARLO_SPACING
    from ..stable_diffusion.schedule import spacing_of

    ddim: Any = fresh(config, "DDIM")
    return spacing_of(ddim.config)


def _empty(text: Any) -> list[list[Any]]:
    found: list[list[Any]] = text.encode_from_tokens_scheduled(text.tokenize(""))
    return found


def _pixels(unet: Any) -> tuple[int, ...]:
    size = unet.config.sample_size
    height, width = size if isinstance(size, (list, tuple)) else (size, size)
    return (int(unet.config.in_channels), int(height), int(width))
