"""Pictures in rows and columns."""

from __future__ import annotations

import pytest
import torch
from scorefield.plots.grid import GAP, image_grid


def flat(value: float, frames: int = 1, height: int = 40, width: int = 60) -> torch.Tensor:
    return torch.full((frames, height, width, 3), value)


def test_cells_stand_row_by_row() -> None:
    image = image_grid([flat(0.2), flat(0.4), flat(0.6), flat(0.8)], 2)
    assert image.shape == (1, 2 * 40 + 3 * GAP, 2 * 60 + 3 * GAP, 3)
    middles = [image[0, y, x, 0].item() for y in (GAP + 20, 2 * GAP + 60) for x in (GAP + 30, 2 * GAP + 90)]
    assert middles == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_a_batch_is_as_good_as_a_list() -> None:
    batch = torch.rand(5, 20, 20, 3)
    assert torch.equal(image_grid(batch, 3), image_grid([each[None] for each in batch], 3))


def test_shorter_animations_hold_their_last_frame() -> None:
    short = torch.cat([flat(0.1), flat(0.3)])
    film = image_grid([short, flat(0.9, frames=4)], 2)
    assert [frame[GAP + 20, GAP + 30, 0].item() for frame in film] == pytest.approx([0.1, 0.3, 0.3, 0.3])


def test_pictures_keep_their_aspect() -> None:
    image = image_grid([flat(0.5, height=50, width=100), flat(0.9, height=100, width=50)], 2, cell=200)
    bright = (image[0, :, :, 0] > 0.85).nonzero()
    height, width = (bright.amax(dim=0) - bright.amin(dim=0) + 1).tolist()
    assert (height, width) == (200, 100)


def test_words_make_room_for_themselves() -> None:
    cells = [flat(0.5)] * 6
    plain = image_grid(cells, 3)
    labelled = image_grid(
        cells,
        3,
        title="A sweep",
        row_labels=["DDPM", "DDIM"],
        column_labels=["1", "2", "3"],
        labels=["x"] * 6,
    )
    assert labelled.shape[1] > plain.shape[1]
    assert labelled.shape[2] > plain.shape[2]
    # No word is written over a picture: as many pixels of their grey as without words.
    assert (labelled == 0.5).sum() == (plain == 0.5).sum()


def test_large_sweeps_are_made_to_fit() -> None:
    assert max(image_grid(torch.rand(100, 64, 600, 3), 10).shape) <= 4200


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        image_grid([])
    with pytest.raises(ValueError, match="make 2 rows"):
        image_grid([flat(0.5)] * 3, 2, row_labels=["only one"])
    with pytest.raises(ValueError, match="2 labels do not fit 3 pictures"):
        image_grid([flat(0.5)] * 3, 2, labels=["a", "b"])
    with pytest.raises(ValueError, match="longer side of 8"):
        image_grid([flat(0.5)], cell=3)
