"""Previews of latents: exact where the decoder is linear, of videos too."""

from __future__ import annotations

import pytest
import torch
from scorefield.models.latent_preview import LatentPreview, fit_preview
from torch import Tensor

MIX = torch.tensor([[0.2, 0.0, 0.1], [0.0, 0.3, 0.0], [0.1, -0.1, 0.05], [-0.2, 0.0, 0.1]])


def drawn(*shape: int) -> Tensor:
    return 0.3 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


class Linear:
    """A decoder that gives each place of a latent the same colour in `size` pixels a side, and every moment
    but the first `frames` pictures."""

    def __init__(self, size: int = 8, frames: int = 1) -> None:
        self.size, self.frames = size, frames
        self.asked = 0

    def decode(self, samples: Tensor) -> Tensor:
        self.asked += 1
        grids = samples[:, :, None] if samples.ndim == 4 else samples
        repeats = torch.tensor([1] + [self.frames] * (grids.shape[2] - 1))
        moments = grids.repeat_interleave(repeats, dim=2).transpose(1, 2).flatten(0, 1)
        colours = moments.movedim(1, -1) @ MIX + 0.5
        return colours.repeat_interleave(self.size, 1).repeat_interleave(self.size, 2)


@pytest.mark.parametrize("shape", [(2, 4, 6, 5), (1, 4, 3, 6, 5)])
@pytest.mark.parametrize("frames", [1, 4])
def test_a_linear_decoder_is_found_again(shape: tuple[int, ...], frames: int) -> None:
    decoder = Linear(frames=frames)
    preview = fit_preview(drawn(*shape), decoder)
    assert decoder.asked == 1
    assert torch.allclose(preview.weight[:4], MIX, atol=2e-3) and torch.allclose(
        preview.weight[4], torch.full((3,), 0.5), atol=2e-3
    )
    other = 0.5 * drawn(*shape)
    shown = preview.decode(other)
    assert shown.shape == (shape[0] * (3 if len(shape) == 5 else 1), 6, 5, 3)
    assert torch.allclose(shown, Linear(size=1).decode(other).clamp(0, 1), atol=5e-3)


def test_colours_stay_colours() -> None:
    shown = LatentPreview(torch.cat([MIX, torch.full((1, 3), 0.5)])).decode(50 * drawn(1, 4, 6, 5))
    assert float(shown.min()) == 0 and float(shown.max()) == 1


def test_latents_of_another_space_are_refused() -> None:
    preview = fit_preview(drawn(1, 4, 4, 4), Linear())
    with pytest.raises(ValueError, match=r"of 4 channels, and got latents of the shape \(16, 4, 4\)"):
        preview.decode(drawn(1, 16, 4, 4))
    with pytest.raises(ValueError, match="height and width"):
        fit_preview(drawn(3, 2), Linear())
