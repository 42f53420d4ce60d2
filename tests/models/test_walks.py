"""Random walks away from the data."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.noise import NoiseStreams
from scorefield.models.toy.walks import walk_outwards


def test_walks_spread_as_their_steps_add_up() -> None:
    """20,000 walks of one point: the std is the root of the summed squares, as the levels say."""
    start = torch.tensor([[0.5, -1.0]]).expand(20_000, 2)
    trajectory = walk_outwards(start, 30, 0.02, 0.09, NoiseStreams(0, range(20_000)))
    assert trajectory.x.shape == (31, 20_000, 2) and torch.equal(trajectory.x[0], start)
    for level, x in zip(trajectory.levels[1:], trajectory.x[1:], strict=True):
        assert float((x - start).std()) == pytest.approx(level.sigma, rel=0.02)
    assert [level.t for level in trajectory.levels] == pytest.approx([i / 30 for i in range(31)])


def test_the_steps_grow_log_linearly() -> None:
    trajectory = walk_outwards(torch.zeros(20_000, 2), 3, 0.1, 0.4, NoiseStreams(1, range(20_000)))
    stds = trajectory.x.diff(dim=0).flatten(1).std(dim=1)
    assert stds.tolist() == pytest.approx([0.1, 0.2, 0.4], rel=0.02)


@pytest.mark.parametrize("steps", [1, 100])
def test_a_walk_is_the_same_beside_others(steps) -> None:
    together = walk_outwards(torch.zeros(3, 2), steps, 0.05, 0.05, NoiseStreams(0, [4, 5, 6]))
    alone = walk_outwards(torch.zeros(1, 2), steps, 0.05, 0.05, NoiseStreams(0, [5]))
    assert torch.equal(together.x[:, 1], alone.x[:, 0])
