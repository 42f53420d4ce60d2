"""A walk as one sheet: every picture is where the page looks for it, and there is never more than fits."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import cosine_betas
from scorefield.plots.decoded_once import DecodedOnce
from scorefield.plots.picture_file import read_workflow
from scorefield.plots.small_file import small_file
from scorefield.plots.walk_numbers import walk_numbers
from scorefield.plots.walk_sheet import Choice, fitting, walk_sheet
from torch import Tensor

STEPS = 6


def grey(samples: Tensor) -> Tensor:
    """A decoder: latents of one channel are grey values."""
    frames = samples.transpose(1, 2).flatten(0, 1) if samples.ndim == 5 else samples
    return frames.movedim(1, -1).expand(-1, -1, -1, 3)


def walked(*shape: int, samples: int = 2, **records: Tensor) -> Trajectory:
    levels = [cosine_betas(100).at(1 - step / STEPS) for step in range(STEPS + 1)]
    x = torch.rand(STEPS + 1, samples, *shape, generator=torch.Generator().manual_seed(0))
    return Trajectory(levels, x, {"x0": x[1:] / 2, **records})


@pytest.mark.parametrize("shape", [(1, 5, 7), (1, 3, 5, 7)])
def test_every_picture_is_where_the_page_looks(shape: tuple[int, ...]) -> None:
    trajectory = walked(*shape)
    sheet = walk_sheet(trajectory, grey, seen="both", samples=2, wanted=3)
    chosen, frames = sheet.chosen, shape[1] if len(shape) == 4 else 1
    assert chosen.moments == list(range(STEPS + 1))  # it is quick to decode: all of them
    for part, kept in enumerate((trajectory.x, trajectory.records["x0"])):
        for sample in range(2):
            for moment in range(STEPS + 1):
                pictures = grey(kept[min(moment, len(kept) - 1), sample][None])
                for frame in range(frames):
                    place = ((part * 2 + sample) * (STEPS + 1) + moment) * frames + frame
                    y, x = place // sheet.columns * 5, place % sheet.columns * 7
                    assert torch.equal(sheet.picture[y : y + 5, x : x + 7], pictures[frame])


@pytest.mark.parametrize("most", [10_000, 200_000, 3_000_000, 10**9])
@pytest.mark.parametrize("size", [(64, 64), (832, 480)])
def test_what_is_chosen_fits_and_keeps_both_ends(most: int, size: tuple[int, int]) -> None:
    whole = Choice(list(range(51)), 4, list(range(40)), size)
    chosen = fitting(whole, most)
    assert chosen.pixels <= most
    assert (chosen.moments[0], chosen.moments[-1]) == (0, 50)
    assert chosen.samples >= 1 and chosen.frames
    assert (chosen == whole) == (whole.pixels <= most)


def test_pictures_get_smaller_before_there_are_fewer() -> None:
    whole = Choice(list(range(9)), 2, [0], (512, 512))
    chosen = fitting(whole, whole.pixels // 16)
    assert (chosen.moments, chosen.samples, chosen.size) == (whole.moments, 2, (128, 128))


def test_a_latent_is_decoded_once() -> None:
    asked: list[int] = []

    def decode(samples: Tensor) -> Tensor:
        asked.append(len(samples))
        return grey(samples)

    once, latents = DecodedOnce(decode), torch.rand(4, 1, 3, 3)
    assert torch.equal(once(latents), grey(latents))
    assert torch.equal(once(latents[1:3].flip(0)), grey(latents[1:3].flip(0)))
    assert asked == [4]


def test_numbers_are_sizes_in_units_of_noise_and_gaps_are_gaps() -> None:
    ones = torch.ones(STEPS, 2, 1, 5, 7)
    conditional = ones * 3
    conditional[2] = torch.nan
    guided = walked(1, 5, 7, epsilon=ones * 2, conditional=conditional, unconditional=ones)
    numbers = walk_numbers(guided, [0, 2, STEPS], 2)
    assert numbers["sizes"]["guided"] == [[2.0, 2.0, None]] * 2
    assert numbers["sizes"]["conditional"] == [[3.0, None, None]] * 2
    assert numbers["t"] == [1.0, pytest.approx(2 / 3, abs=0.01), 0.0]
    alone = walk_numbers(walked(1, 5, 7, epsilon=ones), [0], 1)
    assert alone["sizes"] == {"epsilon": [[1.0]]}
    assert walk_numbers(walked(1, 5, 7), [0], 1)["sizes"] == {}


@pytest.mark.parametrize(("frames", "most"), [(1, 100_000), (1, 3_000), (40, 20_000)])
def test_a_small_file_fits_and_has_its_workflow_inside(tmp_path: Path, frames: int, most: int) -> None:
    noise = torch.rand(frames, 96, 96, 3, generator=torch.Generator().manual_seed(0))
    file = small_file(noise, most, {"1": {"class_type": "Spiral", "inputs": {}}}, None)
    assert file is not None and len(file.content) <= most
    assert file.is_whole == (most == 100_000)
    path = tmp_path / f"cell{file.suffix}"
    path.write_bytes(file.content)
    assert read_workflow(path)["prompt"]["1"]["class_type"] == "Spiral"
    assert small_file(noise, 100, None, None) is None
