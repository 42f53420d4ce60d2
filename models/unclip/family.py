"""The stages of unCLIP from a diffusers directory, each with its text encoder and its decoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import torch

from ...diffusion.field import ScoreModel
from ...diffusion.own_spacing import OwnSpacing
from ..checkpoints.checkpoint import Checkpoint
from ..checkpoints.families import KARLO
from ..checkpoints.stages import DECODER, PRIOR
from ..clip.loading import read_network
from ..network_field import NetworkField, Told
from ..precision import MATCHED, check_mode, dtype_of
from ..stable_diffusion.network import shape_of
from ..stable_diffusion.schedule import prediction_of, spacing_of
from ..walking.levels import schedule_of
from ..walking.schedulers import fresh, own_config
from .network import KarloDecoder, PriorNetwork, Upscaler
from .results import DiffusedPixels, VectorDecoder
from .seeing import Seeing
from .sight import read_sight
from .text import read_text
from .told import Condition, DecoderReading, SmallPicture, TextReading
from .walks import reference_of

Loaded = tuple[ScoreModel, Any, Any]
# Karlo's scheduler goes from the top of its table to the bottom in even strides, and then to no noise at all.
_KARLO_SPACING = OwnSpacing("linspace", end="zero", ddim_end="zero")


class Opened(NamedTuple):
    """A stage that was opened, and how it is to compute.

    Attributes:
        opened: the stage.
        device: where.
        dtype: in which type.
        matched: whether walks repeat the pipeline's.
    """

    opened: Checkpoint
    device: str
    dtype: torch.dtype
    matched: bool

    def network(self, name: str) -> Any:
        """One network of it."""
        return read_network(self.opened, name, self.dtype, self.device)

    def config(self, name: str) -> Mapping[str, Any]:
        """The config of one of its schedulers."""
        return own_config(self.opened.settings[name])


def load_unclip(
    opened: Checkpoint, device: str = "cpu", precision: str = "auto", mode: str = "optimised"
) -> Loaded:
    """A stage that was opened, its text encoder and its decoder. Nothing is fetched, nothing unpickled.

    Raises:
        ValueError: weights that are not those that its configurations ask for; the text says which.
    """
    check_mode(mode)
    dtype = dtype_of(precision, device)
    opened.check()
    stage = Opened(opened, device, dtype, mode == MATCHED)
    is_karlo = opened.kind.family is KARLO
    if opened.stage == PRIOR:
        return _prior(stage, "" if is_karlo else "prior_")
    if opened.stage == DECODER:
        return _karlo_decoder(stage) if is_karlo else _latent_decoder(stage)
    return _upscaler(stage)


def _prior(stage: Opened, prefix: str) -> Loaded:
    prior = stage.network("prior")
    text = read_text(stage.opened, stage.dtype, stage.device, prefix)
    reading = TextReading(prior.config.embedding_dim, stage.dtype, stage.device)
    config = stage.config("prior_scheduler")
    network = PriorNetwork(prior, int(config["num_train_timesteps"]))
    model = _model(stage, config, network, reading(_empty(text)), reading, (prior.config.embedding_dim,))
    return model, text, VectorDecoder(prior.clip_mean.detach().cpu(), prior.clip_std.detach().cpu())


def _karlo_decoder(stage: Opened) -> Loaded:
    unet, text_proj = stage.network("decoder"), stage.network("text_proj")
    text = read_text(stage.opened, stage.dtype, stage.device)
    reading = TextReading(text_proj.config.clip_embeddings_dim, stage.dtype, stage.device)
    config = stage.config("decoder_scheduler")
    no_picture = text_proj.learned_classifier_free_guidance_embeddings.detach().unsqueeze(0)
    nothing = {**reading(_empty(text)), "picture": no_picture}
    told = DecoderReading(reading, reading(_empty(text)), no_picture)
    network = KarloDecoder(unet, text_proj, int(config["num_train_timesteps"]))
    model = _model(stage, config, network, nothing, told, shape_of(unet))
    return model, text, DiffusedPixels(stage.dtype)


def _upscaler(stage: Opened) -> Loaded:
    first, last = (stage.network(f"super_res_{name}") for name in ("first", "last"))
    config = stage.config("super_res_scheduler")
    shape = (3, *shape_of(first)[1:])
    network = Upscaler(first, last, int(config["num_train_timesteps"]))
    nothing = {"small": torch.zeros(1, *shape, device=stage.device, dtype=stage.dtype)}
    model = _model(stage, config, network, nothing, SmallPicture(stage.dtype, stage.device), shape)
    return model, Seeing(), DiffusedPixels(stage.dtype)


def _latent_decoder(stage: Opened) -> Loaded:
    from ..stable_diffusion.family import load_text
    from ..stable_diffusion.latents import latents_of
    from ..stable_diffusion.pictures import StableDiffusionDecoder
    from .latents import LatentDecoder, LatentReading, NoisedVectors

    unet, autoencoder = stage.network("unet"), stage.network("vae")
    text = load_text(stage.opened, stage.device, stage.dtype)
    noised = NoisedVectors(stage.network("image_normalizer"), fresh(stage.config("image_noising_scheduler")))
    reading = LatentReading(noised, _empty(text)[0][0].to(stage.device, stage.dtype))
    config = stage.config("scheduler")
    network = LatentDecoder(unet, int(config["num_train_timesteps"]))
    made = _model(stage, config, network, reading.nothing(), reading, shape_of(unet), any_size=True)
    model = replace(made, latent_format=latents_of(autoencoder, stage.matched))
    seeing = Seeing(text, sight=read_sight(stage.opened, stage.dtype, stage.device))
    return model, seeing, StableDiffusionDecoder(autoencoder)


def _model(
    stage: Opened,
    config: Mapping[str, Any],
    network: Any,
    nothing: Told,
    reading: Any,
    shape: tuple[int, ...],
    any_size: bool = False,
) -> ScoreModel:
    field = NetworkField(network, prediction_of(config), nothing)
    return ScoreModel(
        field,
        schedule_of(fresh(config)),
        shape,
        Condition(field, reading),
        stage.device,
        any_size,
        spacing=_spacing(config),
        reference=reference_of(config, stage.matched, stage.dtype),
    )


def _spacing(config: Mapping[str, Any]) -> OwnSpacing:
    if config["_class_name"] == "UnCLIPScheduler":
        return _KARLO_SPACING
    ddim: Any = fresh(config, "DDIM")
    return spacing_of(ddim.config)


def _empty(text: Any) -> list[list[Any]]:
    found: list[list[Any]] = text.encode_from_tokens_scheduled(text.tokenize(""))
    return found
