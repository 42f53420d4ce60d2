"""Pictures as they are: a space whose samples are the pixels, and the exact field of some of them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..diffusion.closed_form import ClosedFormField
from ..diffusion.field import ScoreModel
from .toy.schedules import schedule_of


@dataclass(frozen=True)
class PixelDecoder:
    """ComfyUI's VAE of a model that walks among pixels: nothing is compressed."""

    def decode(self, samples: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in −1 … 1 → pictures (B, H, W, 3) in 0 … 1.

        Raises:
            ValueError: samples that are no pictures.
        """
        if samples.ndim != 4 or samples.shape[1] != 3:
            raise ValueError(
                f"this VAE shows pixels as they are, and got latents of shape {tuple(samples.shape[1:])}: "
                "connect the VAE of the model that made them"
            )
        return ((samples.float().cpu() + 1) / 2).clamp(0, 1).movedim(1, -1).contiguous()

    def encode(self, pixels: Tensor) -> Tensor:
        """Pictures (B, H, W, 3) in 0 … 1 → pixels (B, 3, H, W) in −1 … 1."""
        return (2 * pixels[..., :3].float() - 1).movedim(-1, 1).contiguous()


def closed_form_of_pictures(
    pictures: Tensor, family: str, levels: int, sigma_min: float, sigma_max: float
) -> tuple[ScoreModel, PixelDecoder]:
    """The exact score model of pictures (N, H, W, 3), and its decoder; see `toy.schedules.schedule_of` for
    the other arguments and errors."""
    decoder = PixelDecoder()
    data = decoder.encode(pictures)
    schedule = schedule_of(family, levels, sigma_min, sigma_max)
    return ScoreModel(ClosedFormField(data), schedule, tuple(data.shape[1:])), decoder
