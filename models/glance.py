"""A quick look at samples while they are made: small, now and then, and never worth waiting for."""

from __future__ import annotations

import math
from functools import cached_property

import torch
from torch import Tensor

from ..diffusion.field import ScoreModel
from .library import WEIGHTS, Decoder
from .pixels import PixelDecoder
from .pocket.names import AUTOENCODER
from .toy.decoder import PlaneDecoder

POCKET_CHANNELS, POCKET_SIDE = 4, 16
MOST_POINTS = 2000
MOST_PICTURES, MOST_FRAMES = 4, 8
SIDE = 400  # at most so many pixels wide where small pictures are enlarged; they stay crisp


class Glance:
    """Shows samples of a model as one picture. A model of the plane has its dots, a pocket model its
    pictures, a field over pixels the pixels; what would take long to decode is not shown."""

    def __init__(self, model: ScoreModel) -> None:
        self._model = model

    def __call__(self, samples: Tensor) -> Tensor | None:
        """One picture (H, W, 3) of the first of the samples (B, *shape); None where there is no quick way."""
        decoder = self._decoder
        if decoder is None:
            return None
        samples = self._model.latent_format.process_out(samples)
        if samples.ndim == 2:
            return decoder.decode(samples[:MOST_POINTS])[0]
        is_video = samples.ndim == 5
        shown = decoder.decode(samples[: 1 if is_video else MOST_PICTURES].detach())
        return _side_by_side(shown[:: math.ceil(len(shown) / MOST_FRAMES)])

    @cached_property
    def _decoder(self) -> Decoder | None:
        shape = self._model.shape
        if shape == (2,):
            return PlaneDecoder()
        if self._model.any_size:
            return None
        if len(shape) == 3 and shape[0] == 3:
            return PixelDecoder()
        is_pocket = len(shape) in (3, 4) and (shape[0], *shape[-2:]) == (
            POCKET_CHANNELS,
            POCKET_SIDE,
            POCKET_SIDE,
        )
        return self._pocket() if is_pocket else None

    def _pocket(self) -> Decoder | None:
        from .pocket.autoencoder import Autoencoder
        from .pocket.checkpoint import load
        from .pocket.pictures import PocketDecoder

        path = WEIGHTS / f"{AUTOENCODER}.safetensors"
        if not path.exists():
            return None
        autoencoder, _ = load(path, lambda built: Autoencoder())
        return PocketDecoder(autoencoder.to(self._model.device))


def _side_by_side(pictures: Tensor) -> Tensor:
    columns = len(pictures) if len(pictures) < 4 else math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    height, width = pictures.shape[1:3]
    page = torch.zeros(rows * height, columns * width, 3)
    for place, picture in enumerate(pictures):
        y, x = place // columns * height, place % columns * width
        page[y : y + height, x : x + width] = picture
    times = max(1, SIDE // max(page.shape[:2]))
    return page.repeat_interleave(times, dim=0).repeat_interleave(times, dim=1)
