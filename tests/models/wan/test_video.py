"""Frames and latents: as the pipeline decodes them, and sizes that there are."""

from __future__ import annotations

import pytest
import torch

from .wan_models import loaded


def latents(batch: int = 1, frames: int = 2) -> torch.Tensor:
    return torch.randn(batch, 16, frames, 2, 4, generator=torch.Generator().manual_seed(4))


def test_all_frames_of_all_videos_come_one_video_after_the_other() -> None:
    _, _, video = loaded()
    both = video.decode(latents(2, 3))
    assert both.shape == (2 * 9, 16, 32, 3) and both.dtype == torch.float32
    assert 0 <= float(both.min()) < float(both.max()) <= 1
    for place in range(2):
        alone = video.decode(latents(2, 3)[place : place + 1])
        assert torch.allclose(alone, both[9 * place : 9 * place + 9], atol=1e-6)


def test_one_latent_frame_is_one_picture() -> None:
    _, _, video = loaded()
    assert video.decode(latents(3, 1)[:, :, 0]).shape == (3, 16, 32, 3)


def test_the_transformer_walks_latents_of_mean_0_and_std_1() -> None:
    """The autoencoder's own, which lie between nodes, are scaled and moved, channel by channel."""
    model, _, video = loaded()
    config = video.autoencoder.config
    frames = torch.rand(5, 16, 32, 3, generator=torch.Generator().manual_seed(2))
    given = (2 * frames - 1).movedim(-1, 0)[None]
    with torch.no_grad():
        own = video.autoencoder.encode(given).latent_dist.mode()
    mean, std = (
        torch.tensor(each).view(1, -1, 1, 1, 1) for each in (config.latents_mean, config.latents_std)
    )
    known = video.encode(frames)
    assert known.shape == (1, 16, 2, 2, 4)
    assert torch.equal(known, own)
    walked = model.latent_format.process_in(known)
    assert torch.allclose(walked * std + mean, own, atol=1e-5)
    assert torch.allclose(model.latent_format.process_out(walked), own, atol=1e-5)
    with torch.no_grad():
        shown = video.autoencoder.decode(own).sample
    assert torch.allclose(video.decode(known), (shown[0] / 2 + 0.5).clamp(0, 1).movedim(0, -1), atol=1e-5)


def test_what_is_beyond_whole_latents_is_cut_off() -> None:
    _, _, video = loaded()
    frames = torch.rand(8, 20, 37, 4, generator=torch.Generator().manual_seed(2))
    assert torch.equal(video.encode(frames), video.encode(frames[:5, 2:18, 2:34, :3]))


def test_the_latents_of_the_videos_size() -> None:
    _, _, video = loaded()
    assert video.latent_shape(832, 480, 81) == (16, 21, 60, 104)
    assert video.latent_shape(1280, 720, 81) == (16, 21, 90, 160)
    assert video.latent_shape(16, 16, 1) == (16, 1, 2, 2)


@pytest.mark.parametrize(
    ("size", "said"),
    [((854, 480, 81), "848×480"), ((832, 480, 80), "81 frames"), ((8, 480, 2), "16×480 and 1 ")],
)
def test_a_size_without_latents_is_refused_with_the_nearest(size: tuple[int, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        loaded()[2].latent_shape(*size)


@pytest.mark.parametrize("shape", [(1, 4, 3, 8, 8), (1, 16, 8), (1, 4, 8, 8)])
def test_latents_of_another_model_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="16 channels"):
        loaded()[2].decode(torch.zeros(shape))
