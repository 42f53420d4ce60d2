"""What a video's frames take from each other."""

from __future__ import annotations

import torch
from scorefield.models.pocket.denoiser import OverTime
from scorefield.models.pocket.layers import new_weights
from torch.nn import functional

CLIPS, FRAMES, WIDTH, SIDE = 2, 5, 3, 4


def grids() -> torch.Tensor:
    """(CLIPS · FRAMES, WIDTH, SIDE, SIDE), as the denoiser holds a batch of videos."""
    return torch.randn(CLIPS * FRAMES, WIDTH, SIDE, SIDE, generator=torch.Generator().manual_seed(3))


def learnt() -> OverTime:
    """One whose weights are no longer nothing."""
    layer, generator = OverTime(WIDTH, FRAMES), torch.Generator().manual_seed(4)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return layer


def test_at_first_nothing() -> None:
    layer, x = OverTime(WIDTH, FRAMES), grids()
    new_weights(layer, seed=1)
    assert torch.equal(layer(x), x)


def test_it_is_a_convolution_over_the_frames_of_one_place() -> None:
    layer, x = learnt(), grids()
    videos = functional.silu(x).view(CLIPS, FRAMES, WIDTH, SIDE, SIDE)
    rows = videos.permute(0, 3, 4, 2, 1).reshape(-1, WIDTH, FRAMES)  # every place of every clip
    found = functional.conv1d(rows, layer.beside.weight[..., 0], layer.beside.bias, padding=1)
    wanted = found.view(CLIPS, SIDE, SIDE, WIDTH, FRAMES).permute(0, 4, 3, 1, 2).reshape(x.shape)
    torch.testing.assert_close(layer(x) - x, wanted)


def test_clips_of_a_batch_do_not_see_each_other() -> None:
    layer, x = learnt(), grids()
    other = torch.cat([x[:FRAMES], torch.zeros_like(x[FRAMES:])])
    torch.testing.assert_close(layer(other)[:FRAMES], layer(x)[:FRAMES])
