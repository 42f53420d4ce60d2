"""What a prompt means for each place of a video at each time."""

from __future__ import annotations

import torch
from scorefield.models.pocket.clip import WIDTH as TOLD
from scorefield.models.pocket.denoiser import Course, Denoiser, Shape
from scorefield.models.pocket.layers import new_weights
from torch import nn

FRAMES, SIDE, WIDTH = 3, 4, 16
PLACES = (SIDE // 2) ** 2


def vectors(count: int) -> torch.Tensor:
    """Of prompts, (count, TOLD)."""
    return torch.randn(count, TOLD, generator=torch.Generator().manual_seed(5))


def learnt() -> Course:
    """One whose table is no longer nothing."""
    course = Course(FRAMES, PLACES, WIDTH)
    new_weights(course, seed=1)
    nn.init.normal_(course.places.weight, generator=torch.Generator().manual_seed(4))
    return course


def test_at_first_nothing() -> None:
    course = Course(FRAMES, PLACES, WIDTH)
    new_weights(course, seed=1)
    assert not course(vectors(2)).any()


def test_each_prompt_scales_the_same_table() -> None:
    course, told = learnt(), vectors(2)
    gates = told @ course.gate.weight.T + course.gate.bias
    for row, gate in zip(course(told), gates, strict=True):
        torch.testing.assert_close(row, (course.places.weight * gate) @ course.leave.weight.T)


def test_a_row_of_the_table_is_one_place_of_one_frame() -> None:
    network = Denoiser(Shape(frames=FRAMES, side=SIDE, width=16, token_width=WIDTH, depth=1))
    new_weights(network, seed=1)
    network.layers = nn.ModuleList()  # what goes in comes out
    grids, level = torch.zeros(2 * FRAMES, WIDTH, SIDE // 2, SIDE // 2), torch.zeros(2, WIDTH)
    assert network.course is not None
    frame, row, column = 2, 0, 1
    with torch.no_grad():
        network.course.places.weight[frame * PLACES + row * (SIDE // 2) + column] = 1.0
        told = torch.stack([torch.zeros(2, TOLD), vectors(2)], dim=1)  # the vector of the whole is the last
        found = network._thought(grids, told, level)
    touched = found.view(2, FRAMES, WIDTH, SIDE // 2, SIDE // 2).abs().sum(dim=(0, 2)).nonzero()
    assert touched.tolist() == [[frame, row, column]]


def test_pictures_have_none() -> None:
    assert Denoiser(Shape(side=SIDE, width=16, token_width=WIDTH, depth=1)).course is None
