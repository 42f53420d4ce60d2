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


def videos(count: int) -> torch.Tensor:
    """Their tokens, (count, FRAMES·PLACES, WIDTH)."""
    return torch.randn(count, FRAMES * PLACES, WIDTH, generator=torch.Generator().manual_seed(6))


def learnt() -> Course:
    """One whose table and word are no longer nothing."""
    course = Course(FRAMES, PLACES, WIDTH)
    new_weights(course, seed=1)
    nn.init.normal_(course.places.weight, generator=torch.Generator().manual_seed(4))
    nn.init.normal_(course.say.weight, generator=torch.Generator().manual_seed(7))
    return course


def test_at_first_nothing() -> None:
    course = Course(FRAMES, PLACES, WIDTH)
    new_weights(course, seed=1)
    assert not course(vectors(2)).any()
    nn.init.normal_(course.places.weight, generator=torch.Generator().manual_seed(4))
    assert not course.read(videos(2), vectors(2)).any()


def test_each_prompt_scales_the_same_table() -> None:
    course, told = learnt(), vectors(2)
    gates = told @ course.gate.weight.T + course.gate.bias
    for row, gate in zip(course(told), gates, strict=True):
        torch.testing.assert_close(row, (course.places.weight * gate) @ course.leave.weight.T)


def test_a_word_means_another_thing_before_another_video() -> None:
    """No sum of what is told and what is seen does that."""
    course, told, seen = learnt(), vectors(2), videos(2)
    ours, theirs = (course.read(each.expand(2, -1, -1), told) for each in seen)
    assert ours.shape == (2, 1, TOLD)
    assert ((ours[0] - ours[1]) - (theirs[0] - theirs[1])).abs().max() > 1e-3


def test_what_is_read_is_how_far_a_video_goes_along_with_the_table() -> None:
    course, told = learnt(), vectors(1)
    features = course.places.weight[:, None] * course.leave.weight  # (FRAMES·PLACES, WIDTH, features)
    basis = torch.linalg.qr(features.flatten(0, 1)).Q  # of all that the table can put into a video
    video = videos(1).flatten()
    along = (basis @ (basis.T @ video)).view(1, -1, WIDTH)
    across = videos(1) - along
    nothing = course.read(torch.zeros_like(across), told)
    torch.testing.assert_close(course.read(across, told), nothing, rtol=0, atol=1e-5)
    assert (course.read(along, told) - nothing).abs().max() > 1e-2


def test_what_is_read_is_heard() -> None:
    """The layers look at the word: where it is another, so is the prediction."""
    network = Denoiser(Shape(frames=FRAMES, side=SIDE, width=16, token_width=WIDTH, depth=1))
    new_weights(network, seed=1)
    assert network.course is not None
    for layer in (network.layers[0].cross_attention.out, network.course.places):
        nn.init.normal_(layer.weight, generator=torch.Generator().manual_seed(4))
    grids, level = videos(1).view(FRAMES, WIDTH, SIDE // 2, -1), torch.zeros(1, WIDTH)
    told = vectors(3)[None]
    with torch.no_grad():
        before = network._thought(grids, told, level)
        nn.init.normal_(network.course.say.weight, generator=torch.Generator().manual_seed(7))
        assert (network._thought(grids, told, level) - before).abs().max() > 1e-2


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
