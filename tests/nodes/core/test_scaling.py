"""Pictures and latents in another size: what holds whatever the method, and what each method means."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from scorefield.plots.resizing import LATENT_METHODS, PICTURE_METHODS, resized
from torch import Tensor

from ..graphs import Graph, about_classes

EVERY = pytest.mark.parametrize("method", sorted({*PICTURE_METHODS, *LATENT_METHODS}))


def noise(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(4))


def eight_bit(*shape: int) -> Tensor:
    return noise(*shape).mul(255).round() / 255


@EVERY
def test_the_same_size_is_the_same_picture(method: str) -> None:
    batch = eight_bit(2, 3, 6, 9)
    assert torch.allclose(resized(batch, 9, 6, method), batch, atol=1 / 255)


@EVERY
@pytest.mark.parametrize("crop", ["disabled", "center"])
@pytest.mark.parametrize(("width", "height"), [(20, 14), (4, 3), (1, 1), (5, 30)])
def test_one_colour_stays_that_colour(method: str, crop: str, width: int, height: int) -> None:
    batch = torch.tensor([0.2, 0.4, 0.8]).view(1, 3, 1, 1).expand(2, 3, 7, 9)
    found = resized(batch, width, height, method, crop)
    assert found.shape == (2, 3, height, width)
    assert torch.allclose(found, torch.tensor([0.2, 0.4, 0.8]).view(1, 3, 1, 1), atol=1e-5)


@EVERY
def test_frames_of_a_video_are_resized_one_by_one(method: str) -> None:
    video = eight_bit(2, 3, 4, 6, 9)
    found = resized(video, 13, 5, method, "center")
    assert found.shape == (2, 3, 4, 5, 13)
    for frame in range(4):
        assert torch.equal(found[:, :, frame], resized(video[:, :, frame], 13, 5, method, "center"))


def test_the_centre_is_kept_and_as_much_cut_on_both_sides() -> None:
    wide = torch.arange(10.0).view(1, 1, 1, 10).expand(1, 1, 4, 10)
    assert resized(wide, 4, 4, "nearest-exact", "center")[0, 0, 0].tolist() == [3, 4, 5, 6]
    high = wide.transpose(2, 3)
    assert resized(high, 4, 4, "nearest-exact", "center")[0, 0, :, 0].tolist() == [3, 4, 5, 6]
    assert resized(wide, 5, 2, "nearest-exact")[0, 0, 0].tolist() == [1, 3, 5, 7, 9]


def test_area_is_the_mean_of_what_it_covers() -> None:
    batch = noise(1, 2, 6, 8)
    expected = batch.view(1, 2, 3, 2, 4, 2).mean(dim=(3, 5))
    assert torch.allclose(resized(batch, 4, 3, "area"), expected, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lanczos_is_pillows(channels: int) -> None:
    batch = eight_bit(1, channels, 12, 10)
    pixels = (batch[0].movedim(0, -1) * 255).byte().squeeze(-1).numpy()
    expected = np.asarray(Image.fromarray(pixels).resize((7, 20), Image.Resampling.LANCZOS)).reshape(
        20, 7, channels
    )
    found = resized(batch, 7, 20, "lanczos")[0].movedim(0, -1)
    assert torch.equal(found.mul(255).round().byte(), torch.from_numpy(expected.copy()))


def test_bislerp_keeps_the_length_of_vectors_and_bilinear_does_not() -> None:
    batch = torch.nn.functional.normalize(noise(1, 4, 5, 6) - 0.5, dim=1) * 3
    lengths = [resized(batch, 17, 11, method).norm(dim=1) for method in ("bislerp", "bilinear")]
    assert torch.allclose(lengths[0], torch.tensor(3.0), atol=1e-4)
    assert lengths[1].min() < 2.5


def test_bislerp_turns_evenly_from_one_vector_to_the_next() -> None:
    pair = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).view(1, 2, 1, 2)  # channels (1, 0), then (0, 1)
    found = resized(pair, 8, 1, "bislerp")[0, :, 0]
    angles = torch.atan2(found[1], found[0]) * 2 / torch.pi
    # The places of 8 pixels on a line of 2, held at the ends: −¼ … 1¼ in steps of a quarter.
    places = ((torch.arange(8) + 0.5) / 4 - 0.5).clamp(0, 1)
    assert torch.allclose(angles, places, atol=1e-5)


def test_bislerp_changes_the_length_evenly() -> None:
    pair = torch.tensor([[1.0, 0.0], [0.0, 3.0]]).view(1, 2, 1, 2)
    found = resized(pair, 8, 1, "bislerp")[0, :, 0].norm(dim=0)
    places = ((torch.arange(8) + 0.5) / 4 - 0.5).clamp(0, 1)
    assert torch.allclose(found, 1 + 2 * places, atol=1e-5)


def test_bislerp_knows_vectors_that_are_zero_parallel_or_opposite() -> None:
    for first, second in (((0.0, 0.0), (2.0, 0.0)), ((1.0, 1.0), (3.0, 3.0)), ((1.0, -2.0), (-1.0, 2.0))):
        pair = torch.tensor([first, second]).T.reshape(1, 2, 1, 2)
        found = resized(pair, 4, 1, "bislerp")
        assert torch.isfinite(found).all()
        assert torch.allclose(found[0, :, 0, 0], torch.tensor(first))
        assert torch.allclose(found[0, :, 0, -1], torch.tensor(second))
    halfway = resized(torch.tensor([[1.0, -1.0]]).view(1, 1, 1, 2), 6, 1, "bislerp").flatten()
    straight = resized(torch.tensor([[1.0, -1.0]]).view(1, 1, 1, 2), 6, 1, "bilinear").flatten()
    assert torch.allclose(halfway, straight, atol=1e-6)


def test_what_cannot_be_resized_says_so() -> None:
    with pytest.raises(ValueError, match=r"cannot be 0×4 pixels"):
        resized(noise(1, 3, 4, 4), 0, 4, "area")
    with pytest.raises(ValueError, match=r"not the shape \(5, 2\)"):
        resized(noise(5, 2), 4, 4, "area")


@about_classes("ImageScale")
@pytest.mark.parametrize(
    ("width", "height", "size"), [(20, 10, (20, 10)), (20, 0, (20, 15)), (0, 12, (16, 12)), (0, 0, (8, 6))]
)
def test_a_size_of_0_keeps_the_proportions(
    graph: Graph, width: int, height: int, size: tuple[int, int]
) -> None:
    given = {"upscale_method": "area", "width": width, "height": height, "crop": "disabled"}
    found = graph.value(graph.add_class("ImageScale", image=graph.given(noise(2, 6, 8, 3)), **given))
    assert found.shape == (2, size[1], size[0], 3)


@about_classes("ImageScaleBy", "ImageScaleToTotalPixels")
def test_pictures_grow_by_a_factor_or_to_a_number_of_pixels(graph: Graph) -> None:
    image = graph.given(noise(1, 8, 16, 3))
    by = graph.add_class("ImageScaleBy", image=image, upscale_method="bicubic", scale_by=1.5)
    to = graph.add_class(
        "ImageScaleToTotalPixels", image=image, upscale_method="area", megapixels=0.02, resolution_steps=8
    )
    assert graph.value(by).shape == (1, 12, 24, 3)
    height, width = graph.value(to).shape[1:3]
    assert (width, height) == (208, 104)  # √(0.02·2²⁰ / 128) = 12.8 times as large, to the next multiple of 8


def test_old_files_without_the_newer_widget_still_scale(graph: Graph) -> None:
    image = graph.given(noise(1, 8, 8, 3))
    node = graph.add_class("ImageScaleToTotalPixels", image=image, upscale_method="area", megapixels=0.01)
    assert graph.value(node).shape == (1, 102, 102, 3)


@about_classes("LatentUpscale", "LatentUpscaleBy")
def test_latents_are_an_eighth_of_their_picture_and_keep_what_comes_with_them(graph: Graph) -> None:
    latent = {"samples": noise(2, 4, 8, 16), "batch_index": [3, 5]}
    given = {"samples": graph.given(latent), "upscale_method": "bislerp"}
    sizes = {(256, 128): (16, 32), (0, 128): (16, 32), (256, 0): (16, 32), (8, 8): (8, 8), (0, 0): (8, 16)}
    for (width, height), size in sizes.items():
        node = graph.add_class("LatentUpscale", width=width, height=height, crop="disabled", **given)
        found = graph.value(node)
        assert found["samples"].shape[2:] == size and found["batch_index"] == [3, 5]
    by = graph.value(graph.add_class("LatentUpscaleBy", scale_by=2.0, **given))
    assert by["samples"].shape == (2, 4, 16, 32) and by["batch_index"] == [3, 5]
